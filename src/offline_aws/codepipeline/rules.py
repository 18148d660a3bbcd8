"""The rules of conditions: what they look at, and whether it is as they want it.

A rule answers as a provider of actions does, with a ``Status``; InProgress is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from offline_aws import clients
from offline_aws.codepipeline import cron_window
from offline_aws.codepipeline.provider import PROVIDERS, ProviderKey, Status, failed
from offline_aws.codepipeline.store import Shape

_FAILED = "RuleFailed"


@dataclass(frozen=True)
class Question:
    """One rule at one time. ``kind`` is beforeEntry, onSuccess or onFailure."""

    kind: str
    configuration: dict[str, str]
    region: str
    began: datetime
    now: datetime

    @property
    def minutes_left(self) -> float:
        """The minutes that are left of its WaitTime."""
        waits = timedelta(minutes=float(self.configuration.get("WaitTime") or 0))
        return (self.began + waits - self.now).total_seconds() / 60


@dataclass(frozen=True)
class Waiting(Status):
    """The status of a rule that knows when to be asked again."""

    until: datetime | None = None


def simulated() -> set[str]:
    """Return the names of the rules that can be evaluated offline."""
    return {*RULES, *(name for name, key in BY_PROVIDER.items() if key in PROVIDERS)}


def _variable_check(question: Question) -> Status:
    wanted = question.configuration
    variable, value = wanted.get("Variable", ""), wanted.get("Value", "")
    operator = wanted.get("Operator") or "EQ"
    try:
        holds = {
            "EQ": lambda: variable == value,
            "NE": lambda: variable != value,
            "CONTAINS": lambda: value in variable,
            "MATCHES": lambda: re.fullmatch(value, variable) is not None,
        }[operator]()
    except KeyError:
        return failed(
            "ConfigurationError", f"Operator {operator} is none of EQ, NE, CONTAINS, MATCHES"
        )
    except re.error as error:
        return failed("ConfigurationError", f"Value is not a regular expression: {error}")
    if holds:
        return Status("Succeeded", summary=f"{variable} {operator} {value}")
    return failed(_FAILED, f"The variable check failed: {variable} {operator} {value}")


def _deployment_window(question: Question) -> Status:
    wanted = question.configuration
    try:
        window = cron_window.parse(wanted.get("Cron", ""), wanted.get("TimeZone") or "UTC")
    except cron_window.CronError as error:
        return failed("ConfigurationError", str(error))
    if window.is_open(question.now):
        return Status("Succeeded", summary="The deployment window is open")
    opening = window.next_opening(question.now)
    if opening is None:
        return failed(_FAILED, "The deployment window never opens")
    summary = f"The deployment window opens at {opening.isoformat()}"
    return Waiting("InProgress", summary=summary, until=opening)


def _alarm(question: Question) -> Status:
    """Wait for a bad state to pass before an entry, or watch for one after the actions."""
    wanted = question.configuration
    name = wanted.get("AlarmName", "")
    watched = [state.strip() for state in (wanted.get("AlarmStates") or "ALARM").split(",")]
    client = clients.client("cloudwatch", question.region)
    answer = client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    found: list[Shape] = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    if not found:
        return failed("ConfigurationError", f"There is no alarm {name}")
    state = found[0]["StateValue"]
    bad, over = state in watched, question.minutes_left <= 0
    if bad and (over or question.kind != "beforeEntry"):
        return failed(_FAILED, f"The alarm {name} is in state {state}")
    if not bad and (over or question.kind == "beforeEntry"):
        return Status("Succeeded", summary=f"The alarm {name} is in state {state}")
    return Status("InProgress", summary=f"The alarm {name} is in state {state}")


#: The rules that are evaluated here, by the name of their provider.
RULES: dict[str, Callable[[Question], Status]] = {
    "CloudWatchAlarm": _alarm,
    "DeploymentWindow": _deployment_window,
    "VariableCheck": _variable_check,
}
#: The rules that do what an action does.
BY_PROVIDER: dict[str, ProviderKey] = {
    "CodeBuild": ("Test", "AWS", "CodeBuild"),
    "Commands": ("Compute", "AWS", "Commands"),
    "LambdaInvoke": ("Invoke", "AWS", "Lambda"),
}
