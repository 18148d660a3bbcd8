"""A log group that is written to and asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class LogLab:
    """The log group shop with the stream web."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.logs = boto3.client("logs")
        self.logs.create_log_group(logGroupName="shop")
        self.logs.create_log_stream(logGroupName="shop", logStreamName="web")

    def time(self, seconds: float = 0) -> int:
        """Return a time from now in milliseconds."""
        return int((self.aws.clock.now() + timedelta(seconds=seconds)).timestamp() * 1000)

    def write(self, *messages: Any, at: float = 0, every: float = 0, stream: str = "web") -> Any:
        """Write messages, objects as JSON, from a second on; return the answer."""
        events = [
            {
                "timestamp": self.time(at + number * every),
                "message": each if isinstance(each, str) else json.dumps(each),
            }
            for number, each in enumerate(messages)
        ]
        return self.logs.put_log_events(logGroupName="shop", logStreamName=stream, logEvents=events)

    def query(self, text: str, **more: Any) -> list[dict[str, str]]:
        """Return the rows of a query of the day, without their pointers."""
        rows = self.answer(text, **more)["results"]
        return [
            {cell["field"]: cell["value"] for cell in row if cell["field"] != "@ptr"}
            for row in rows
        ]

    def answer(self, text: str, **more: Any) -> Any:
        """Return the whole answer of a query of the day."""
        now = self.time() // 1000
        names = {"logGroupName": "shop"} if "logGroupNames" not in more else {}
        started = self.logs.start_query(
            **{"startTime": now - 86400, "endTime": now + 86400, "queryString": text} | names | more
        )
        return self.logs.get_query_results(queryId=started["queryId"])

    def matching(self, pattern: str, *messages: str) -> list[str]:
        """Return the messages that a filter pattern matches."""
        found = self.logs.test_metric_filter(filterPattern=pattern, logEventMessages=list(messages))
        return [each["eventMessage"] for each in found["matches"]]


def refused(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """Return the code and the message of an error."""
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
