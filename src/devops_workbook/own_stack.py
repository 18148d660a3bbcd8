"""Templates and stacks of your own: what a change would do, offline, and drift, in your account.

``workbook stack`` needs no account: it makes the stack in offline AWS. ``workbook drift`` asks
CloudFormation in your account, with the credentials that the AWS CLI would take, and changes
nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError, WaiterError

from devops_workbook import own_account
from devops_workbook.errors import WorkbookError
from devops_workbook.served_clock import pass_time
from devops_workbook.stack_change_set import make_change_set
from devops_workbook.stack_drift import detect_drift
from devops_workbook.stack_tables import changes_table, drift_table, events_table

_STACK, _CHANGE = "yours", "the-change"
_BUCKET = "templates"
_EMPTY = (
    "The account is empty: a role, a network or an image that the template only names is not there."
    "\nTo try it, put those into a copy of the template."
)
_RIGHTS = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


class StackError(WorkbookError):
    """What AWS, offline or not, refused."""


def try_template(
    template: Path, changed: Path | None = None, parameters: Mapping[str, str] | None = None
) -> int:
    """Make a stack of a template offline, print its events, and what a changed one would do.

    Returns 1 when the stack cannot be made, else 0. Raises ``StackError`` with CloudFormation's
    sentence when it refuses a template, and ``OSError`` when a file cannot be read.
    """
    from offline_aws import OfflineAWS

    texts = [path.read_text(encoding="utf-8") for path in (template, changed) if path]
    given = [{"ParameterKey": k, "ParameterValue": v} for k, v in (parameters or {}).items()]
    with OfflineAWS():
        bodies = _upload(texts)
        try:
            made = _made({**bodies[0], "Parameters": given})
            print(events_table(_STACK))
            if not made:
                print(f"\n{_EMPTY}")
            if made and changed:
                print()
                client = boto3.client("cloudformation")
                make_change_set(client, _STACK, _CHANGE, **bodies[1], Parameters=given)
                print(_changes())
        except ClientError as error:
            raise StackError(error.response["Error"]["Message"]) from None
    return 0 if made else 1


def _changes() -> str:
    table = changes_table(_STACK, _CHANGE)
    if not table.rows:
        return table.caption
    sentences = [
        f"{what}: {', '.join(row[0] for row in found)}."
        for what, found in (
            ("Would be replaced", [row for row in table.rows if row[2] == "True"]),
            ("Would perhaps be replaced", [row for row in table.rows if row[2] == "Conditional"]),
            ("Would be removed", [row for row in table.rows if row[1] == "Remove"]),
            (
                "The old one would be deleted, if it can be",
                [row for row in table.rows if row[3].endswith("Delete")],
            ),
        )
        if found
    ]
    return "\n".join([repr(table), "", *(sentences or ["Nothing would be replaced or removed."])])


def drift(
    stack: str,
    profile: str | None = None,
    region: str | None = None,
) -> int:
    """Let CloudFormation look for drift of a stack of your account, and print what it found.

    Returns 1 when the stack has drifted, else 0. Nothing is changed. Raises ``StackError`` when
    AWS refuses, or cannot be asked.
    """
    with own_account.session(profile, region, StackError) as session:
        client = session.client("cloudformation")
        status = detect_drift(stack, client, lambda: pass_time(session, client))
        print(drift_table(stack, client))
    print(f"\nThe stack is {status}.")
    return 1 if status == "DRIFTED" else 0


def _upload(texts: list[str]) -> list[dict[str, Any]]:
    # By way of S3, since a template of your own may be too long for a call.
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    for number, text in enumerate(texts):
        s3.put_object(Bucket=_BUCKET, Key=f"{number}.template", Body=text.encode())
    url = f"https://{_BUCKET}.s3.amazonaws.com"
    return [
        {"TemplateURL": f"{url}/{number}.template", "Capabilities": _RIGHTS}
        for number in range(len(texts))
    ]


def _made(wanted: dict[str, Any]) -> bool:
    client = boto3.client("cloudformation")
    client.create_stack(StackName=_STACK, **wanted)
    try:
        client.get_waiter("stack_create_complete").wait(StackName=_STACK)
    except WaiterError:
        return False
    return True
