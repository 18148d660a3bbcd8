"""The values of a dashboard's widgets, asked for at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from devops_workbook.dashboard.body import Line, Shape, Widget

_IDS = re.compile(r"\b[a-z]\w*\b")


@dataclass(frozen=True)
class Series:
    """The values of one line, oldest first; times are aware and in UTC."""

    label: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]


def series_of(
    client: Any, widgets: Sequence[Widget], start: datetime, end: datetime
) -> list[list[Series]]:
    """Return the series of each widget, in the order of its lines.

    ``client`` is any CloudWatch client. Raises what GetMetricData does.
    """
    queries = [
        _query(f"w{place}_", line, widget)
        for place, widget in enumerate(widgets)
        for line in widget.lines
    ]
    found = _answers(client, queries, start, end) if queries else {}
    return [
        [
            Series(line.label, *found.get(f"w{place}_{line.id}", ((), ())))
            for line in widget.lines
            if line.shown
        ]
        for place, widget in enumerate(widgets)
    ]


def _query(prefix: str, line: Line, widget: Widget) -> Shape:
    query: Shape = {"Id": prefix + line.id, "Label": line.label, "ReturnData": line.shown}
    if not line.expression:
        stat = {"Metric": line.metric, "Period": line.period, "Stat": line.stat}
        return query | {"MetricStat": stat}
    # Two widgets may use the same ids, and one question may not.
    own = {each.id for each in widget.lines}

    def with_prefix(name: re.Match[str]) -> str:
        return prefix + name[0] if name[0] in own else name[0]

    return query | {
        "Expression": _IDS.sub(with_prefix, line.expression),
        "Period": line.period,
    }


def _answers(
    client: Any, queries: list[Shape], start: datetime, end: datetime
) -> dict[str, tuple[tuple[datetime, ...], tuple[float, ...]]]:
    found: dict[str, tuple[tuple[datetime, ...], tuple[float, ...]]] = {}
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampAscending"
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            times, values = found.get(result["Id"], ((), ()))
            found[result["Id"]] = (
                (*times, *(each.astimezone(UTC) for each in result["Timestamps"])),
                (*values, *result["Values"]),
            )
    return found
