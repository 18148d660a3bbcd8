"""Add the services of ours that moto does not have at all, or of which we use nothing of moto's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import ModuleType
from typing import Any, ClassVar

from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.responses import BaseResponse

#: moto has them, and every operation of them is ours. Its CloudFormation takes seconds to import,
#: since it knows the models of all other services; its X-Ray answers by paths, not by operations,
#: and its EKS lacks half of the paths.
_WHOLLY_OURS = {"cloudformation", "eks", "xray"}


def add_new_services(services: Iterable[str], stack: ExitStack) -> None:
    """Make moto find those of the services that it lacks, until the stack is closed."""
    in_moto = {service for service, _ in backend_index.backend_url_patterns}
    for service in _WHOLLY_OURS & set(services):
        _put_modules(service, stack)
    for service in sorted(set(services) - in_moto):
        _put_modules(service, stack)
        host = re.compile(rf"https?://{service}\.(.+)\.amazonaws\.com")
        backend_index.backend_url_patterns.append((service, host))
        stack.callback(backend_index.backend_url_patterns.remove, (service, host))


def _put_modules(service: str, stack: ExitStack) -> None:
    """Let the modules of a service be ours, until the stack is closed.

    One by one: ``patch.dict`` would then forget everything that was imported in between.
    """
    for name, module in _modules(service).items():
        if name in sys.modules:
            stack.callback(sys.modules.__setitem__, name, sys.modules[name])
        else:
            stack.callback(sys.modules.pop, name, None)
        sys.modules[name] = module


def _modules(service: str) -> dict[str, ModuleType]:
    """Return the modules by which moto finds a service; all behaviour is in our operations."""
    name = f"moto.{service}"
    models, responses, urls, package = (
        ModuleType(f"{name}.models"),
        ModuleType(f"{name}.responses"),
        ModuleType(f"{name}.urls"),
        ModuleType(name),
    )

    class Response(BaseResponse):
        #: What answers the paths that are in no model: see ``handlers.put_plain_paths``.
        plain_paths: ClassVar[dict[str, Callable[[Any], Any]]] = {}

        def __init__(self) -> None:
            super().__init__(service_name=service)

        def _dispatch(self, request: Any, full_url: str | None = None, headers: Any = None) -> Any:
            plain = self.plain_paths.get(request.path)
            if plain is None:
                return super()._dispatch(request, full_url, headers)
            # Compressed or not, the body is for whoever answers.
            self.allow_request_decompression = False
            self.setup_class(request, full_url, headers, use_raw_body=True)
            return plain(self)

    class Backend(BaseBackend):
        pass

    # moto finds the urls of a backend by the name of the module that its class is in.
    Response.__module__, Backend.__module__ = responses.__name__, models.__name__
    vars(responses)["Response"] = Response
    vars(urls).update(
        url_bases=[rf"https?://{service}\.(.+)\.amazonaws\.com"],
        url_paths={"{0}/.*$": Response.dispatch},
    )
    vars(package).update({f"{service}_backends": BackendDict(Backend, service), "__path__": []})
    return {module.__name__: module for module in (package, models, responses, urls)}
