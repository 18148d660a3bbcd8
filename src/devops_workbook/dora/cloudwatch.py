"""Read incidents from a load balancer's metrics: when too many customers were harmed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.period import Moment, moment_of

#: How long CloudWatch keeps metrics by the minute.
MINUTES_KEPT = timedelta(days=15)
#: What makes an incident where nothing else is said: see ``incidents_from_cloudwatch``.
HARMED, PATIENCE, IN_A_ROW = 0.02, 1.0, 3

_MINUTE = timedelta(minutes=1)
_ANSWERED = "requests"
_COUNTS = {
    _ANSWERED: "RequestCount",
    "failed_by_target": "HTTPCode_Target_5XX_Count",
    "failed_by_balancer": "HTTPCode_ELB_5XX_Count",
}
_SLOWEST = "slowest"
_NAME = re.compile(r"app/[^/]+/[^/]+")

Bools = npt.NDArray[np.bool_]


def incidents_from_cloudwatch(
    client: Any,
    load_balancer: str,
    start: Moment,
    end: Moment,
    *,
    harmed: float = HARMED,
    patience: float = PATIENCE,
    minutes: int = IN_A_ROW,
) -> pd.DataFrame:
    """Read incidents from the minutes of an Application Load Balancer's metrics.

    ``client`` is any boto3 CloudWatch client, ``load_balancer`` the value of the dimension
    LoadBalancer, the end of the ARN: ``app/shop/50dc6c495c0c9188``. The whole minutes from
    ``start`` up to ``end`` are looked at; times without a zone are UTC.

    A minute is bad if more than the share ``harmed`` of its requests failed, or if its slowest
    requests, again more than that share, waited longer than ``patience`` seconds for the target.
    A minute without requests says nothing: it is skipped. An incident begins with the first of
    ``minutes`` bad ones in a row and ends where the first of ``minutes`` good ones in a row
    begins. One that had not ended by ``end`` has no ``resolved_at``.

    Returns one row per incident with the columns of ``Events.incidents``, in the order of time:
    ``incident_id`` is the start (``2026-01-12T10:03Z``), ``deployment_id`` is missing,
    ``started_at`` and ``resolved_at`` are UTC. ``with_incidents`` finds the deployments.

    CloudWatch keeps metrics by the minute for 15 days, and only by five minutes after that: to
    have a whole quarter, read at least every two weeks and keep what was read. Older minutes are
    as minutes without requests.

    The metrics are of the namespace AWS/ApplicationELB, by 60 seconds: the sums of RequestCount,
    HTTPCode_Target_5XX_Count and HTTPCode_ELB_5XX_Count, and the percentile 1 - ``harmed`` of
    TargetResponseTime. On AWS RequestCount leaves out what was refused before a target was
    chosen, so that a minute has at least as many requests as failed. The source of names and
    retention are AWS's guides of Elastic Load Balancing and CloudWatch; the defaults are a
    choice of this function, so take those of your own service level.

    Raises ValueError for arguments out of range, EventsError if CloudWatch has no request of the
    load balancer in that time, and botocore's ``ClientError``.
    """
    _check(load_balancer, harmed, patience, minutes)
    first, last = _whole_minutes(start, end)
    table = _read(client, load_balancer, first, last, 100 * (1 - harmed))
    failed = table["failed_by_target"] + table["failed_by_balancer"]
    requests = table[_ANSWERED].clip(lower=failed)
    if not requests.any():
        problem = f"CloudWatch has no minute with a request of load balancer {load_balancer!r}"
        place = f"from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"
        raise EventsError(
            f"{problem} {place}: check its name and the region; minutes are kept for 15 days"
        )
    share = failed / requests.where(requests > 0)
    bad = (share > harmed) | (table[_SLOWEST] > patience)
    telling = share.notna().to_numpy()
    return _incidents(pd.DatetimeIndex(table.index[telling]), bad.to_numpy()[telling], minutes)


def _check(load_balancer: str, harmed: float, patience: float, minutes: int) -> None:
    if not _NAME.fullmatch(load_balancer):
        raise ValueError(
            f"load_balancer: found {load_balancer!r}, expected the end of an Application Load"
            " Balancer's ARN, such as app/shop/50dc6c495c0c9188"
        )
    if not 0 < harmed < 1:
        raise ValueError(f"harmed: found {harmed!r}, expected a share between 0 and 1")
    if not patience > 0:
        raise ValueError(f"patience: found {patience!r}, expected seconds, more than 0")
    if minutes < 1:
        raise ValueError(f"minutes: found {minutes!r}, expected at least 1")


def _whole_minutes(start: Moment, end: Moment) -> tuple[datetime, datetime]:
    first = moment_of(start, "UTC", "start").astimezone(UTC)
    last = moment_of(end, "UTC", "end").astimezone(UTC)
    if first >= last:
        raise ValueError(f"the period is empty: its start {first} is not before its end {last}")
    begin, finish = _rounded_down(first + _MINUTE - timedelta.resolution), _rounded_down(last)
    if begin >= finish:
        raise ValueError(f"there is no whole minute between {first} and {last}")
    return begin, finish


def _rounded_down(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _read(
    client: Any, load_balancer: str, start: datetime, end: datetime, percent: float
) -> pd.DataFrame:
    """Return a row for each minute of which there is anything, in the order of time (UTC)."""
    statistics = {name: (metric, "Sum") for name, metric in _COUNTS.items()}
    # Ten decimals are what CloudWatch takes; the digits that floats add are further on.
    percentile = f"{percent:.10f}".rstrip("0").rstrip(".")
    statistics[_SLOWEST] = ("TargetResponseTime", f"p{percentile}")
    queries = [
        _query(name, metric, statistic, load_balancer)
        for name, (metric, statistic) in statistics.items()
    ]
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampAscending"
    )
    values: dict[str, dict[datetime, float]] = {name: {} for name in statistics}
    for page in pages:
        for result in page["MetricDataResults"]:
            found = zip(result["Timestamps"], result["Values"], strict=True)
            values[result["Id"]].update(found)
    index = sorted({time for series in values.values() for time in series})
    table = pd.DataFrame(
        {name: [series.get(time) for time in index] for name, series in values.items()},
        index=pd.DatetimeIndex(pd.to_datetime(index, utc=True)).as_unit("us"),
        dtype="float64",
    )
    return table.fillna(dict.fromkeys(_COUNTS, 0.0))


def _query(name: str, metric: str, statistic: str, load_balancer: str) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/ApplicationELB",
                "MetricName": metric,
                "Dimensions": [{"Name": "LoadBalancer", "Value": load_balancer}],
            },
            "Period": 60,
            "Stat": statistic,
        },
    }


def _incidents(times: pd.DatetimeIndex, bad: Bools, minutes: int) -> pd.DataFrame:
    """Return the incidents of minutes that say something, in the order of time."""
    begins = np.flatnonzero(np.diff(bad, prepend=~bad[:1]))
    lengths = np.diff(np.append(begins, len(bad)))
    # Only a run this long turns anything; of two alike, the second changes nothing.
    turns = begins[lengths >= minutes]
    is_bad = bad[turns]
    changes = np.diff(is_bad, prepend=False)
    started = times[turns[changes & is_bad]]
    resolved = times[turns[changes & ~is_bad]]
    missing = [pd.NaT] * (len(started) - len(resolved))
    return pd.DataFrame(
        {
            "incident_id": pd.Series(started.strftime("%Y-%m-%dT%H:%MZ"), dtype="str"),
            "deployment_id": pd.Series([None] * len(started), dtype="str"),
            "started_at": started,
            "resolved_at": resolved.append(pd.DatetimeIndex(missing, dtype="datetime64[us, UTC]")),
        }
    )
