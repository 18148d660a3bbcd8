"""Find in moto which service and operation a request is for, and what there is to ask."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto import backend_index
from moto.core.request import normalize_request
from moto.core.responses import BaseResponse
from moto.core.routing import get_service_router
from moto.core.utils import (
    camelcase_to_underscores,
    get_service_model,
    method_names_from_class,
)
from werkzeug.exceptions import HTTPException


def simulated(service: str) -> list[str]:
    """Return the names of the operations that answer for a service of moto ("" for none)."""
    handlers = list(handlers_of(service)) if service else []
    methods = {name for handler in handlers for name in method_names_from_class(handler)}
    services = {handler().boto3_service_name for handler in handlers} - {""}
    names = {name for each in services for name in get_service_model(each).operation_names}
    return sorted(
        name for name in names if {camelcase_to_underscores(name), name.lower()} & methods
    )


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


def would_be_taken_for_another(service_id: str, request: AWSPreparedRequest) -> bool:
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


def handlers_of(service: str) -> Iterator[type[BaseResponse]]:
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
