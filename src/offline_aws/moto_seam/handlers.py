"""Put operations of ours into the classes in which moto answers a service."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from botocore.parsers import create_parser
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionContext, ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from offline_aws import refusals
from offline_aws.clock import Clock
from offline_aws.errors import AwsError
from offline_aws.moto_seam.lookup import handlers_of
from offline_aws.moto_seam.quick_answers import of_dicts
from offline_aws.operations import (
    PLAIN,
    REGISTRY,
    Call,
    Operation,
    PlainOperation,
    PlainRequest,
    State,
)


class _OperationError(ServiceException):
    """An error of an operation of ours, which moto looks up in the service's own model.

    A class of this module, since moto looks for the errors of a class of its own elsewhere.
    """


class _PlainResult(ActionResult):
    """A dict by the names of the model, which moto need not look for under other names."""

    def execute_result(self, context: ActionContext) -> Any:
        serializer = of_dicts(context.serializer_class)(operation_model=context.operation_model)
        made = serializer.serialize(self.result)
        return made["status_code"], made["headers"], made["body"]


def put_operations(service: str, clock: Clock, state: State, stack: ExitStack) -> None:
    """Let every registered operation of a service answer, until the stack is closed."""
    for name, operation in REGISTRY.get(service, {}).items():
        for handler in handlers_of(service):
            status = _status_member(handler().boto3_service_name, name)
            name_in_moto = camelcase_to_underscores(name)
            original = getattr(handler, name_in_moto, None)
            method = _method(name, operation, clock, state, status, original)
            changed = patch.object(handler, name_in_moto, method, create=True)
            stack.enter_context(changed)


def put_plain_paths(service: str, clock: Clock, state: State, stack: ExitStack) -> None:
    """Let what is registered for paths of a service of ours answer, until the stack is closed."""
    answers = PLAIN.get(service)
    for handler in handlers_of(service) if answers else ():
        paths = {path: _plain(answer, clock, state) for path, answer in (answers or {}).items()}
        stack.enter_context(patch.object(handler, "plain_paths", paths))


def _plain(answer: PlainOperation, clock: Clock, state: State) -> Callable[[BaseResponse], Any]:
    def method(response: BaseResponse) -> Any:
        call = Call(
            response.current_account, response.region, clock, state, lambda: _caller(response)
        )
        request = response.normalized_request
        headers = {str(name): str(value) for name, value in request.headers.items()}
        return answer(call, PlainRequest(str(request.method), headers, response.raw_body))

    return method


def _method(
    name: str,
    operation: Operation,
    clock: Clock,
    state: State,
    status: str | None,
    original: Callable[[BaseResponse], Any] | None,
) -> Callable[[BaseResponse], Any]:
    def method(response: BaseResponse) -> Any:
        response.PROTOCOL_PARSER_MAP_TYPE = dict
        response.parse_parameters(response.normalized_request)
        call = Call(
            response.current_account,
            response.region,
            clock,
            state,
            lambda: _caller(response),
            (lambda: _answer_of_moto(response, name, original)) if original else None,
        )
        try:
            output = operation(call, response.params)
        except AwsError as error:
            if not _is_modelled(response.boto3_service_name, error.code):
                raise refusals.unmodelled(name, error) from error
            known = _OperationError(error.code, error.message)
            vars(known).update(error.members)
            raise known from error
        if status is None:
            return _PlainResult(output)
        _, headers, body = response.serialized(_PlainResult(output))
        return output[status], {**headers, "status": output[status]}, body

    return method


def _answer_of_moto(
    response: BaseResponse, name: str, original: Callable[[BaseResponse], Any]
) -> dict[str, Any]:
    """Return moto's own answer, as botocore reads it."""
    made = original(response)
    if isinstance(made, ActionResult):
        status, headers, body = response.serialized(made)
    else:
        status, headers, body = response._transform_response({}, made)
    model = get_service_model(response.boto3_service_name)
    protocol = response.determine_response_protocol(model)
    read: dict[str, Any] = create_parser(protocol).parse(
        {
            "status_code": status,
            "headers": headers,
            "body": body.encode() if isinstance(body, str) else body,
        },
        model.operation_model(name).output_shape,
    )
    read.pop("ResponseMetadata", None)
    return read


def _status_member(service: str, name: str) -> str | None:
    """Return the member of an output that is the HTTP status, which moto does not look for."""
    shape: Any = get_service_model(service).operation_model(name).output_shape
    for member, its in shape.members.items() if shape else ():
        if its.serialization.get("location") == "statusCode":
            return str(member)
    return None


def _is_modelled(service: str, code: str) -> bool:
    shapes = get_service_model(service).error_shapes
    return any(code in (each.name, each.metadata.get("error", {}).get("code")) for each in shapes)


def _caller(response: BaseResponse) -> str:
    """Return the ARN that STS would name for the credentials of a request."""
    sts = importlib.import_module("moto.sts.models").sts_backends
    backend = sts[response.current_account][response.partition]
    _, arn, _ = backend.get_caller_identity(response.get_access_key(), response.region)
    return str(arn)
