"""Write what an invocation wrote to CloudWatch Logs, as the Lambda service does."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.awslambda.execution import Outcome
from offline_aws.awslambda.function import Function
from offline_aws.operations import Call

_TAIL = 4096
_MILLISECONDS = 1.0  # of an invocation that does not sleep


def stream_name(function: Function, now: datetime) -> str:
    """Return the log stream of a version of a function on a day."""
    digest = hashlib.md5(function.arn.encode(), usedforsecurity=False).hexdigest()
    return f"{now:%Y/%m/%d}/[{function.version}]{digest}"


def lines_of(function: Function, request_id: str, outcome: Outcome) -> list[str]:
    """Return the lines of an invocation in its log."""
    took = outcome.seconds * 1000 + _MILLISECONDS
    report = "\t".join(
        (
            f"REPORT RequestId: {request_id}",
            f"Duration: {took:.2f} ms",
            f"Billed Duration: {-(-took // 1):.0f} ms",
            f"Memory Size: {function.memory} MB",
            f"Max Memory Used: {min(function.memory, 40)} MB",
            "",
        )
    )
    return [
        f"START RequestId: {request_id} Version: {function.version}\n",
        *outcome.output.splitlines(keepends=True),
        f"END RequestId: {request_id}\n",
        report + "\n",
    ]


def tail(lines: list[str]) -> bytes:
    """Return the last 4 KB of an invocation's lines."""
    return "".join(lines).encode()[-_TAIL:]


def put_lines(call: Call, function: Function, stream: str, lines: list[str]) -> None:
    """Write lines to the function's log group, which is made when it is not there."""
    logs = clients.client("logs", call.region, call.account)
    where = {"logGroupName": function.log_group, "logStreamName": stream}
    for make in (
        partial(logs.create_log_group, logGroupName=function.log_group),
        partial(logs.create_log_stream, **where),
    ):
        try:
            make()
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
    now = int(call.clock.now().timestamp() * 1000)
    # CloudWatch Logs refuses an event without text, and more than 10 000 at once.
    events = [{"timestamp": now, "message": line if line.strip() else " "} for line in lines]
    for begin in range(0, len(events), 1000):
        logs.put_log_events(**where, logEvents=events[begin : begin + 1000])
