"""Read events from what EventBridge delivered: CodeCommit, CodeDeploy, CodePipeline, alarms."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

import pandas as pd

from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.eventbridge_changes import (
    Change,
    Incident,
    find_changes,
    find_incidents,
)
from devops_workbook.dora.eventbridge_deployments import Deployment, find_deployments
from devops_workbook.dora.eventbridge_records import (
    ActionState,
    AlarmState,
    DeploymentState,
    Event,
    Push,
    Record,
    records,
)
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule, matcher
from devops_workbook.dora.notes import counted

#: An event as a dict, or as its JSON text.
RawEvent = Mapping[str, Any] | str

_Kind = TypeVar("_Kind", bound=Record)


def from_eventbridge(
    events: str | os.PathLike[str] | Iterable[RawEvent],
    *,
    production: NameRule = "*",
    alarms: NameRule = "*",
) -> Events:
    """Read events from EventBridge events: dicts, JSON texts, or the path of a .jsonl file.

    A deployment is a CodeDeploy deployment that ended in SUCCESS or FAILURE, its service the
    application; or a stage of a pipeline execution whose Deploy actions ended, its service the
    pipeline. A CodeDeploy deployment made by such an action is counted once. ``production`` (a
    glob, a regular expression or a function) says which deployment groups and stages count.
    A deployment that CodeDeploy's rollback made is of kind rollback where ``detail.creator``,
    which not every log has, says so.

    A change is a push to CodeCommit, by the commit at its tip and the time of the push: events
    do not tell when it was committed, nor what other commits came along. A deployment holds the
    pushes to the branch since the last successful deployment of the service up to the commit
    that the Source action of its execution names; a push that no deployment holds is not
    deployed yet.

    An incident is the time an alarm whose name fits ``alarms`` is in ALARM, until it is OK. No
    deployment is named as its cause.

    Changes and incidents are None if the log has no event of CodeCommit or of an alarm.
    ``notes`` of the result count what was left out, events of other kinds among it. Raises
    EventsError, with the position of the event and the field, for one that is malformed.
    """
    log = _read(events)
    deployments, left_out = find_deployments(
        log.of(DeploymentState), log.of(ActionState), matcher(production)
    )
    is_incident = matcher(alarms)
    states = [state for state in log.of(AlarmState) if is_incident(state.alarm)]
    changes = find_changes(log.of(Push), deployments)
    return Events(
        _frame(Deployment, [astuple(deployment) for deployment in deployments]),
        _frame(Change, changes) if "aws.codecommit" in log.sources else None,
        _frame(Incident, find_incidents(states)) if "aws.cloudwatch" in log.sources else None,
        notes=(*log.notes, *left_out),
    )


@dataclass(frozen=True)
class _Log:
    """The records in the order of their time, where they came from, and what was left out."""

    records: list[Record]
    sources: set[str]
    notes: list[str]

    def of(self, kind: type[_Kind]) -> list[_Kind]:
        return [record for record in self.records if isinstance(record, kind)]


def _read(raw: str | os.PathLike[str] | Iterable[RawEvent]) -> _Log:
    found: list[Record] = []
    sources: set[str] = set()
    unknown: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for event in _events(raw):
        seen[content := json.dumps(event.content, sort_keys=True, default=str)] += 1
        if seen[content] > 1:
            continue
        recorded = records(event)
        if recorded is None:
            unknown[" ".join(event.kind)] += 1
            continue
        sources.add(event.kind[0])
        found += recorded
    found.sort(key=lambda record: record.at)
    return _Log(found, sources, _notes(unknown, seen.total() - len(seen)))


def _notes(unknown: Counter[str], repeated: int) -> list[str]:
    notes = []
    if unknown:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in unknown.most_common())
        notes.append(f"{counted(unknown.total(), 'event')} left out: of other kinds ({kinds})")
    if repeated:
        notes.append(f"{counted(repeated, 'event')} left out: delivered more than once")
    return notes


def _events(raw: str | os.PathLike[str] | Iterable[RawEvent]) -> Iterator[Event]:
    """Yield each event with its place, raise EventsError for one that is no JSON object."""
    if isinstance(raw, (str, os.PathLike)):
        source = os.fspath(raw)
        items: Iterable[RawEvent] = _lines(source)
    else:
        source, items = "events", raw
    for position, item in enumerate(items, start=1):
        if isinstance(item, str) and not item.strip():
            continue
        try:
            content = json.loads(item) if isinstance(item, str) else item
        except ValueError:
            content = item
        if not isinstance(content, Mapping):
            problem = f"found {str(item)[:60]!r}, expected an event as one JSON object"
            raise EventsError(problem, file=source, row=position)
        yield Event(content, source, position)


def _lines(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8-sig") as file:
            yield from file
    except OSError as error:
        raise EventsError(f"cannot be read: {error.strerror}", file=path) from error
    except UnicodeDecodeError as error:
        raise EventsError("this is not UTF-8 text", file=path) from error


def _frame(row: type, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    columns = list(row.__annotations__)
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    times = {name: pd.to_datetime(frame[name], utc=True) for name in columns if name[-3:] == "_at"}
    return frame.assign(**times)
