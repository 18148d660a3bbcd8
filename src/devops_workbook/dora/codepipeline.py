"""Read events from the history of a pipeline: what reached production, and with which commits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from typing import Any

import pandas as pd
from botocore.exceptions import ClientError

from devops_workbook.dora.codecommit_changes import Brought, find_commits
from devops_workbook.dora.codepipeline_history import PipelineHistory
from devops_workbook.dora.eventbridge_changes import Change, find_changes
from devops_workbook.dora.eventbridge_deployments import Deployment, find_deployments
from devops_workbook.dora.eventbridge_records import ActionState, Push
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule, matcher
from devops_workbook.dora.notes import counted

#: A commit that mends production, by the first line of its message.
HOTFIX = re.compile(r"^(revert|hotfix)", re.IGNORECASE)


def from_codepipeline(
    client: Any,
    name: str,
    *,
    production: NameRule | None = None,
    codecommit: Any = None,
    hotfix: NameRule = HOTFIX,
) -> Events:
    """Read events from the executions of a pipeline, asking any boto3 CodePipeline client.

    A deployment is a stage of an execution whose Deploy actions ended; it failed if one of them
    did. ``production`` (a glob, a regular expression or a function) says which stages count; left
    out, it is the last stage that has Deploy actions, or the last of all. Where a stage that
    counts has none, every action but an approval is taken for one. The service is the pipeline,
    the version the revision of its last source. A deployment by an execution of type ROLLBACK is
    of kind rollback, every other one is planned.

    A change is a revision that the pipeline took from a source. It was committed at the source
    action's output variable AuthorDate; where there is none, as from S3, the execution that
    began with it gives the time. A deployment holds the revisions since the last successful one
    up to its own, in the order in which the pipeline took them: those of executions that were
    superseded come along. Commits that were pushed together count as their last one, the only
    one the pipeline names. A revision that no deployment holds is not deployed yet.

    With ``codecommit``, any boto3 CodeCommit client, every commit of a CodeCommit source is a
    change: a deployment holds those that its revision reaches and that no successful one before
    it held, whatever was pushed together; merge commits are left out, and a commit was made when
    its author says. What the head of the source's branch reaches and no deployment held is not
    deployed yet. What is older than the last 250 commits of the first revision is left out: what
    the first deployment of a log brought nobody knows, and no metric counts it. A source that
    is none of CodeCommit, or whose repository cannot be read, stays as without ``codecommit``.

    Then, too, a deployment is of kind hotfix if the first line of every commit's message fits
    ``hotfix`` (a rule like ``production``; by default the line begins with "Revert" or
    "Hotfix"). Commits that come along from a deployment that failed do not count in this, if
    there are others. A deployment that brought nothing keeps its kind.

    Incidents are None: a pipeline does not say what its deployments did to users; see
    ``incidents_from_cloudwatch``. AWS keeps the history for twelve months. ``notes`` of the
    result say what was left out.

    Raises botocore's ``ClientError``, such as ``PipelineNotFoundException``.
    """
    history = PipelineHistory.of(client, name)
    stages = history.production(production)
    states = [*history.sources(), *history.deploying(stages)]
    deployments, left_out = find_deployments([], states, stages.__contains__)
    deployments = [history.with_kind(deployment) for deployment in deployments]
    brought = _changes(history, deployments, codecommit)
    deployments = _hotfixes(deployments, brought, hotfix)
    return Events(
        _frame(Deployment, [astuple(deployment) for deployment in deployments]),
        _frame(Change, brought.changes),
        notes=(*left_out, *brought.notes),
    )


def _changes(
    history: PipelineHistory, deployments: Sequence[Deployment], codecommit: Any
) -> Brought:
    """Return the changes, source by source."""
    began: dict[str, dict[str, ActionState]] = {}
    for state in history.sources():
        began.setdefault(state.action, {}).setdefault(state.external_id or "", state)
    repositories = history.repositories() if codecommit is not None else {}
    dates = history.dates()
    whole = Brought([], {}, [])
    for source, revisions in began.items():
        versions = history.versions(deployments, source)
        found = None
        if source in repositories:
            try:
                found = find_commits(codecommit, repositories[source], revisions, versions)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                whole.notes.append(
                    f"changes from {source} by the last commit of each push: CodeCommit answers"
                    f" {code}"
                )
        found = found or _pushes(source, revisions, versions, dates)
        whole.changes.extend(found.changes)
        whole.first_lines.update(found.first_lines)
        whole.notes.extend(found.notes)
    return whole


def _pushes(
    source: str,
    revisions: Mapping[str, ActionState],
    versions: Sequence[Deployment],
    dates: Mapping[tuple[str, str], datetime],
) -> Brought:
    """Return the revisions of a source as its changes; what they say is not known."""
    written = {one: dates.get((state.execution, source)) for one, state in revisions.items()}
    pushes = [
        Push(written[one] or state.at, source, "", one, "") for one, state in revisions.items()
    ]
    undated = sum(date is None for date in written.values())
    note = (
        f"{counted(undated, 'change')} from {source} dated by the execution that began with it:"
        " the source tells no AuthorDate"
    )
    return Brought(find_changes(pushes, versions), {}, [note] if undated else [])


def _hotfixes(
    deployments: Sequence[Deployment], brought: Brought, rule: NameRule
) -> list[Deployment]:
    """Return the deployments, planned ones of kind hotfix if all they brought is to mend."""
    fits = matcher(rule)
    held: dict[str, list[str]] = {}
    for change in brought.changes:
        held.setdefault(change.deployment_id or "", []).append(change.change_id)
    seen: set[str] = set()
    found = []
    for one in deployments:
        own = held.get(one.deployment_id, [])
        # What failed to get out before comes along again, and is not what this one is about.
        lines = [brought.first_lines.get(each) for each in own if each not in seen]
        lines = lines or [brought.first_lines.get(each) for each in own]
        mends = bool(lines) and all(line is not None and fits(line) for line in lines)
        found.append(replace(one, kind="hotfix") if mends and one.kind == "planned" else one)
        seen.update(own)
    return found


def _frame(row: type, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(row.__annotations__)
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    times = {name: pd.to_datetime(frame[name], utc=True) for name in columns if name[-3:] == "_at"}
    return frame.assign(**times)
