"""Which pushes a deployment brought, and when alarms said that something was wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from devops_workbook.dora.eventbridge_deployments import Deployment
from devops_workbook.dora.eventbridge_records import AlarmState, Push


class Change(NamedTuple):
    """One row of the table of changes."""

    change_id: str
    deployment_id: str | None
    committed_at: datetime


class Incident(NamedTuple):
    """One row of the table of incidents; no alarm names the deployment that set it off."""

    incident_id: str
    deployment_id: None
    started_at: datetime
    resolved_at: datetime | None


def find_changes(pushes: Iterable[Push], deployments: Iterable[Deployment]) -> list[Change]:
    """Return the pushes that each deployment holds, and those that none does.

    Both are in the order of their time. Later pushes to a branch hold the earlier ones, so a
    deployment brings all of them since the last successful one of its service.
    """
    branches: dict[tuple[str, str], list[str]] = {}
    first_pushed: dict[str, datetime] = {}
    place: dict[str, tuple[tuple[str, str], int]] = {}
    for push in pushes:
        commits = branches.setdefault((push.repository, push.branch), [])
        if push.commit not in commits[-1:]:
            commits.append(push.commit)
        first_pushed.setdefault(push.commit, push.at)
        place[push.commit] = (push.repository, push.branch), len(commits) - 1

    deployed: dict[tuple[str, tuple[str, str]], int] = {}
    found = []
    for deployment in deployments:
        if deployment.version not in place:
            continue
        branch, tip = place[deployment.version]
        start = deployed.get((deployment.service, branch), 0)
        for commit in branches[branch][start : tip + 1]:
            found.append(Change(commit, deployment.deployment_id, first_pushed[commit]))
        if deployment.status == "succeeded":
            deployed[deployment.service, branch] = max(start, tip + 1)
    held = {change.change_id for change in found}
    found += [Change(commit, None, at) for commit, at in first_pushed.items() if commit not in held]
    return found


def find_incidents(states: Sequence[AlarmState]) -> list[Incident]:
    """Return one incident for each time an alarm went off, resolved when it was next OK.

    The states are in the order of their time. INSUFFICIENT_DATA in between resolves nothing. An
    OK whose ALARM came before the log began has the time of the state before it.
    """
    open_since: dict[str, datetime] = {}
    found = []
    for state in states:
        if state.state == "ALARM":
            open_since.setdefault(state.alarm, state.at)
        elif state.state == "OK":
            before = state.previous_at if state.previous_state == "ALARM" else None
            started_at = open_since.pop(state.alarm, before)
            if started_at is not None:
                found.append(_incident(state.alarm, started_at, state.at))
    return found + [_incident(alarm, since, None) for alarm, since in open_since.items()]


def _incident(alarm: str, started_at: datetime, resolved_at: datetime | None) -> Incident:
    utc = started_at.astimezone(UTC).replace(tzinfo=None)
    return Incident(f"{alarm} {utc.isoformat()}Z", None, started_at, resolved_at)
