"""What a dashboard's picture shows, in words: for screen readers, and where no picture can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from devops_workbook.dashboard.body import Widget
from devops_workbook.dashboard.series import Series

#: The symbol and the word of an alarm's state: never colour alone.
STATES = {
    "OK": ("✓", "OK"),
    "ALARM": ("✗", "in alarm"),
    "INSUFFICIENT_DATA": ("?", "insufficient data"),
}


def alternative(
    name: str,
    widgets: Sequence[Widget],
    series: Sequence[Sequence[Series]],
    states: Mapping[str, str],
    period: tuple[datetime, datetime],
) -> str:
    """Return the sentences of a whole dashboard."""
    start, end = period
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%d %b %H:%M}"
    head = f"Dashboard {name}, {start:%d %b %H:%M} to {until} UTC."
    said = [_said(w, found, states) for w, found in zip(widgets, series, strict=True)]
    return " ".join([head, *said])


def alarm_name(arn: str) -> str:
    """Return the name of an alarm from its ARN."""
    return arn.split(":alarm:")[-1]


def alarm_words(arn: str, states: Mapping[str, str]) -> str:
    """Return an alarm's name with the symbol and the word of its state."""
    symbol, word = STATES.get(states.get(arn, ""), ("?", "not found"))
    return f"{symbol} {alarm_name(arn)}: {word}"


def short(value: float) -> str:
    """Return a number with about three digits."""
    if value and abs(value) < 0.01:
        return f"{value:.1g}"
    if abs(value) < 10:
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")


def _said(widget: Widget, found: Sequence[Series], states: Mapping[str, str]) -> str:
    title = widget.title or widget.kind
    if widget.kind == "text":
        return f"Text: {widget.text}"
    if widget.kind == "alarm":
        return f"{title}: {'; '.join(alarm_words(arn, states) for arn in widget.alarms)}."
    if widget.kind != "metric":
        return f"{title}: a widget of type {widget.kind}, which is not drawn."
    parts = [_of_line(each) for each in found]
    parts += [f"limit {label} {short(value)}".replace("  ", " ") for label, value in widget.limits]
    return f"{title}: {'; '.join(parts) or 'no metric'}."


def _of_line(line: Series) -> str:
    if not line.values:
        return f"{line.label} has no data"
    low, high, last = min(line.values), max(line.values), line.values[-1]
    when = line.times[line.values.index(high)]
    return (
        f"{line.label} between {short(low)} and {short(high)}, "
        f"highest at {when:%H:%M}, last {short(last)}"
    )
