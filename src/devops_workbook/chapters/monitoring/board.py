"""The shop's dashboard as the incident begins with it."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook.chapters.monitoring.account import BLUE, NAMESPACE, balancer, client_of
from devops_workbook.lab import REGION

Row = list[Any]


def put_dashboard(name: str, *alarms: str) -> None:
    """Put a dashboard with the four signals, and the states of these alarms by their ARNs."""
    of = ("LoadBalancer", balancer())
    limit = {"annotations": {"horizontal": [{"label": "alarm", "value": 2}]}}
    states = {"type": "alarm", "x": 0, "y": 12, "width": 24, "height": 2}
    widgets = [
        _widget("Rate", 0, 0, _counted("RequestCount", of, label="requests")),
        _widget(
            "Errors, percent",
            12,
            0,
            _counted("HTTPCode_Target_5XX_Count", of, id="e", visible=False),
            _counted("RequestCount", of, id="r", visible=False),
            [{"expression": "100 * FILL(e, 0) / r", "label": "failed"}],
            **limit,
        ),
        _widget(
            "Duration, seconds",
            0,
            6,
            *([NAMESPACE, "TargetResponseTime", *of, _percentile(p)] for p in ("p99", "p50")),
        ),
        _widget("Memory, percent", 12, 6, ["Shop/Orders", "MemoryUtilization", "Version", BLUE]),
        states | {"properties": {"title": "Alarms", "alarms": list(alarms)}},
    ]
    body = json.dumps({"widgets": widgets})
    client_of("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)


def _widget(title: str, x: int, y: int, *metrics: Row, **more: Any) -> dict[str, Any]:
    properties = {"title": title, "region": REGION, "period": 60, "metrics": list(metrics)}
    place = {"x": x, "y": y, "width": 12, "height": 6}
    return {"type": "metric", **place, "properties": properties | more}


def _counted(metric: str, of: tuple[str, str], **options: Any) -> Row:
    return [NAMESPACE, metric, *of, {"stat": "Sum", **options}]


def _percentile(stat: str) -> dict[str, str]:
    return {"stat": stat, "label": stat}
