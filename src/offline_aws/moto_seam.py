"""The only file that knows moto's internals: it lets moto answer, sealed and on our clock.

``tests/offline_aws/test_canary.py`` names each internal that this file relies on.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from threading import get_ident
from types import ModuleType
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import botocore.httpsession
import botocore.waiter
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError
from moto import backend_index
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.config import DefaultConfig
from moto.core.exceptions import ServiceException
from moto.core.models import MockAWS, patch_client, responses_mock
from moto.core.request import normalize_request
from moto.core.responses import ActionResult, BaseResponse
from moto.core.routing import get_service_router
from moto.core.utils import (
    camelcase_to_underscores,
    get_service_model,
    method_names_from_class,
)
from moto.moto_api._internal import mock_random
from werkzeug.exceptions import HTTPException

from offline_aws import refusals
from offline_aws.clock import Clock, WaiterTime
from offline_aws.errors import AwsError, OfflineAWSError
from offline_aws.operations import REGISTRY, Call, Operation, State
from offline_aws.plain_http import guarded, is_aws
from offline_aws.sessions import offline_sessions
from offline_aws.time_travel import time_machine

# Whatever the process configured for moto, inside nothing passes through to the network.
_CONFIG: DefaultConfig = {
    "core": {
        "mock_credentials": False,  # isolation.py sets them
        "passthrough": {"urls": [], "services": []},
        "reset_boto3_session": True,
        "service_whitelist": None,
    }
}
_SEED = 20260105
_UTC = ZoneInfo("UTC")
Answer = tuple[int, Any, str | bytes]
_process_request = BotocoreStubber.process_request
_NOT_YET_IMPLEMENTED: tuple[int, dict[str, str], str] = (404, {}, "Not yet implemented")


class _OperationError(ServiceException):
    """An error of an operation of ours, which moto looks up in the service's own model.

    A class of this module, since moto looks for the errors of a class of its own elsewhere.
    """


class MotoSeam:
    """moto, answering for one environment: on its clock, with our operations, sealed."""

    def __init__(
        self,
        clock: Clock,
        state: State,
        services: tuple[str, ...],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._clock = clock
        self._state = state
        self._services = services
        self._stack = ExitStack()
        self._prepared: set[str] = set()
        # time_machine patches the whole process, so threads answer one at a time.
        self._lock = lock
        self._answering: int | None = None  # the thread that answers

    def start(self) -> None:
        """Let every boto3 client that is made from now on be answered here."""
        seam = self

        def answer(_: BotocoreStubber, event_name: str, request: Any, **__: Any) -> AWSResponse:
            return seam._answer(event_name, request)

        def refuse_to_send(_: object, request: AWSPreparedRequest) -> None:
            raise OfflineAWSError(refusals.old_client(request.url))

        def answer_plain_http(_: BotocoreStubber, request: AWSPreparedRequest) -> Answer:
            return seam._answer_plain_http(request)

        with ExitStack() as stack:
            mock = MockAWS(_CONFIG)
            mock.start()
            stack.callback(mock.stop)
            changed = patch.object(BotocoreStubber, "process_request", answer_plain_http)
            stack.enter_context(changed)
            stack.enter_context(guarded(responses_mock, lambda: self._answering == get_ident()))
            stack.enter_context(offline_sessions(patch_client))
            stack.enter_context(patch.object(BotocoreStubber, "__call__", answer))
            # A client that was made before moto was imported has no stubber: it ends here.
            session = botocore.httpsession.URLLib3Session
            stack.enter_context(patch.object(session, "send", refuse_to_send))
            stack.enter_context(patch.object(botocore.waiter, "time", WaiterTime(self._clock)))
            self._add_new_services(stack)
            mock_random.seed(_SEED)
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """Put everything back as it was, with nothing left in moto."""
        self._stack.close()
        self._prepared.clear()

    def respond(self, service_id: str, operation: str, request: AWSPreparedRequest) -> Answer:
        """Return status, headers and body of the answer to a request, on the clock.

        Raises ``ClientError`` for what nothing simulates. Any thread may call.
        """
        moto_service = service_of(request.url)
        with self._lock:
            if moto_service:
                self._prepare(moto_service)
            outer, self._answering = self._answering, get_ident()
            try:
                # UTC as the zone, not only as the time: moto asks for naive local times too.
                with time_machine.travel(self._clock.now().astimezone(_UTC), tick=False):
                    return self._process(service_id, operation, moto_service, request)
            finally:
                self._answering = outer

    def _answer(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        _, service_id, operation = event_name.split(".")
        status, headers, body = self.respond(service_id, operation, request)
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def _answer_plain_http(self, request: AWSPreparedRequest) -> Answer:
        """Answer what came through ``requests``, from a presigned URL for example."""
        target = request.headers.get("X-Amz-Target", "")
        operation = str(target).rpartition(".")[2] or str(request.method)
        try:
            return self.respond(service_of(request.url), operation, request)
        except ClientError as refusal:
            error = refusal.response["Error"]
            body = json.dumps({"__type": error["Code"], "message": error["Message"]})
            return 501, {"Content-Type": "application/json"}, body

    def _process(
        self, service_id: str, operation: str, moto_service: str, request: AWSPreparedRequest
    ) -> Answer:
        """Return moto's response; refuse what it does not know or cannot finish."""
        if moto_service == "s3" and _would_be_taken_for_another(service_id, request):
            raise refusals.not_simulated(service_id, operation, simulated(moto_service))
        try:
            response = _process_request(BotocoreStubber(), request)
        except ClientError:
            raise
        except NotImplementedError:
            raise refusals.not_simulated(service_id, operation, simulated(moto_service)) from None
        except Exception as error:
            raise refusals.internal_failure(service_id, operation, error) from error
        if response is None or response == _NOT_YET_IMPLEMENTED:
            if not moto_service and not is_aws(request.url):
                raise refusals.foreign_endpoint(operation, request.url)
            raise refusals.not_simulated(service_id, operation, simulated(moto_service))
        answer: Answer = response
        return answer

    def _prepare(self, service: str) -> None:
        """Put our operations of a service into moto's handlers, at its first call."""
        if service in self._prepared:
            return
        self._prepared.add(service)
        if service in self._services:
            importlib.import_module(f"offline_aws.{service}")
        for name, operation in REGISTRY.get(service, {}).items():
            for handler in _handlers(service):
                method = self._method(operation)
                name_in_moto = camelcase_to_underscores(name)
                changed = patch.object(handler, name_in_moto, method, create=True)
                self._stack.enter_context(changed)

    def _method(self, operation: Operation) -> Callable[[BaseResponse], ActionResult]:
        def method(response: BaseResponse) -> ActionResult:
            response.PROTOCOL_PARSER_MAP_TYPE = dict
            response.parse_parameters(response.normalized_request)
            call = Call(
                response.current_account,
                response.region,
                self._clock,
                self._state,
                lambda: _caller(response),
            )
            try:
                return ActionResult(operation(call, response.params))
            except AwsError as error:
                raise _OperationError(error.code, error.message) from error

        return method

    def _add_new_services(self, stack: ExitStack) -> None:
        in_moto = {service for service, _ in backend_index.backend_url_patterns}
        for service in sorted({*REGISTRY, *self._services} - in_moto):
            modules = _modules_of_new_service(service)
            stack.enter_context(patch.dict(sys.modules, modules))
            host = re.compile(rf"https?://{service}\.(.+)\.amazonaws\.com")
            backend_index.backend_url_patterns.append((service, host))
            stack.callback(backend_index.backend_url_patterns.remove, (service, host))


def simulated(service: str) -> list[str]:
    """Return the names of the operations that answer for a service of moto ("" for none)."""
    handlers = list(_handlers(service)) if service else []
    methods = {name for handler in handlers for name in method_names_from_class(handler)}
    services = {handler().boto3_service_name for handler in handlers} - {""}
    names = {name for each in services for name in get_service_model(each).operation_names}
    return sorted(
        name for name in names if {camelcase_to_underscores(name), name.lower()} & methods
    )


def _caller(response: BaseResponse) -> str:
    """Return the ARN that STS would name for the credentials of a request."""
    sts = importlib.import_module("moto.sts.models").sts_backends
    backend = sts[response.current_account][response.partition]
    _, arn, _ = backend.get_caller_identity(response.get_access_key(), response.region)
    return str(arn)


def operation_of(service: str, request: AWSPreparedRequest) -> tuple[str, str] | None:
    """Return the name and the host prefix of the operation that a request asks a service for.

    ``service`` is boto3's name. None is returned where its model has no such operation.
    """
    try:
        operation, _ = get_service_router(service).match(normalize_request(request))
    except (HTTPException, NotImplementedError):
        return None
    endpoint: Any = operation.endpoint or {}  # a dict, which botocore's stubs call a str
    return operation.name, endpoint.get("hostPrefix", "")


def service_of(url: str) -> str:
    """Return the service by moto's name that answers at an address, "" for none."""
    clean = url.partition("?")[0]
    for service, pattern in backend_index.backend_url_patterns:
        if pattern.match(clean):
            return str(service)
    return ""


def _would_be_taken_for_another(service_id: str, request: AWSPreparedRequest) -> bool:
    """Return whether moto's S3 would do something else than what it is asked for.

    It looks for the words that it knows in the query. A request with none is a plain one to it:
    ``DELETE /bucket?metrics`` deletes the bucket.
    """
    if service_id != "s3":
        return True
    query = urlsplit(request.url).query
    words = {part for part in query.split("&") if part.isascii() and "=" not in part} - {""}
    return not all(f'"{word}"' in _source_of_s3() for word in words)


@cache
def _source_of_s3() -> str:
    return inspect.getsource(importlib.import_module("moto.s3.responses"))


def _handlers(service: str) -> Iterator[type[BaseResponse]]:
    """Yield the classes in which moto answers a service."""
    name = f"moto.{service}.responses"
    # Some names of moto are only urls, which another service answers.
    if name not in sys.modules and importlib.util.find_spec(name) is None:
        return
    for value in vars(importlib.import_module(name)).values():
        if isinstance(value, type) and issubclass(value, BaseResponse):
            # Not the base class itself, nor another service's that is imported here.
            own = value.__module__.startswith(f"moto.{service}.")
            yield from [value] if own else []


def _modules_of_new_service(service: str) -> dict[str, ModuleType]:
    """Return the modules by which moto finds a service; all behaviour is in our operations."""
    name = f"moto.{service}"
    models, responses, urls, package = (
        ModuleType(f"{name}.models"),
        ModuleType(f"{name}.responses"),
        ModuleType(f"{name}.urls"),
        ModuleType(name),
    )

    class Response(BaseResponse):
        def __init__(self) -> None:
            super().__init__(service_name=service)

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
