"""Incidents as bars on an axis of time, on as many lines as they need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.dates import date2num

from devops_workbook.display import RED
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.wording import humanise

_LEAST = 0.007  # of the axis: the width of an incident of minutes, so that it can be seen
_LETTER = 0.0115  # of the axis: the width of a letter beside a bar
_NAMED = 20  # incidents, beyond which none has its length written beside it
_LINES = 8  # of incidents; what finds no free one is drawn on the last

_LOOKS = {True: (RED, "", "incident of a deployment"), False: ("white", "////", "other incident")}


@dataclass(frozen=True)
class Bar:
    """An incident as it is drawn, ``left`` and ``right`` in matplotlib's days."""

    left: float
    right: float
    hours: float  # NaN while it is open, and where it was resolved before it started
    caused: bool  # whether a deployment did
    text: str
    text_on_the_left: bool
    line: int


def bars(incidents: pd.DataFrame | None, metrics: Metrics) -> list[Bar]:
    """Return the incidents that started in the metrics' period, each on the first free line."""
    if incidents is None:
        return []
    started = incidents["started_at"]
    table = incidents[(started >= metrics.start) & (started < metrics.end)]
    first, last = _number(metrics.start), _number(metrics.end)
    span = last - first
    found: list[Bar] = []
    free = [-math.inf] * _LINES
    starts, ends = (_numbers(table[name]) for name in ("started_at", "resolved_at"))
    for start, end, cause in zip(starts, ends, table["deployment_id"], strict=True):
        hours = 24 * (end - start) if end >= start else math.nan
        text = _text(hours) if len(table) <= _NAMED else ""
        room = (len(text) + 1) * _LETTER * span
        right = min(max(last if math.isnan(end) else end, start + _LEAST * span), last)
        left = min(start, last - _LEAST * span)
        # Near the end of the period there is more room on the left.
        late = bool(text) and right + room > last
        begins = left - room if late else left
        line = next((n for n, taken in enumerate(free) if taken <= begins), _LINES - 1)
        free[line] = right if late else right + room
        found.append(Bar(left, right, hours, pd.notna(cause), text, late, line))
    return found


def draw_bars(axis: Any, found: list[Bar], first: float, step: float) -> None:
    """Draw the bars, the first line of them at ``first`` and the next one ``step`` below."""
    for bar in found:
        height = first + bar.line * step
        colour, hatch, label = _LOOKS[bar.caused]
        axis.barh(
            height,
            bar.right - bar.left,
            left=bar.left,
            height=0.6 * step,
            color=colour,
            edgecolor=RED,
            linewidth=1.2,
            hatch=hatch,
            label=label,
            zorder=2,
        )
        axis.annotate(
            bar.text,
            (bar.left if bar.text_on_the_left else bar.right, height),
            xytext=(-4 if bar.text_on_the_left else 4, 0),
            textcoords="offset points",
            ha="right" if bar.text_on_the_left else "left",
            va="center",
            fontsize=9,
        )


def _text(hours: float) -> str:
    return "open" if math.isnan(hours) else humanise(hours)


def _numbers(moments: pd.Series) -> Any:
    """Return times of UTC as matplotlib's days, NaN where there is none."""
    return _number(moments.dt.tz_localize(None).to_numpy())


def _number(moments: Any) -> Any:
    return date2num(moments)  # type: ignore[no-untyped-call]
