"""Deploy CloudFormation: a stack or a change set, by the template in an input artifact.

The action is InProgress until the stack, as DescribeStacks shows it, is at rest. A template goes to
CloudFormation as text or, above 51,200 bytes, by its address in the artifact bucket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.providers.cloudformation_parameters import (
    stack_policy,
    stack_settings,
)
from offline_aws.codepipeline.providers.cloudformation_stacks import (
    COMPLETE,
    REPLACEABLE,
    changes_nothing,
    find_change_set,
    find_stack,
    is_empty,
    outputs_of,
    why_failed,
)
from offline_aws.codepipeline.store import Shape

_SERVICE = "AmazonCloudFormation"
_FILE = 0o100644
_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
_NEW = "REVIEW_IN_PROGRESS"


@provides("Deploy", "CloudFormation")
class CloudFormation:
    """One step of the life of a stack, by the action's ActionMode."""

    @reported(_SERVICE)
    def start(self, job: Job) -> Status:
        """Begin what the ActionMode says."""
        return _mode(job, _START)(_client(job), job)

    @reported(_SERVICE)
    def poll(self, job: Job) -> Status:
        """Return how the stack or the change set stands."""
        return _mode(job, _POLL)(_client(job), job)


def _client(job: Job) -> Any:
    return clients.client("cloudformation", job.region)


def _create_update(client: Any, job: Job) -> Status:
    stack = find_stack(client, _stack_name(job))
    return _create(client, job) if stack is None else _update(client, job, stack)


def _replace_on_failure(client: Any, job: Job) -> Status:
    stack = find_stack(client, _stack_name(job))
    if stack is None or stack["StackStatus"] not in REPLACEABLE:
        return _create_update(client, job)
    client.delete_stack(StackName=stack["StackId"], **_role(job))
    return _underway(job, stack["StackId"])


def _create(client: Any, job: Job) -> Status:
    name = _stack_name(job)
    settings = stack_settings(job) | stack_policy(job)
    return _underway(job, client.create_stack(StackName=name, **settings)["StackId"])


def _update(client: Any, job: Job, stack: Shape) -> Status:
    settings = stack_settings(job) | stack_policy(job)
    try:
        client.update_stack(StackName=stack["StackName"], **settings)
    except ClientError as error:
        if not changes_nothing(error):
            raise
        return _complete(job, stack)
    return _underway(job, stack["StackId"])


def _delete(client: Any, job: Job) -> Status:
    stack = find_stack(client, _stack_name(job))
    if stack is None:
        return Status("Succeeded")
    client.delete_stack(StackName=stack["StackId"], **_role(job))
    return _underway(job, stack["StackId"])


def _poll_deletion(client: Any, job: Job) -> Status:
    stack = find_stack(client, job.external_id)
    if stack is None:
        return Status("Succeeded", external_id=job.external_id, external_url=_url(job))
    return _waiting(client, job, stack)


def _poll_stack(client: Any, job: Job) -> Status:
    stack = find_stack(client, _stack_name(job))
    if stack is None:
        # Of a stack that is replaced, the old one is gone now.
        if job.configuration["ActionMode"] == "REPLACE_ON_FAILURE":
            return _create(client, job)
        message = f"Stack [{job.configuration['StackName']}] does not exist"
        raise ActionError("JobFailed", message)
    if stack["StackStatus"] in COMPLETE:
        return _complete(job, stack)
    return _waiting(client, job, stack)


def _waiting(client: Any, job: Job, stack: Shape) -> Status:
    if stack["StackStatus"].endswith("_IN_PROGRESS"):
        return _underway(job, stack["StackId"])
    reason = why_failed(client, stack)
    return Status(
        "Failed",
        summary=reason,
        external_id=stack["StackId"],
        external_url=_url(job, stack["StackId"]),
        error_code="JobFailed",
        error_message=reason,
    )


def _replace_change_set(client: Any, job: Job) -> Status:
    name, change_set = _stack_name(job), _change_set_name(job)
    stack = find_stack(client, name)
    if stack is not None and find_change_set(client, name, change_set) is not None:
        client.delete_change_set(StackName=name, ChangeSetName=change_set)
    kind = "CREATE" if stack is None or stack["StackStatus"] == _NEW else "UPDATE"
    settings = stack_settings(job)
    made = client.create_change_set(
        StackName=name, ChangeSetName=change_set, ChangeSetType=kind, **settings
    )
    return _underway(job, made["Id"])


def _poll_change_set(client: Any, job: Job) -> Status:
    name = _change_set_name(job)
    found = _existing_change_set(client, job)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED" and not is_empty(reason):
        raise ActionError("JobFailed", reason or f"Change set {name} could not be created.")
    if found["Status"] not in ("CREATE_COMPLETE", "FAILED"):
        return _underway(job, found["ChangeSetId"])
    ending = "." if found["Status"] == "CREATE_COMPLETE" else " with no changes."
    stack = find_stack(client, _stack_name(job)) or {}
    return _complete(
        job, stack, summary=f"Change set {name} was created{ending}", about=found["ChangeSetId"]
    )


def _execute_change_set(client: Any, job: Job) -> Status:
    name = _change_set_name(job)
    found = _existing_change_set(client, job)
    if found["Status"] == "FAILED" and is_empty(found.get("StatusReason", "")):
        stack = find_stack(client, _stack_name(job)) or {}
        return _complete(job, stack)
    client.execute_change_set(StackName=_stack_name(job), ChangeSetName=name)
    return _underway(job, found["StackId"])


def _existing_change_set(client: Any, job: Job) -> Shape:
    stack, name = _stack_name(job), _change_set_name(job)
    found = find_change_set(client, stack, name)
    if found is None:
        raise ActionError("JobFailed", f"ChangeSet [{name}] does not exist")
    return found


def _stack_name(job: Job) -> str:
    return _name(job, "StackName")


def _change_set_name(job: Job) -> str:
    return _name(job, "ChangeSetName")


def _name(job: Job, key: str) -> str:
    name = job.configuration.get(key, "")
    if not _NAME.fullmatch(name):
        raise ActionError(
            "ConfigurationError",
            f"{key} must satisfy regular expression pattern: {_NAME.pattern}. Found: '{name}'",
        )
    return name


def _role(job: Job) -> dict[str, str]:
    role = job.configuration.get("RoleArn")
    return {"RoleARN": role} if role else {}


def _underway(job: Job, identifier: str) -> Status:
    return Status("InProgress", external_id=identifier, external_url=_url(job, identifier))


def _complete(job: Job, stack: Shape, summary: str = "", about: str = "") -> Status:
    """Return success, with the stack's outputs as variables and in the output artifact."""
    outputs = outputs_of(stack)
    if name := job.configuration.get("OutputFileName"):
        data = artifacts.zipped({name: (json.dumps(outputs).encode(), _FILE)})
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
    identifier = about or stack.get("StackId", "")
    return Status(
        "Succeeded",
        summary=summary,
        external_id=identifier,
        external_url=_url(job, identifier),
        variables=outputs,
    )


def _url(job: Job, identifier: str = "") -> str:
    which = quote(identifier or job.external_id, safe="")
    where = f"https://console.aws.amazon.com/cloudformation/home?region={job.region}#"
    return f"{where}/stack/detail?stackId={which}" if which else where


_Step = Callable[[Any, Job], Status]
_START: dict[str, _Step] = {
    "CREATE_UPDATE": _create_update,
    "REPLACE_ON_FAILURE": _replace_on_failure,
    "DELETE_ONLY": _delete,
    "CHANGE_SET_REPLACE": _replace_change_set,
    "CHANGE_SET_EXECUTE": _execute_change_set,
}
_POLL: dict[str, _Step] = {
    "CREATE_UPDATE": _poll_stack,
    "REPLACE_ON_FAILURE": _poll_stack,
    "DELETE_ONLY": _poll_deletion,
    "CHANGE_SET_REPLACE": _poll_change_set,
    "CHANGE_SET_EXECUTE": _poll_stack,
}


def _mode(job: Job, steps: dict[str, _Step]) -> _Step:
    mode = job.configuration["ActionMode"]
    if mode not in steps:
        known = ", ".join(steps)
        raise ActionError("ConfigurationError", f"ActionMode {mode} is none of {known}.")
    return steps[mode]
