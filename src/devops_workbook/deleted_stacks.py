"""Stacks that are gone: what was made anew under a name has lost what the first one held."""

from __future__ import annotations

from devops_workbook.lab import REGION
from offline_aws import clients


def was_deleted(name: str) -> bool:
    """Return whether a stack of this name was ever deleted. Raises botocore's ``ClientError``."""
    pages = clients.client("cloudformation", REGION).get_paginator("list_stacks")
    deleted = pages.paginate(StackStatusFilter=["DELETE_COMPLETE"])
    return any(each["StackName"] == name for page in deleted for each in page["StackSummaries"])
