"""The alarms of one account and region, and what they were."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from offline_aws.cloudwatch.checks import Shape
from offline_aws.operations import Call

if TYPE_CHECKING:
    from offline_aws.cloudwatch.alarm_rule import Rule
    from offline_aws.cloudwatch.lookahead import Ahead
    from offline_aws.cloudwatch.watch import Watch

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
_KEPT = timedelta(days=30)
_ACTIONS = {OK: "OKActions", ALARM: "AlarmActions", INSUFFICIENT: "InsufficientDataActions"}


@dataclass(frozen=True)
class AlarmState:
    """A state, why it is, and since when; ``reason_data`` is JSON, "" for none."""

    value: str
    reason: str
    reason_data: str
    time: datetime


@dataclass(eq=False)
class Alarm:
    """One alarm. ``settings`` is what was asked for, in the shape of DescribeAlarms.

    A metric alarm has a ``watch``, a composite one a ``rule``.
    """

    name: str
    arn: str
    settings: Shape
    configured: datetime
    state: AlarmState
    transitioned: datetime
    tags: dict[str, str] = field(default_factory=dict)
    watch: Watch | None = None
    rule: Rule | None = None
    #: When it is to be evaluated next and was last, in seconds since 1970.
    due: int | None = None
    evaluated: int = -1
    #: What its evaluations to come lead to, while its data are known ahead and stay the same.
    ahead: Ahead | None = None
    #: Why its actions are held back: WaitPeriod, ExtensionPeriod, Alarm, "" for not.
    suppressed_by: str = ""
    #: Counts what began a wait of suppressed actions, so that one that is over is known.
    suppressions: int = 0
    #: The state before those whose actions are held back.
    acted_on: AlarmState | None = None

    @property
    def kind(self) -> str:
        """Return AWS's word for what it is."""
        return "MetricAlarm" if self.rule is None else "CompositeAlarm"

    @property
    def watching(self) -> Watch:
        """Return the watch of a metric alarm. Raises ``TypeError`` for another."""
        if self.watch is None:
            raise TypeError(self.name)
        return self.watch

    @property
    def acts(self) -> bool:
        """Return whether its actions are enabled."""
        return bool(self.settings["ActionsEnabled"])

    def actions(self, state: str) -> list[str]:
        """Return the actions of a state."""
        return list(self.settings[_ACTIONS[state]])


@dataclass(frozen=True)
class HistoryItem:
    """Something that happened to an alarm; ``data`` makes what is shown of it as JSON."""

    alarm: str
    alarm_type: str
    time: datetime
    kind: str
    summary: str
    data: Callable[[], Shape]


@dataclass
class Alarms:
    """All alarms by name, in the order in which they came, and their history."""

    by_name: dict[str, Alarm] = field(default_factory=dict)
    history: deque[HistoryItem] = field(default_factory=deque)
    #: Composite alarms by the name of an alarm that their rule or their suppressor names.
    parents: dict[str, list[Alarm]] = field(default_factory=dict)

    def remember(self, item: HistoryItem) -> None:
        """Add to the history, which is kept for 30 days, that of deleted alarms too."""
        self.history.append(item)
        while self.history[0].time < item.time - _KEPT:
            self.history.popleft()

    def named(self, name_or_arn: str) -> Alarm | None:
        """Return an alarm by its name or its ARN."""
        return self.by_name.get(name_of(name_or_arn))


def name_of(name_or_arn: str) -> str:
    """Return the name of an alarm."""
    if name_or_arn.startswith("arn:") and ":alarm:" in name_or_arn:
        return name_or_arn.partition(":alarm:")[2]
    return name_or_arn


def arn_of(call: Call, name: str) -> str:
    """Return the ARN of an alarm."""
    return f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"


def stamp(time: datetime) -> str:
    """Return a time as CloudWatch writes it in JSON."""
    return f"{time:%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03}+0000"
