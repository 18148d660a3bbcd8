"""The context object that a handler is given."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from offline_aws.awslambda.function import Function


class LambdaContext:
    """What the Python runtime tells a handler: "AWS Lambda context object in Python"."""

    def __init__(
        self,
        function: Function,
        request_id: str,
        log_stream: str,
        client_context: Any,
        milliseconds_left: Callable[[], int],
    ) -> None:
        self.function_name = function.name
        self.function_version = function.version
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = str(function.memory)
        self.aws_request_id = request_id
        self.log_group_name = function.log_group
        self.log_stream_name = log_stream
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = client_context
        self._milliseconds_left = milliseconds_left

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function times out."""
        return self._milliseconds_left()

    def log(self, message: object) -> None:
        """Write to the function's log."""
        print(message, end="")


def read_client_context(text: str | None) -> Any:
    """Return the client's context as the handler sees it, or None for none that can be read."""
    if not text:
        return None
    try:
        given = json.loads(base64.b64decode(text))
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    return SimpleNamespace(
        custom=given.get("custom"), env=given.get("env"), client=given.get("client")
    )
