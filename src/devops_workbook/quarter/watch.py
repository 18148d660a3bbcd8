"""How the people learn that something is wrong: alarms, complaints, traces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from devops_workbook import tracing
from devops_workbook.lab import REGION
from devops_workbook.tracing import TracesError
from offline_aws import clients

#: Customers are harmed while more than this share of their requests fail, or take over a second.
HARMED = 0.02
#: So many minutes in a row count, so that a single bad one is no incident.
MINUTES = 3
_MINUTE = timedelta(minutes=1)
_COLLECTORS = ("aws-otel-collector", "xray-daemon", "cloudwatch-agent")
_BEHIND = ("payments", "bank")


def harm(answered: pd.DataFrame) -> float:
    """Return the share of the requests that were harmed in the last three minutes, 0 for none.

    ``answered`` is a table of ``shop.Load``.
    """
    if answered.empty:
        return 0.0
    recent = answered[answered["minute"] > answered["minute"].max() - MINUTES * _MINUTE]
    enough = recent["minute"].nunique() == MINUTES
    return float(recent["harmed"].sum() / recent["requests"].sum()) if enough else 0.0


def bad_minutes(answered: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of ``shop.Load`` in which customers were harmed.

    A single request does not count: of the few that a canary gets, it is easily two per cent.
    """
    return answered[(answered["harmed"] > HARMED * answered["requests"]) & (answered["harmed"] > 1)]


def somebody_is_called() -> str:
    """Return the name of an alarm that is in ALARM and tells somebody, "" for none."""
    found = client("cloudwatch").describe_alarms(
        StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    for alarm in (*found["MetricAlarms"], *found["CompositeAlarms"]):
        if calls_somebody(alarm):
            return str(alarm["AlarmName"])
    return ""


def calls_somebody(alarm: Mapping[str, Any]) -> bool:
    """Return whether an alarm, as DescribeAlarms describes it, tells a topic with a subscriber."""
    topics = [arn for arn in alarm["AlarmActions"] if ":sns:" in arn]
    return bool(alarm["ActionsEnabled"]) and any(_listens(arn) for arn in topics)


def _listens(topic: str) -> bool:
    sns = client("sns")
    try:
        return bool(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"])
    except sns.exceptions.NotFoundException:
        return False


def is_traced() -> bool:
    """Return whether the tasks of ``orders`` bring a collector along that sends their traces."""
    return any(map(collects_traces, _containers()))


def collects_traces(container: Mapping[str, Any]) -> bool:
    """Return whether a container, as DescribeTaskDefinition describes it, collects traces."""
    return any(name in container["image"] for name in _COLLECTORS)


def sampled() -> float:
    """Return the share of the requests that the account's first sampling rule lets through."""
    rules = client("xray").get_sampling_rules()["SamplingRuleRecords"]
    first = min(rules, key=lambda each: each["SamplingRule"]["Priority"], default=None)
    return float(first["SamplingRule"]["FixedRate"]) if first else 0.05


def traces_say_where(begin: datetime, end: datetime) -> bool:
    """Return whether the traces of a time name the culprit first: what waits, waits for it."""
    try:
        spans = tracing.from_xray(client("xray"), begin, end)
    except TracesError:
        return False
    if spans.empty:
        return False
    first = tracing.bottlenecks(spans).iloc[0]
    return any(word in f"{first['service']} {first['operation']}" for word in _BEHIND)


def _containers() -> Iterator[dict[str, Any]]:
    ecs = client("ecs")
    for service in ecs.describe_services(cluster="shop", services=["orders"])["services"]:
        asked = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])
        yield from asked["taskDefinition"]["containerDefinitions"]


def client(service: str) -> Any:
    """Return a client that is kept: to make one takes longer than most calls."""
    return clients.client(service, REGION)
