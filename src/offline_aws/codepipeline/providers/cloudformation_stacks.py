"""How a stack and a change set stand, as CloudFormation tells it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from offline_aws.codepipeline.store import Shape

#: A stack that REPLACE_ON_FAILURE deletes and creates anew.
REPLACEABLE = (
    *("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"),
    "UPDATE_ROLLBACK_FAILED",
)
#: How a create, an update or an import ends well.
COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")

_NOTHING_TO_DO = ("No updates are to be performed", "didn't contain changes")


def find_stack(client: Any, name: str) -> Shape | None:
    """Return a stack by name or id, or None if there is none or it is deleted."""
    try:
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in error.response["Error"]["Message"]:
            raise
        return None
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else dict(stack)


def find_change_set(client: Any, stack: str, name: str) -> Shape | None:
    """Return a change set of a stack, or None if there is none."""
    try:
        return dict(client.describe_change_set(StackName=stack, ChangeSetName=name))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ChangeSetNotFound", "ValidationError"):
            raise
        return None


def changes_nothing(error: ClientError) -> bool:
    """Return whether an update was refused for having nothing to do."""
    return is_empty(error.response["Error"]["Message"])


def is_empty(reason: str) -> bool:
    """Return whether a change set failed for having nothing to do."""
    return any(words in reason for words in _NOTHING_TO_DO)


def outputs_of(stack: Shape) -> dict[str, str]:
    """Return the outputs of a stack by name."""
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def why_failed(client: Any, stack: Shape) -> str:
    """Return why a stack did not come to its end: its own reason, or its first failed resource."""
    if reason := stack.get("StackStatusReason"):
        return str(reason)
    events = client.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
    for event in reversed(events):
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason"):
            return f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
    return f"The stack {stack['StackName']} is in the state {stack['StackStatus']}"
