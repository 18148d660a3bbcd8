"""Make a change set and wait for it, as everything here does that asks what would change."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from botocore.exceptions import WaiterError

Shape = dict[str, Any]


def make_change_set(client: Any, stack: str, name: str, **wanted: Any) -> Shape:
    """Make a change set, wait and return what DescribeChangeSet says, with all of its changes.

    Its ``Status`` is FAILED where it cannot be made, or nothing would change; ``StatusReason`` says
    which. Waits as botocore's waiters do: by a lab's clock, or for real AWS. ``client`` is any
    boto3 client of CloudFormation, ``wanted`` what CreateChangeSet takes. Raises botocore's
    ``ClientError``.
    """
    named = {"StackName": stack, "ChangeSetName": name}
    client.create_change_set(**named, **wanted)
    with suppress(WaiterError):  # the status says it
        client.get_waiter("change_set_create_complete").wait(**named)
    pages = list(client.get_paginator("describe_change_set").paginate(**named))
    return {**pages[0], "Changes": [each for page in pages for each in page["Changes"]]}
