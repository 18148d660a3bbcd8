"""The metrics of one minute, as the load balancer and the service itself report them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devops_workbook.shop.answers import Answers, together
from devops_workbook.shop.traffic import Look, Share, Traffic

#: The service's own namespace: OrdersPlaced, Requests, Errors and MemoryUtilization.
SHOP = "Shop/Orders"
# Of all requests, those that place an order; the others look at one.
_ORDERS = 0.2
# Percent of a task's processors that are busy without any request.
_IDLE = 1.0
_MINUTE = 60

Datum = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """A share of a minute's requests, what was answered to them, and what that took.

    ``memory`` is the share in use, 0 to 1, ``cpu_seconds`` the processor time of a request.
    """

    share: Share
    answers: Answers
    memory: float = 0.0
    cpu_seconds: float = 0.0


def of_load_balancer(
    traffic: Traffic, look: Look, answered: list[Answered], minute: datetime
) -> list[Datum]:
    """Return what AWS/ApplicationELB reports: per load balancer, and per target group of it.

    RequestCount, HTTPCode_Target_2XX_Count, _4XX_Count and _5XX_Count, HTTPCode_ELB_5XX_Count,
    TargetResponseTime, HealthyHostCount, UnHealthyHostCount and RequestCountPerTarget, the last
    also per target group alone. As on AWS, a count of responses
    is reported only where there are any: an alarm has to say how it treats missing data.
    """
    data = list(_responses(answered, traffic.dimensions, minute))
    for way, (healthy, unhealthy) in look.health.items():
        dimensions = {"TargetGroup": way, **traffic.dimensions}
        of_group = [each for each in answered if each.share.way == way]
        data += _responses(of_group, dimensions, minute)
        if healthy or unhealthy:
            data.append(datum("HealthyHostCount", healthy, minute, dimensions))
            data.append(datum("UnHealthyHostCount", unhealthy, minute, dimensions))
            requests = sum(each.answers.requests for each in of_group)
            share = requests / (healthy or unhealthy)
            data += [
                datum("RequestCountPerTarget", share, minute, of, unit="None")
                for of in ({"TargetGroup": way}, dimensions)
            ]
    return data


def of_ecs(answered: list[Answered], minute: datetime) -> list[Datum]:
    """Return what AWS/ECS reports of the services whose tasks answered: a value for each task.

    CPUUtilization and MemoryUtilization, in percent of what a task has, by ClusterName and
    ServiceName. A task that has more to do than its processors can is at 100 percent.
    """
    data: list[Datum] = []
    for service in sorted({each.share.service for each in answered} - {""}):
        cluster, name = service.split("/")
        these = [each for each in answered if each.share.service == service and each.share.cpu]
        values = {
            "CPUUtilization": [min(100.0, _IDLE + 100 * _busy(each)) for each in these],
            "MemoryUtilization": [100 * each.memory for each in these],
        }
        counts = [float(each.share.tasks) for each in these]
        dimensions = {"ClusterName": cluster, "ServiceName": name}
        data += [
            {**_named(metric, "Percent", minute, dimensions), "Values": found, "Counts": counts}
            for metric, found in values.items()
            if found
        ]
    return data


def _busy(each: Answered) -> float:
    """Return the share of its processors that each task of a share was busy with requests."""
    processors = each.share.tasks * each.share.cpu
    return each.answers.requests * each.cpu_seconds / _MINUTE / processors


def _responses(
    answered: list[Answered], dimensions: Mapping[str, str], minute: datetime
) -> Iterator[Datum]:
    targets = together(each.answers for each in answered if each.share.version)
    refused = sum(each.answers.requests for each in answered if not each.share.version)
    good = targets.requests - targets.errors - targets.client_errors
    counts = {
        "RequestCount": targets.requests + refused,
        "HTTPCode_Target_2XX_Count": good,
        "HTTPCode_Target_4XX_Count": targets.client_errors,
        "HTTPCode_Target_5XX_Count": targets.errors,
        "HTTPCode_ELB_5XX_Count": refused,
    }
    for name, count in counts.items():
        if count:
            yield datum(name, count, minute, dimensions)
    if targets.requests:
        values, times = targets.bins()
        yield {
            **_named("TargetResponseTime", "Seconds", minute, dimensions),
            "Values": values,
            "Counts": times,
        }


def of_function(traffic: Traffic, answered: list[Answered], minute: datetime) -> list[Datum]:
    """Return what AWS/Lambda reports: of the alias, and of each version behind it.

    Invocations, Errors, and Duration in milliseconds. Errors is reported with every invocation,
    also where it is zero, as Lambda does.
    """
    data: list[Datum] = []
    ways = {each.share.way for each in answered}
    for way in (None, *sorted(ways)):
        these = [each.answers for each in answered if way in (None, each.share.way)]
        dimensions = dict(traffic.dimensions) | ({"ExecutedVersion": way} if way else {})
        whole = together(these)
        if whole.requests:
            values, times = whole.bins()
            data += [
                datum("Invocations", whole.requests, minute, dimensions),
                datum("Errors", whole.errors, minute, dimensions),
                {
                    **_named("Duration", "Milliseconds", minute, dimensions),
                    "Values": [1000 * value for value in values],
                    "Counts": times,
                },
            ]
    return data


def of_app_runner(traffic: Traffic, answered: list[Answered], minute: datetime) -> list[Datum]:
    """Return what AWS/AppRunner reports of a service's requests.

    Requests, 2xxStatusResponses, 4xxStatusResponses and 5xxStatusResponses, and RequestLatency in
    milliseconds. Of the instances that serve them App Runner reports by itself.
    """
    whole = together(each.answers for each in answered)
    if not whole.requests:
        return []
    values, times = whole.bins()
    counts = {
        "Requests": whole.requests,
        "2xxStatusResponses": whole.requests - whole.errors - whole.client_errors,
        "4xxStatusResponses": whole.client_errors,
        "5xxStatusResponses": whole.errors,
    }
    latency = {
        **_named("RequestLatency", "Milliseconds", minute, traffic.dimensions),
        "Values": [1000 * value for value in values],
        "Counts": times,
    }
    data = [datum(name, count, minute, traffic.dimensions) for name, count in counts.items()]
    return [*data, latency]


def of_service(answered: list[Answered], minute: datetime) -> list[Datum]:
    """Return what the service reports of itself, in the namespace ``Shop/Orders``.

    OrdersPlaced without dimensions; Requests, Errors and MemoryUtilization (percent) by Version.
    """
    served = [each for each in answered if each.share.version]
    good = sum(each.answers.requests - each.answers.errors for each in served)
    data = [datum("OrdersPlaced", round(_ORDERS * good), minute, {})]
    for version in sorted({each.share.version for each in served}):
        these = [each for each in served if each.share.version == version]
        whole = together(each.answers for each in these)
        dimensions = {"Version": version}
        memory = 100 * max(each.memory for each in these)
        data += [
            datum("Requests", whole.requests, minute, dimensions),
            datum("Errors", whole.errors, minute, dimensions),
            datum("MemoryUtilization", memory, minute, dimensions, unit="Percent"),
        ]
    return data


def datum(
    name: str, value: float, minute: datetime, dimensions: Mapping[str, str], unit: str = "Count"
) -> Datum:
    """Return one datum in the shape of PutMetricData."""
    return {**_named(name, unit, minute, dimensions), "Value": float(value)}


def _named(name: str, unit: str, minute: datetime, dimensions: Mapping[str, str]) -> Datum:
    return {
        "MetricName": name,
        "Timestamp": minute,
        "Unit": unit,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }


def age(share: Share, now: datetime) -> timedelta:
    """Return how long a share's version has run, a day where its start is not known."""
    return now - share.started if share.started else timedelta(days=1)
