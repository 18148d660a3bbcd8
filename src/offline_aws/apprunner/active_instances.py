"""How many instances serve a service, by the requests that it is sent at one time.

Whoever sends requests records them as App Runner's metrics. A minute's Requests and RequestLatency
say how many of them there were at one time, on the average: by Little's law their rate times the
time that each takes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil

from offline_aws.apprunner.auto_scaling import sizes_of
from offline_aws.apprunner.store import Service, Shape
from offline_aws.operations import Call
from offline_aws.service_metrics import Metrics, metric_key, record

_NAMESPACE = "AWS/AppRunner"
_MINUTE = 60


def follow(call: Call, service: Service) -> None:
    """Record the active instances of a service whenever requests to it are recorded."""
    key = metric_key(_NAMESPACE, _metric(service, "Requests"))
    call.state(Metrics).watch(key, partial(_recorded, call, service))


def _recorded(call: Call, service: Service, time: int) -> None:
    # The latency may be recorded after the requests, at the same moment of the clock.
    call.clock.call_later(timedelta(0), partial(_count, call, service, time - time % _MINUTE))


def _count(call: Call, service: Service, minute: int) -> None:
    if service.status == "DELETED":
        return
    requests = _sum(call, service, "Requests", minute)[0]
    latency, size = _sum(call, service, "RequestLatency", minute)
    at_once = requests / _MINUTE * (latency / size if size else 0.0) / 1000
    sizes = sizes_of(call, service)
    wanted = max(1, ceil(at_once / sizes["MaxConcurrency"])) if requests else 0
    active = min(sizes["MaxSize"], wanted)
    when = datetime.fromtimestamp(minute, UTC)
    data = [("ActiveInstances", active), ("Concurrency", at_once)]
    record(
        call,
        _NAMESPACE,
        [
            {**_metric(service, name), "Timestamp": when, "Value": float(value)}
            for name, value in data
        ],
    )


def _sum(call: Call, service: Service, name: str, minute: int) -> tuple[float, float]:
    """Return the sum of a metric's values in a minute, and their number."""
    total = size = 0.0
    for series in call.state(Metrics).series_of(metric_key(_NAMESPACE, _metric(service, name))):
        rows = series.rows(series.between(minute, minute + _MINUTE))
        total, size = total + float(rows.totals.sum()), size + float(rows.counts.sum())
    return total, size


def _metric(service: Service, name: str) -> Shape:
    dimensions = {"ServiceName": service.name, "ServiceID": service.id}
    return {
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
