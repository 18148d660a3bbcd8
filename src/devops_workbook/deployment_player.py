"""A deployment as it goes: a live picture, with buttons that move the lab's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3

from devops_workbook.deployment_picture import DeploymentPicture, time_of
from devops_workbook.deployment_state import (
    DeploymentState,
    Minute,
    Target,
    load_balancer_of,
    read_alarms,
    read_deployment,
    read_minutes,
)
from devops_workbook.display import Table
from devops_workbook.stepped_view import SteppedView

if TYPE_CHECKING:
    from offline_aws.clock import Clock

_PATIENCE, _NOTICE = timedelta(hours=3), timedelta(minutes=2)
# How far it goes between two looks: at first, and once nothing has happened for a while.
_STRIDE, _LONG_STRIDE = timedelta(seconds=15), timedelta(minutes=1)
_A_WHILE = timedelta(minutes=6)
_BEFORE = timedelta(minutes=3)
_COLUMNS = ("What", "Status", "Since", "What AWS says")


class DeploymentPlayer(SteppedView[DeploymentState]):
    """A deployment of CodeDeploy, to look at and to step through.

    ``deployment`` is its id and ``clock`` the lab's. Shown are the share of the requests that each
    version gets, the lifecycle events, the alarms that the deployment group watches, and the share
    of the requests that fail. A rollback is shown with the deployment that it undoes.
    """

    strides = (
        ("One minute on", "Move the clock a minute", {"minutes": 1}),
        ("Five minutes on", "Move the clock five", {"minutes": 5}),
    )

    def __init__(self, deployment: str, clock: Clock) -> None:
        super().__init__(clock)
        self.deployment = deployment
        self._codedeploy: Any = boto3.client("codedeploy")
        self._cloudwatch: Any = boto3.client("cloudwatch")
        self._elbv2: Any = boto3.client("elbv2")
        self._dimensions: dict[str, str] = {}
        self._balancer = load_balancer_of(self._codedeploy, deployment)

    def state(self) -> DeploymentState:
        """Return how the deployment stands now. Raises CodeDeploy's ``ClientError``."""
        return read_deployment(self._codedeploy, self.deployment)

    def picture(self) -> DeploymentPicture:
        """Return the picture of how the deployment stands now."""
        state = self.state()
        alarms = read_alarms(self._codedeploy, self._cloudwatch, self.deployment)
        now, since = self._clock.now(), state.created - _BEFORE
        group = self._dimension_of_new(state)
        minutes = read_minutes(self._cloudwatch, self._balancer, group, since, now)
        return DeploymentPicture(state, alarms, minutes)

    def _dimension_of_new(self, state: DeploymentState) -> str:
        """Return the dimension of the target group that the new version has, "" for none."""
        names = [weight.group for target in state.targets for weight in target.weights]
        if len(names) < 2 or not names[-1]:
            return ""
        if names[-1] not in self._dimensions:
            found = self._elbv2.describe_target_groups(Names=[names[-1]])["TargetGroups"]
            self._dimensions[names[-1]] = found[0]["TargetGroupArn"].split(":")[-1]
        return self._dimensions[names[-1]]

    def table(self) -> Table:
        """Return weights, lifecycle events, alarms and errors with their times."""
        picture = self.picture()
        rows = list(_rows(picture.state))
        rows += [(f"alarm {each.name}", each.state, "", each.reason) for each in picture.alarms]
        rows += [
            ("requests that failed", f"{each.rate:.1f} %", time_of(each.begin), _of_new(each))
            for each in picture.minutes[-10:]
        ]
        return Table(f"{self.deployment} at {self._time()}", _COLUMNS, rows)

    def _next_state(self, before: DeploymentState) -> DeploymentState:
        # In strides: to ask after everything that happens, a health check for one, takes long.
        begin = self._clock.now()
        end = begin + self._patience(before)
        after = before
        while after == before and self._clock.now() < end:
            stride = _STRIDE if self._clock.now() - begin < _A_WHILE else _LONG_STRIDE
            self._clock.advance(seconds=stride.total_seconds())
            after = self.state()
        return after

    def _patience(self, state: DeploymentState) -> timedelta:
        return _PATIENCE if state.working else _NOTICE

    def _waits_for(self, state: DeploymentState) -> str:
        live = state.rollback or state
        if not state.working:
            return f"Deployment {live.id} is {live.status}: nothing more happens by itself."
        begun = [
            f"{event.name} is {event.status}."
            for target in live.targets
            for event in target.events
            if event.status == "in progress"
        ]
        return " ".join(begun[:3]) or f"Deployment {live.id} is {live.status}."

    def _difference(self, before: DeploymentState, after: DeploymentState) -> str:
        old, new = dict(_facts(before)), dict(_facts(after))
        changes = [
            f"{name}: {fact}."
            for name, fact in new.items()
            if old.get(name) != fact and fact not in _NOTHING_YET
        ]
        return " ".join(changes) or "Nothing changed."


# What need not be said of an event: it is to come, or was never to.
_NOTHING_YET = ("pending", "skipped")


def _rows(state: DeploymentState) -> Iterator[tuple[str, str, str, str]]:
    yield (f"deployment {state.id}", state.status, time_of(state.created), state.error)
    for target in state.targets:
        for weight in target.weights:
            yield (weight.name, f"{weight.percent:.0f} %", "", weight.detail)
        for event in target.events:
            moment = event.end or event.start
            since = time_of(moment) if moment else ""
            yield (_named(state, target, event.name), event.status, since, event.message)
    if state.rollback:
        yield from _rows(state.rollback)


def _of_new(minute: Minute) -> str:
    rate = minute.new_rate
    return "" if rate is None else f"of those to the new version {rate:.1f} %"


def _named(state: DeploymentState, target: Target, event: str) -> str:
    return f"{target.name}: {event}" if len(state.targets) > 1 else event


def _facts(state: DeploymentState, whose: str = "") -> Iterator[tuple[str, str]]:
    yield f"Deployment {state.id}", f"{state.status}. {state.error}".rstrip(". ")
    for target in state.targets:
        for weight in target.weights:
            yield f"{whose}{weight.name}", f"{weight.percent:.0f} %, {weight.detail}".rstrip(", ")
        for event in target.events:
            yield f"{whose}{_named(state, target, event.name)}", event.status
    if state.rollback:
        yield from _facts(state.rollback, f"{state.rollback.id}, ")
