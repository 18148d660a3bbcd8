"""Bucket policies that insist on TLS: what they deny is not what boto3 sends.

moto takes a condition that is not met for a denial.
"""

from __future__ import annotations

import importlib
import json
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch


def every_call_is_over_tls() -> AbstractContextManager[Any]:
    """Return a patch of S3 that leaves out the statements about calls without TLS."""
    models = importlib.import_module("moto.s3.models")
    access = importlib.import_module("moto.iam.access_control")

    def get_permission(bucket: Any, action: str, resource: str) -> Any:
        if bucket.policy is None:
            return access.PermissionResult.NEUTRAL
        document = json.loads(bucket.policy)
        statements = document["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        document["Statement"] = [each for each in statements if not _needs_plain_http(each)]
        return access.IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)

    return patch.object(models.FakeBucket, "get_permission", get_permission)


def _needs_plain_http(statement: dict[str, Any]) -> bool:
    """Return whether a statement holds for calls without TLS alone."""
    for key, value in statement.get("Condition", {}).get("Bool", {}).items():
        values = value if isinstance(value, list) else [value]
        if key.lower() == "aws:securetransport":
            return all(str(each).lower() == "false" for each in values)
    return False
