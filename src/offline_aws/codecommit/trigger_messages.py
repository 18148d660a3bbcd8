"""What a repository's triggers send to topics and functions.

The form of the message is that of "Using AWS Lambda with CodeCommit", in the Lambda developer
guide; a topic gets the same as its message.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codecommit.references import HEADS
from offline_aws.operations import Call

if TYPE_CHECKING:
    from offline_aws.codecommit.store import Repository

#: The events of EventBridge, and those of triggers.
EVENTS = {
    "referenceCreated": "createReference",
    "referenceUpdated": "updateReference",
    "referenceDeleted": "deleteReference",
}
ALL = "all"
_FLAGS = {"referenceCreated": {"created": True}, "referenceDeleted": {"deleted": True}}
_SUBJECT_LENGTH = 100
_NO_COMMIT = "0" * 40


class FunctionFailedError(Exception):
    """A function that was called and did not run to its end."""


Failure = (BotoCoreError, ClientError, FunctionFailedError)


def fire(call: Call, repository: Repository, changes: list[dict[str, str]]) -> None:
    """Send changes of branches and tags, as EventBridge hears of them, to the triggers for them.

    What cannot be sent is no error of whoever made the changes.
    """
    for trigger in repository.triggers:
        wanted = [change for change in changes if _is_for(trigger, change)]
        if wanted:
            references = [_reference(change) for change in wanted]
            with suppress(*Failure):
                _send(call, repository, trigger, "ReferenceChanges", references)


def send_test(call: Call, repository: Repository, trigger: dict[str, Any]) -> None:
    """Send a sample with the newest commit of the default branch, zeros if there is none.

    Raises what the call to the topic or the function raises.
    """
    branch = repository.default_branch or "main"
    commit = repository.branches.get(branch, _NO_COMMIT)
    references = [{"commit": commit, "ref": HEADS + branch}]
    _send(call, repository, trigger, "TriggerEventTest", references)


def _is_for(trigger: dict[str, Any], change: dict[str, str]) -> bool:
    branches = trigger.get("branches")
    if branches and (change["referenceType"], change["referenceName"]) not in [
        ("branch", name) for name in branches
    ]:
        return False
    return ALL in trigger["events"] or EVENTS[change["event"]] in trigger["events"]


def _reference(change: dict[str, str]) -> dict[str, Any]:
    commit = change.get("commitId") or change["oldCommitId"]
    return {
        "commit": commit,
        "ref": change["referenceFullName"],
        **_FLAGS.get(change["event"], {}),
    }


def _send(
    call: Call,
    repository: Repository,
    trigger: dict[str, Any],
    event: str,
    references: list[dict[str, Any]],
) -> None:
    text = json.dumps({"Records": [_record(call, repository, trigger, event, references)]})
    arn = trigger["destinationArn"]
    if arn.split(":")[2] == "sns":
        subject = f"UPDATE: AWS CodeCommit {call.region} push: {repository.name}"
        topic = clients.client("sns", call.region, call.account)
        topic.publish(TopicArn=arn, Subject=subject[:_SUBJECT_LENGTH], Message=text)
    else:
        function = clients.client("lambda", call.region, call.account)
        # Waited for, unlike on AWS, to learn whether it can run here at all.
        answer = function.invoke(FunctionName=arn, Payload=text.encode())
        if "FunctionError" in answer:
            raise FunctionFailedError(answer["Payload"].read().decode())


def _record(
    call: Call,
    repository: Repository,
    trigger: dict[str, Any],
    event: str,
    references: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "awsRegion": call.region,
        "codecommit": {"references": references},
        "customData": trigger.get("customData"),
        "eventId": repository.ids.uuid(call, "trigger event"),
        "eventName": event,
        "eventPartNumber": 1,
        "eventSource": "aws:codecommit",
        "eventSourceARN": repository.arn,
        "eventTime": f"{call.clock.now():%Y-%m-%dT%H:%M:%S.000+0000}",
        "eventTotalParts": 1,
        "eventTriggerConfigId": repository.triggers_id or repository.ids.uuid(call, "triggers"),
        "eventTriggerName": trigger["name"],
        "eventVersion": "1.0",
        "userIdentityARN": call.caller,
    }
