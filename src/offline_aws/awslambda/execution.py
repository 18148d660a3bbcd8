"""Run a handler: its environment, its output, and what its end means to the caller."""

from __future__ import annotations

import io
import json
import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from time import gmtime
from typing import Any
from unittest.mock import patch

from offline_aws.awslambda.context import LambdaContext
from offline_aws.awslambda.deadline import Deadline, TimedOut
from offline_aws.awslambda.function import Function
from offline_aws.awslambda.modules import LoadError, load_handler, own_modules

_TASK = "/var/task"
_MOST_BYTES = 6_291_556


@dataclass(frozen=True)
class Outcome:
    """The payload for the caller, what was written, and the seconds of lab time it took.

    ``failed`` says whether the payload describes an error.
    """

    payload: bytes
    failed: bool
    output: str
    seconds: float


def execute(
    function: Function, event: Any, request_id: str, log_stream: str, client_context: Any
) -> Outcome:
    """Run a function's handler on an event."""
    written = io.StringIO()
    deadline = Deadline(function.timeout, function.folder)
    context = LambdaContext(
        function, request_id, log_stream, client_context, deadline.milliseconds_left
    )
    with _surroundings(function, context, written):
        try:
            with deadline.running():
                result = load_handler(function.handler)(event, context)
            payload, failed = _marshalled(result, request_id)
        except (Exception, SystemExit, TimedOut) as error:
            found, text = _described(error, function, request_id)
            written.write(text)
            payload, failed = json.dumps(found).encode(), True
    return Outcome(payload, failed, written.getvalue(), deadline.slept)


@contextmanager
def _surroundings(
    function: Function, context: LambdaContext, written: io.StringIO
) -> Iterator[None]:
    with (
        own_modules(function.folder),
        patch.dict(os.environ, _variables(function, context)),
        redirect_stdout(written),
        redirect_stderr(written),
        _logging_to(written, context.aws_request_id),
    ):
        yield


def _variables(function: Function, context: LambdaContext) -> dict[str, str]:
    region = function.arn.split(":")[3]
    return {
        **function.variables,
        "_HANDLER": function.handler,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_LOG_GROUP_NAME": context.log_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": context.log_stream_name,
        "AWS_REGION": region,
        "LAMBDA_TASK_ROOT": str(function.folder),
    }


@contextmanager
def _logging_to(written: io.StringIO, request_id: str) -> Iterator[None]:
    """Let logging write as the Python runtime does, and put it back as it was."""
    line = f"[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t{request_id}\t%(message)s"
    formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = gmtime
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before = root.handlers, root.level
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers, root.level = before


def _marshalled(result: Any, request_id: str) -> tuple[bytes, bool]:
    """Return the payload of a result, and whether it describes an error."""
    try:
        payload = json.dumps(result).encode()
    except (TypeError, ValueError) as error:
        raise LoadError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    if len(payload) <= _MOST_BYTES:
        return payload, False
    text = f"Response payload size exceeded maximum allowed payload size ({_MOST_BYTES} bytes)."
    return _too_large(text), True


def _too_large(text: str) -> bytes:
    found = {"errorMessage": text, "errorType": "Function.ResponseSizeTooLarge"}
    return json.dumps(found).encode()


def _described(
    error: BaseException, function: Function, request_id: str
) -> tuple[dict[str, Any], str]:
    """Return the payload of an error, and what the runtime writes to the log about it."""
    if isinstance(error, TimedOut):
        text = f"Error: Task timed out after {function.timeout:.2f} seconds"
        return {
            "errorType": "Sandbox.Timedout",
            "errorMessage": f"RequestId: {request_id} {text}",
        }, f"{request_id} {text.removeprefix('Error: ')}\n\n"
    if isinstance(error, SystemExit):
        text = f"RequestId: {request_id} Error: Runtime exited with error: exit status {error.code}"
        return {"errorType": "Runtime.ExitError", "errorMessage": text}, text + "\n"
    kind = error.kind if isinstance(error, LoadError) else type(error).__name__
    frames = [] if isinstance(error, LoadError) else _frames(error, function)
    found = {
        "errorMessage": str(error),
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": frames,
    }
    lines = ["Traceback (most recent call last):\n", *frames] if frames else []
    return found, f"[ERROR] {kind}: {error}\n{''.join(lines)}\n"


def _frames(error: BaseException, function: Function) -> list[str]:
    """Return the lines of the function's own frames and of those that they called."""
    folder = str(function.folder)
    frames = traceback.extract_tb(error.__traceback__)
    own = [i for i, frame in enumerate(frames) if frame.filename.startswith(folder)]
    listed = traceback.format_list(frames[own[0] :] if own else [])
    return [line.replace(folder, _TASK) for line in listed]
