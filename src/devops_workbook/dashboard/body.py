"""The JSON of a dashboard as widgets: places on a grid of 24 columns, and the metrics of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMNS = 24
_WIDTH, _HEIGHT = 6, 6  # of a widget that does not say
_PERIOD = 300

Shape = dict[str, Any]


class DashboardError(Exception):
    """A dashboard that cannot be drawn; the message says what is wrong with it, and where."""


@dataclass(frozen=True)
class Line:
    """One metric or expression of a widget."""

    id: str
    label: str
    shown: bool
    expression: str = ""
    metric: Shape = field(default_factory=dict)
    stat: str = "Average"
    period: int = _PERIOD


@dataclass(frozen=True)
class Widget:
    """One widget: its kind, title and place, and what is in it."""

    kind: str
    title: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()  # horizontal annotations
    alarms: tuple[str, ...] = ()  # ARNs
    text: str = ""
    stacked: bool = False
    number: bool = False
    unit: str = ""


def widgets_of(body: str) -> list[Widget]:
    """Return the widgets of a dashboard's body. Raises ``DashboardError``."""
    try:
        given = json.loads(body)["widgets"]
    except (ValueError, KeyError, TypeError) as error:
        raise DashboardError("The body is no JSON object with a list of widgets.") from error
    placed: list[Widget] = []
    for number, each in enumerate(given, 1):
        try:
            placed.append(_widget(each, placed))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise DashboardError(f"Widget {number} cannot be read: {reason}") from error
    return placed


def _widget(given: Mapping[str, Any], before: Sequence[Widget]) -> Widget:
    properties = given.get("properties", {})
    width, height = given.get("width", _WIDTH), given.get("height", _HEIGHT)
    x, y = _place(given, width, before)
    annotations = properties.get("annotations", {})
    limits = [
        (str(each.get("label", "")), float(each["value"]))
        for each in annotations.get("horizontal", ())
        if isinstance(each, dict)
    ]
    return Widget(
        given["type"],
        properties.get("title", ""),
        *(x, y, width, height),
        lines=tuple(_lines(properties)),
        limits=tuple(limits),
        alarms=(*annotations.get("alarms", ()), *properties.get("alarms", ())),
        text=properties.get("markdown", ""),
        stacked=properties.get("stacked", False),
        number=properties.get("view") == "singleValue",
        unit=properties.get("yAxis", {}).get("left", {}).get("label", ""),
    )


def _place(given: Mapping[str, Any], width: int, before: Sequence[Widget]) -> tuple[int, int]:
    """Return where a widget is: where it says, or behind the last one, as CloudWatch does."""
    if "x" in given and "y" in given:
        return given["x"], given["y"]
    if not before:
        return 0, 0
    last = before[-1]
    if last.x + last.width + width <= COLUMNS:
        return last.x + last.width, last.y
    return 0, max(each.y + each.height for each in before)


def _lines(properties: Mapping[str, Any]) -> list[Line]:
    lines: list[Line] = []
    above: list[str] = []
    for number, row in enumerate(properties.get("metrics", ()), 1):
        parts = [each for each in row if not isinstance(each, dict)]
        options: Shape = next((each for each in row if isinstance(each, dict)), {})
        name = options.get("id") or f"m{number}"
        shown = options.get("visible", True)
        period = options.get("period", properties.get("period", _PERIOD))
        if "expression" in options:
            label = options.get("label") or options["expression"]
            lines.append(Line(name, label, shown, options["expression"], period=period))
            continue
        parts = _written_out(parts, above)
        above = parts
        stat = options.get("stat", properties.get("stat", "Average"))
        label = options.get("label") or f"{parts[1]} {stat}"
        lines.append(Line(name, label, shown, "", _metric(parts), stat, period))
    return lines


def _written_out(parts: Sequence[str], above: Sequence[str]) -> list[str]:
    """Return a row without its shorthand: "." is what stands above, "..." all of it up to there."""
    if "..." in parts:
        place = parts.index("...")
        rest = parts[place + 1 :]
        parts = [*parts[:place], *above[place : len(above) - len(rest)], *rest]
    return [above[i] if part == "." else part for i, part in enumerate(parts)]


def _metric(parts: Sequence[str]) -> Shape:
    dimensions = zip(parts[2::2], parts[3::2], strict=True)
    return {
        "Namespace": parts[0],
        "MetricName": parts[1],
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
    }
