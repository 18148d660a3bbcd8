"""Repository triggers: checked, kept and tried."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.store import Repositories, repository_of
from offline_aws.codecommit.trigger_messages import ALL, EVENTS, Failure, send_test
from offline_aws.operations import Call, operation

_LIMIT = 10
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_DESTINATION = re.compile(r"arn:aws[\w-]*:(?:sns|lambda):([\w-]+):\d{12}:.+")
_CUSTOM_DATA_LIMIT = 1000


@operation("codecommit", "PutRepositoryTriggers")
def put_repository_triggers(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace the triggers of a repository."""
    repository = repository_of(call, parameters)
    repository.triggers = _checked_list(parameters.get("triggers"), call.region)
    repository.triggers_id = call.state(Repositories).ids.uuid(call, "triggers")
    return {"configurationId": repository.triggers_id}


@operation("codecommit", "GetRepositoryTriggers")
def get_repository_triggers(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the triggers of a repository."""
    repository = repository_of(call, parameters)
    answer: dict[str, Any] = {"triggers": repository.triggers}
    if repository.triggers_id:
        answer["configurationId"] = repository.triggers_id
    return answer


@operation("codecommit", "TestRepositoryTriggers")
def try_repository_triggers(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Send a sample to what triggers are for, and say which of them failed."""
    repository = repository_of(call, parameters)
    triggers = _checked_list(parameters.get("triggers"), call.region)
    answer: dict[str, Any] = {"successfulExecutions": [], "failedExecutions": []}
    for trigger in triggers:
        try:
            send_test(call, repository, trigger)
            answer["successfulExecutions"].append(trigger["name"])
        except Failure as error:
            failed = {"trigger": trigger["name"], "failureMessage": str(error)}
            answer["failedExecutions"].append(failed)
    return answer


def _checked_list(triggers: list[dict[str, Any]] | None, region: str) -> list[dict[str, Any]]:
    if triggers is None:
        raise refusal("RepositoryTriggersListRequiredException")
    if len(triggers) > _LIMIT:
        raise refusal("MaximumRepositoryTriggersExceededException")
    return [_checked(trigger, region) for trigger in triggers]


def _checked(trigger: dict[str, Any], region: str) -> dict[str, Any]:
    if not trigger.get("name"):
        raise refusal("RepositoryTriggerNameRequiredException")
    if not _NAME.fullmatch(trigger["name"]):
        raise refusal("InvalidRepositoryTriggerNameException", trigger["name"])
    _check_destination(trigger.get("destinationArn"), region)
    events = trigger.get("events")
    if not events:
        raise refusal("RepositoryTriggerEventsListRequiredException")
    if set(events) - {ALL, *EVENTS.values()} or (ALL in events and len(events) > 1):
        raise refusal("InvalidRepositoryTriggerEventsException")
    if len(trigger.get("customData") or "") > _CUSTOM_DATA_LIMIT:
        raise refusal("InvalidRepositoryTriggerCustomDataException")
    branches = trigger.get("branches") or []
    if len(branches) > _LIMIT:
        raise refusal("MaximumBranchesExceededException")
    return {**trigger, "branches": [checks.branch_name(branch) for branch in branches]}


def _check_destination(arn: str | None, region: str) -> None:
    if not arn:
        raise refusal("RepositoryTriggerDestinationArnRequiredException")
    match = _DESTINATION.fullmatch(arn)
    if match is None:
        raise refusal("InvalidRepositoryTriggerDestinationArnException", arn)
    if match[1] != region:
        raise refusal("InvalidRepositoryTriggerRegionException", arn)
