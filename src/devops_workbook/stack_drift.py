"""Let CloudFormation look for drift, and wait: botocore has no waiter for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.waiter import WaiterModel, create_waiter_with_client

_DETECTION = {
    "version": 2,
    "waiters": {
        "DriftDetection": {
            "operation": "DescribeStackDriftDetectionStatus",
            "delay": 5,
            "maxAttempts": 120,
            "acceptors": [
                {
                    "matcher": "path",
                    "argument": "DetectionStatus",
                    "expected": expected,
                    "state": "success",
                }
                for expected in ("DETECTION_COMPLETE", "DETECTION_FAILED")
            ],
        }
    },
}


def detect_drift(stack: str, client: Any, meanwhile: Callable[[], object] = lambda: None) -> str:
    """Let CloudFormation look for drift, wait and return the stack's drift status.

    Waits as botocore's waiters do: by a lab's clock, or for real AWS. ``client`` is any boto3
    client of CloudFormation; ``meanwhile`` is called once it has begun to look. Raises botocore's
    ``ClientError`` and ``WaiterError``.
    """
    detection = client.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    meanwhile()
    waiter = create_waiter_with_client("DriftDetection", WaiterModel(_DETECTION), client)
    waiter.wait(StackDriftDetectionId=detection)
    found = client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    return str(found["StackDriftStatus"])
