"""What the tests of the CDK ask the account."""

from __future__ import annotations

import boto3


def status(name: str) -> str:
    """Return the status of a stack."""
    [found] = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return str(found["StackStatus"])
