"""The exercise on the dashboard: the four signals on one page."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.monitoring.account import chapter, client_of
from devops_workbook.checks import require
from devops_workbook.dashboard.body import DashboardError, Line, Widget, widgets_of
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

DASHBOARD = "orders"
_SIGNALS = {
    "RequestCount": "rate",
    "HTTPCode_Target_5XX_Count": "errors",
    "TargetResponseTime": "duration",
    "MemoryUtilization": "saturation",
}
_MOST_WIDGETS = 6


@chapter.exercise(
    "dashboard",
    title="A dashboard in code",
    minutes=6,
    hints=(
        "put_dashboard takes DashboardBody, a text: json.dumps({'widgets': [...]}).",
        "The widget above is one of four: change its title, its metrics and its x and y. Two "
        "widgets of width 12 stand side by side.",
        "A percentile is a stat: {'stat': 'p99'}. The other metrics are counts: Sum. Memory has "
        "the namespace Shop/Orders and the dimension Version.",
    ),
)
def check_dashboard(lab: Lab, answer: Any) -> str:
    """A dashboard with the four signals, percentiles of durations, and the alarm's limit."""
    client = client_of("cloudwatch")
    try:
        body = client.get_dashboard(DashboardName=DASHBOARD)["DashboardBody"]
    except ClientError:
        raise NotStarted(f"There is no dashboard {DASHBOARD}.") from None
    try:
        widgets = widgets_of(body)
    except DashboardError as error:
        raise NotYet(str(error)) from None
    by_metric = _by_metric(widgets)
    for metric, signal in _SIGNALS.items():
        require(
            any(_shows(each, metric) for each in widgets),
            f"No widget shows {metric}: that is the signal {signal}.",
        )
    _check_stats(by_metric)
    _check_values(lab, widgets)
    limited = any(each.limits for each in by_metric_widgets(widgets, "HTTPCode_Target_5XX_Count"))
    require(
        limited,
        "The widget with the errors has no horizontal annotation: how would anybody see how far "
        "the alarm is?",
    )
    _check_places(widgets)
    return f"{len(widgets)} widgets, four signals, one page. Whoever is woken begins here."


def by_metric_widgets(widgets: list[Widget], metric: str) -> list[Widget]:
    """Return the widgets that have a metric by its name, shown or in an expression."""
    return [w for w in widgets if any(e.metric.get("MetricName") == metric for e in w.lines)]


def _shows(widget: Widget, metric: str) -> bool:
    """Return whether a widget has a metric as a line, or in what an expression makes of it.

    The requests that errors are divided by show nobody how many there are.
    """
    lines = [each for each in widget.lines if each.metric.get("MetricName") == metric]
    names = {each.metric.get("MetricName") for each in widget.lines}
    divided = metric == "RequestCount" and "HTTPCode_Target_5XX_Count" in names
    computed = any(each.expression and each.shown for each in widget.lines) and not divided
    return bool(lines) and (computed or any(each.shown for each in lines))


def _by_metric(widgets: list[Widget]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for widget in widgets:
        for line in widget.lines:
            if line.metric:
                found.setdefault(line.metric["MetricName"], []).append(line)
    return found


def _check_stats(by_metric: dict[str, list[Line]]) -> None:
    stats = {line.stat for line in by_metric["TargetResponseTime"]}
    require(
        any(stat.startswith("p9") for stat in stats),
        f"TargetResponseTime is shown as {', '.join(sorted(stats))}. Show a high percentile: you "
        "know what averages hide.",
    )
    for metric in ("RequestCount", "HTTPCode_Target_5XX_Count"):
        stats = {line.stat for line in by_metric[metric]}
        require(
            stats == {"Sum"},
            f"{metric} is shown as {', '.join(sorted(stats))}. A count is added up: Sum. Its "
            "Average is 1 whatever happens, or nearly so.",
        )


def _check_values(lab: Lab, widgets: list[Widget]) -> None:
    from datetime import timedelta

    from devops_workbook.chapters.monitoring.last_week import END
    from devops_workbook.dashboard.series import series_of

    end = max(lab.clock.now(), END)
    series = series_of(client_of("cloudwatch"), widgets, end - timedelta(hours=3), end)
    for widget, found in zip(widgets, series, strict=True):
        empty = [each.label for each in found if not each.values]
        require(
            not empty,
            f"The widget {widget.title!r} has no data for {', '.join(empty)}. Compare namespace "
            "and dimensions with list_metrics.",
        )


def _check_places(widgets: list[Widget]) -> None:
    require(
        len(widgets) <= _MOST_WIDGETS,
        f"It has {len(widgets)} widgets. A page that is read at night has at most {_MOST_WIDGETS}.",
    )
    taken: dict[tuple[int, int], Widget] = {}
    for widget in widgets:
        for x in range(widget.x, widget.x + widget.width):
            for y in range(widget.y, widget.y + widget.height):
                other = taken.setdefault((x, y), widget)
                require(
                    other is widget,
                    f"{widget.title!r} lies on {other.title!r}: give it another x or y.",
                )
