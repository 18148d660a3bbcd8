"""Many traces as one flame graph: where the time goes, by the path of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import COLOURS, Figure, style
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.self_time import covered
from devops_workbook.tracing.wording import count, duration, percent, shortened

_LEVELS = 14
_NARROWEST = 0.002  # of the whole width
_INCH = 105  # characters in the whole width
_NAMED = 5


@dataclass
class _Frame:
    """A path of calls: its last operation, the self time below and in it, its place."""

    service: str
    operation: str
    level: int
    own: float = 0.0
    whole: float = 0.0
    left: float = 0.0


def flame_graph(spans: pd.DataFrame | Forest, levels: int = _LEVELS) -> Figure:
    """Draw the traces on top of each other: a frame for each path of calls, as wide as its time.

    A frame's time is the self time of its spans and of all that they called and waited for. Work
    at the same time counts as often as it was done, so the whole may be longer than the requests
    took. Levels below ``levels`` are part of the width, but not drawn.
    """
    forest = Forest.of(spans)
    frames = _frames(forest)
    whole = sum(frame.whole for frame in frames if frame.level == 0)
    drawn = [f for f in frames if f.level < levels and f.whole >= _NARROWEST * whole]
    deepest = max((frame.level for frame in drawn), default=0)
    colours = {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(_services(frames))}
    with style():
        figure = MatplotlibFigure(figsize=(9, 0.9 + 0.34 * (deepest + 1)))
        axis = figure.subplots()
        for frame in drawn:
            _draw(axis, frame, whole, colours[frame.service])
        axis.set_xlim(0, max(whole, 1e-9))
        axis.set_ylim(deepest + 1, 0)
        axis.set_yticks([])
        axis.grid(visible=False)
        axis.spines["left"].set_visible(False)
        axis.set_xlabel(f"seconds in {count(len(forest.roots), 'trace')}", fontsize=9)
        handles, labels = axis.get_legend_handles_labels()
        named = dict(zip(labels, handles, strict=True))
        figure.legend(named.values(), named.keys(), loc="outside lower left", ncols=4, fontsize=9)
    return Figure(figure, _alt(forest, frames, whole))


def _frames(forest: Forest) -> list[_Frame]:
    own = (forest.end - forest.start - covered(forest)) / 1e9
    parent = np.where(forest.waited, forest.parent, -1).tolist()
    services = forest.spans["service"].astype("str").to_list()
    operations = forest.spans["operation"].astype("str").to_list()
    request, inferred = forest.request.tolist(), forest.inferred.tolist()
    frames: list[_Frame] = []
    numbers: dict[tuple[int, str, str], int] = {}
    above: list[int] = []
    of: list[int] = [-1] * (len(forest) + 1)
    for row in forest.order.tolist():
        if inferred[row] or request[row] < 0:
            continue
        key = of[parent[row]], services[row], operations[row]
        number = numbers.setdefault(key, len(frames))
        if number == len(frames):
            frames.append(_Frame(key[1], key[2], frames[key[0]].level + 1 if key[0] >= 0 else 0))
            above.append(key[0])
        of[row] = number
        frames[number].own += own[row]
    _place(frames, above)
    return frames


def _place(frames: list[_Frame], above: list[int]) -> None:
    """Sum up from the leaves, and put children side by side, the widest first."""
    for frame in frames:
        frame.whole = frame.own
    for number in range(len(frames) - 1, -1, -1):
        if above[number] >= 0:
            frames[above[number]].whole += frames[number].whole
    free: dict[int, float] = {}
    for number in sorted(range(len(frames)), key=lambda n: (frames[n].level, -frames[n].whole)):
        parent = above[number]
        begin = free.get(parent, frames[parent].left if parent >= 0 else 0.0)
        frames[number].left = begin
        free[parent] = begin + frames[number].whole


def _services(frames: list[_Frame]) -> list[str]:
    sums: dict[str, float] = {}
    for frame in frames:
        sums[frame.service] = sums.get(frame.service, 0.0) + frame.own
    return sorted(sums, key=lambda name: (-sums[name], name))


def _draw(axis: Any, frame: _Frame, whole: float, colour: str) -> None:
    axis.barh(
        frame.level + 0.5,
        frame.whole,
        left=frame.left,
        height=0.94,
        facecolor=colour,
        edgecolor="white",
        alpha=0.45,
        linewidth=1,
        label=frame.service,
    )
    room = int(_INCH * frame.whole / max(whole, 1e-9))
    if room >= 4:
        axis.text(
            frame.left + whole * 0.004,
            frame.level + 0.5,
            shortened(frame.operation, room),
            va="center",
            fontsize=8,
            clip_on=True,
        )


def _alt(forest: Forest, frames: list[_Frame], whole: float) -> str:
    own: dict[tuple[str, str], float] = {}
    for frame in frames:
        key = frame.service, frame.operation
        own[key] = own.get(key, 0.0) + frame.own
    widest = sorted(own.items(), key=lambda item: -item[1])[:_NAMED]
    parts = [
        f"{operation} of {service} {duration(seconds)} ({percent(seconds / max(whole, 1e-9))})"
        for (service, operation), seconds in widest
    ]
    return (
        f"Flame graph of {count(len(forest.roots), 'trace')}, {duration(whole)} of work. Most self "
        f"time: {'; '.join(parts)}."
    )
