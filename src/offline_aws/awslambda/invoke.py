"""Invoke: run a function now, later, or only see whether it could be run."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.awslambda.context import read_client_context
from offline_aws.awslambda.execution import execute
from offline_aws.awslambda.function import Function, find_function
from offline_aws.awslambda.log import lines_of, put_lines, stream_name, tail
from offline_aws.errors import AwsError
from offline_aws.operations import Call, operation
from offline_aws.refusals import not_simulated_with

_IDS = uuid.UUID("1a3bda00-0000-4000-8000-1a3bda000000")
_MOST_BYTES = 6_291_456
# A chain of functions that call each other is ended by AWS after about as many.
_DEEPEST = 16
_QUEUED = timedelta(seconds=1)
_RETRIES = (timedelta(minutes=1), timedelta(minutes=2))


@dataclass
class Invocations:
    """How many there were in an account and region, and how many are running inside each other."""

    count: int = 0
    depth: int = 0

    def next_id(self, call: Call) -> str:
        """Return the id of a request, the same in every run."""
        self.count += 1
        return str(self._id(call, self.count))

    def draw(self, call: Call) -> float:
        """Return a number from 0 to 1 for the next request, the same in every run."""
        return self._id(call, self.count + 1).int / 2**128

    def _id(self, call: Call, number: int) -> uuid.UUID:
        return uuid.uuid5(_IDS, f"{call.account}/{call.region}/{number}")


@operation("awslambda", "Invoke")
def invoke(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run a function, or queue an event for it."""
    if not parameters.get("FunctionName"):
        raise AwsError("InvalidParameterValueException", "A function name is required")
    kind = parameters.get("InvocationType") or "RequestResponse"
    if kind not in ("Event", "RequestResponse", "DryRun"):
        raise AwsError("InvalidParameterValueException", f"{kind} is not an invocation type")
    draw = call.state(Invocations).draw(call)
    function = find_function(call, parameters["FunctionName"], parameters.get("Qualifier"), draw)
    event = _event(parameters.get("Payload") or b"")
    if kind == "RequestResponse":
        return _run(call, function, event, parameters)
    if kind == "Event":
        call.clock.call_later(_QUEUED, partial(_run_event, call, dict(parameters), _RETRIES))
    return {"StatusCode": 202 if kind == "Event" else 204, "Payload": b""}


@operation("awslambda", "InvokeAsync")
def invoke_async(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Refuse what AWS itself advises against."""
    raise not_simulated_with("lambda", "InvokeAsync", "anything (use Invoke)")


def _event(payload: bytes) -> Any:
    if len(payload) > _MOST_BYTES:
        raise AwsError(
            "RequestTooLargeException",
            f"Request must be smaller than {_MOST_BYTES} bytes for the Invoke operation",
        )
    try:
        return json.loads(payload) if payload else {}
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", text) from error


def _run(call: Call, function: Function, event: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    invocations = call.state(Invocations)
    if invocations.depth >= _DEEPEST:
        text = f"Lambda has detected a recursive loop: {function.name} was called by itself"
        raise AwsError("RecursiveInvocationException", text)
    request_id, stream = invocations.next_id(call), stream_name(function, call.clock.now())
    client_context = read_client_context(parameters.get("ClientContext"))
    invocations.depth += 1
    try:
        outcome = execute(function, event, request_id, stream, client_context)
    finally:
        invocations.depth -= 1
    lines = lines_of(function, request_id, outcome)
    put_lines(call, function, stream, lines)
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "Payload": outcome.payload,
        "ExecutedVersion": function.version,
    }
    if outcome.failed:
        answer["FunctionError"] = "Unhandled"
    if parameters.get("LogType") == "Tail":
        answer["LogResult"] = base64.b64encode(tail(lines)).decode()
    return answer


def _run_event(call: Call, parameters: dict[str, Any], retries: tuple[timedelta, ...]) -> None:
    """Run what was queued; what fails is tried again later."""
    client = clients.client("lambda", call.region, call.account)
    try:
        answer = client.invoke(**{**parameters, "InvocationType": "RequestResponse"})
    except ClientError:
        return  # the function has gone, or may not run any more
    failed = "FunctionError" in answer
    if failed and retries:
        again = partial(_run_event, call, parameters, retries[1:])
        call.clock.call_later(retries[0], again)
