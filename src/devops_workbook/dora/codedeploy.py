"""Read events from the deployments of a CodeDeploy application, its rollbacks among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule, matcher
from devops_workbook.dora.notes import counted

_ENDED = ("Succeeded", "Failed", "Stopped")
_IN_A_BATCH = 25
_ROLLBACK = "codeDeployRollback"

Shape = Mapping[str, Any]


def from_codedeploy(client: Any, application: str, *, production: NameRule = "*") -> Events:
    """Read events from an application's deployments, asking any boto3 CodeDeploy client.

    ``production`` (a glob, a regular expression or a function) says which deployment groups
    count. A deployment is one that has ended; the service is the application, the version the
    revision: an object's version, ETag or key, a commit, or the hash of an AppSpec. It succeeded
    if CodeDeploy says so; one that failed or was stopped never reached production. A deployment
    by CodeDeploy's rollback is of kind rollback and repairs the one that it undoes, every other
    one is planned.

    An incident is a deployment that an alarm stopped and a rollback undid: production had a part
    of it, so that it counts as one that reached it. It begins when the alarm stopped it and ends
    with the rollback. Incidents are None where no group watches alarms, and changes always:
    CodeDeploy does not know commits. ``notes`` of the result say what was left out.

    Raises botocore's ``ClientError``, such as ``ApplicationDoesNotExistException``.
    """
    pages = client.get_paginator("list_deployment_groups").paginate(applicationName=application)
    names = [name for page in pages for name in page["deploymentGroups"]]
    groups = list(filter(matcher(production), names))
    found = [one for group in groups for one in _deployments(client, application, group)]
    ended = {one["deploymentId"]: one for one in found if one["status"] in _ENDED}
    bad = {name for name, one in ended.items() if _stopped_by_alarm(one, ended)}
    rows = sorted(
        (_row(application, one, ended, bad) for one in ended.values()),
        key=lambda row: (row["finished_at"], row["deployment_id"]),
    )
    incidents = [_incident(ended[name], ended) for name in sorted(bad)]
    watched = _watch_alarms(client, application, groups)
    return Events(
        _frame(rows, "deployment_id", "service", "finished_at", "started_at", *_DETAILS),
        incidents=_frame(incidents, "incident_id", "deployment_id", "started_at", "resolved_at")
        if watched or incidents
        else None,
        notes=_left_out(found),
    )


_DETAILS = ("status", "kind", "version", "repairs")


def _deployments(client: Any, application: str, group: str) -> Iterator[Shape]:
    """Yield AWS's ``DeploymentInfo`` of every deployment of a group."""
    pages = client.get_paginator("list_deployments").paginate(
        applicationName=application, deploymentGroupName=group
    )
    ids = [identifier for page in pages for identifier in page["deployments"]]
    for begin in range(0, len(ids), _IN_A_BATCH):
        batch = ids[begin : begin + _IN_A_BATCH]
        yield from client.batch_get_deployments(deploymentIds=batch)["deploymentsInfo"]


def _stopped_by_alarm(one: Shape, ended: Mapping[str, Shape]) -> bool:
    """Whether an alarm stopped a deployment that a rollback then undid."""
    code = one.get("errorInformation", {}).get("code")
    rollback = ended.get(one.get("rollbackInfo", {}).get("rollbackDeploymentId", ""), {})
    return bool(code == "ALARM_ACTIVE" and rollback.get("status") == "Succeeded")


def _row(application: str, one: Shape, ended: Mapping[str, Shape], bad: set[str]) -> dict[str, Any]:
    name = one["deploymentId"]
    undone = one.get("rollbackInfo", {}).get("rollbackTriggeringDeploymentId")
    is_rollback = one.get("creator") == _ROLLBACK
    return {
        "deployment_id": name,
        "service": application,
        "finished_at": one.get("completeTime", one["createTime"]),
        "started_at": one.get("startTime", one["createTime"]),
        "status": "succeeded" if one["status"] == "Succeeded" or name in bad else "failed",
        "kind": "rollback" if is_rollback else "planned",
        "version": _version(one.get("revision", {})),
        "repairs": undone if is_rollback and undone in ended else None,
    }


def _version(revision: Shape) -> str | None:
    place = revision.get("s3Location") or {}
    for name in ("version", "eTag", "key"):
        if place.get(name):
            return str(place[name])
    for member, name in (
        ("gitHubLocation", "commitId"),
        ("appSpecContent", "sha256"),
        ("string", "sha256"),
    ):
        if revision.get(member, {}).get(name):
            return str(revision[member][name])
    return None


def _incident(one: Shape, ended: Mapping[str, Shape]) -> dict[str, Any]:
    rollback = ended[one["rollbackInfo"]["rollbackDeploymentId"]]
    return {
        "incident_id": f"alarm/{one['deploymentId']}",
        "deployment_id": one["deploymentId"],
        "started_at": one["completeTime"],
        "resolved_at": rollback["completeTime"],
    }


def _watch_alarms(client: Any, application: str, groups: Sequence[str]) -> bool:
    """Whether one of the groups watches alarms, so that an incident would be known."""
    for begin in range(0, len(groups), _IN_A_BATCH):
        answer = client.batch_get_deployment_groups(
            applicationName=application, deploymentGroupNames=groups[begin : begin + _IN_A_BATCH]
        )
        for group in answer["deploymentGroupsInfo"]:
            if group.get("alarmConfiguration", {}).get("enabled"):
                return True
    return False


def _left_out(found: Sequence[Shape]) -> tuple[str, ...]:
    open_ones = Counter(one["status"] for one in found if one["status"] not in _ENDED)
    return tuple(
        f"{counted(count, 'deployment')} left out: {status}" for status, count in open_ones.items()
    )


def _frame(rows: Sequence[Mapping[str, Any]], *columns: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    times = {name: pd.to_datetime(frame[name], utc=True) for name in columns if name[-3:] == "_at"}
    return frame.assign(**times)
