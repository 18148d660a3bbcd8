"""One trace as a waterfall: a bar for each span, with the critical path marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import COLOURS, RED, Figure, style
from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.critical_path import sections
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.wording import count, duration, percent, shortened

_MOST = 45  # rows, what is below is told in words
_TOGETHER = 3  # equal siblings in a row, from which on they share one
_DEEPEST, _LONGEST = 12, 46
_HATCHES = ("", "//", "..", "xx", "\\\\")
_INK = "#1d2433"
_NAMED = 5
_CHARACTER = 5.4  # points that one takes in a label


@dataclass(frozen=True)
class _Row:
    spans: list[int]
    depth: int


def waterfall(spans: pd.DataFrame | Forest, trace_id: str, most: int = _MOST) -> Figure:
    """Draw a trace: a row for each span in the order of its tree, children below their parent.

    The dark line on the bars is the critical path: at each moment, the span that everything
    waited for. Equal calls one after another share a row. Bars are where the spans were
    recorded; the path is where the tree puts them, which differs where clocks did. A trace with
    more than ``most`` rows is cut off. Raises TracesError if there is no such trace.
    """
    forest = Forest.of(spans)
    wanted = (forest.spans["trace_id"] == trace_id).to_numpy()
    if not wanted.any():
        raise TracesError(f"there is no trace {trace_id!r}")
    if not wanted.all():
        forest = Forest.of(forest.spans[wanted])
    rows = _rows(forest)
    shown, hidden = rows[:most], sum(len(row.spans) for row in rows[most:])
    with style():
        figure = MatplotlibFigure(figsize=(9.5, 1.0 + 0.27 * len(shown)))
        axis = figure.subplots()
        colours = _colours(forest)
        for y, row in enumerate(shown):
            _bars(axis, forest, y, row, colours)
        _path(axis, forest, shown)
        _frame(axis, forest, shown, hidden)
        handles, labels = axis.get_legend_handles_labels()
        named = dict(zip(labels, handles, strict=True))
        figure.legend(named.values(), named.keys(), loc="outside lower left", ncols=4, fontsize=9)
    return Figure(figure, _alt(forest))


def _rows(forest: Forest) -> list[_Row]:
    """Return the rows from top to bottom; equal siblings that have no children share one."""
    children: dict[int, list[int]] = {}
    order = np.lexsort((forest.end, forest.start))
    for row in order.tolist():
        if not forest.inferred[row] or forest.parent[row] < 0:
            children.setdefault(int(forest.parent[row]), []).append(row)
    first = int(forest.roots[0])
    tops = sorted(children.get(-1, []), key=lambda row: row != first)
    names = list(zip(*(forest.spans[name] for name in ("service", "operation")), strict=True))
    rows: list[_Row] = []
    open_ = [_Row([row], 0) for row in reversed(tops)]
    while open_:
        row = open_.pop()
        rows.append(row)
        if len(row.spans) == 1:
            inner = _together(children.get(row.spans[0], []), children, names)
            open_ += [_Row(group, row.depth + 1) for group in reversed(inner)]
    return rows


def _together(
    siblings: list[int], children: dict[int, list[int]], names: list[tuple[str, str]]
) -> list[list[int]]:
    groups: list[list[int]] = []
    for row in siblings:
        same = groups and names[groups[-1][0]] == names[row] and groups[-1][0] not in children
        if same and row not in children:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [
        part
        for group in groups
        for part in ([group] if len(group) > _TOGETHER else [[r] for r in group])
    ]


def _colours(forest: Forest) -> dict[str, tuple[str, str]]:
    """Return a colour and a hatch for each service, by its first span."""
    names = forest.spans["service"].iloc[np.argsort(forest.start, kind="stable")].unique()
    n = len(COLOURS)
    return {
        name: (COLOURS[place % n], _HATCHES[place // n % len(_HATCHES)])
        for place, name in enumerate(names)
    }


def _bars(
    axis: Any, forest: Forest, y: int, row: _Row, colours: dict[str, tuple[str, str]]
) -> None:
    table = forest.spans.iloc[row.spans]
    origin = forest.start[forest.roots[0]] / 1e9
    left = table["start"].to_numpy(dtype="datetime64[ns]").astype(np.int64) / 1e9 - origin
    width = table["seconds"].fillna(0).to_numpy()
    service = str(table["service"].iloc[0])
    colour, hatch = colours[service]
    look = {"height": 0.62, "facecolor": colour, "edgecolor": "white", "linewidth": 0.4}
    waited = bool(forest.waited[row.spans[0]]) or row.depth == 0
    axis.barh(
        [y] * len(table),
        width,
        left=left,
        alpha=0.55 if waited else 0.25,
        hatch=hatch,
        label=service,
        **look,
    )
    bad = table["status"].isin(["fault", "error", "throttle"])
    said = duration(float(table["seconds"].sum()))
    said += f", {table['status'][bad].iloc[0]}" if bad.any() else ""
    end = float((left + width).max())
    axis.annotate(
        said,
        (end, y),
        (4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=RED if bad.any() else _INK,
    )


def _path(axis: Any, forest: Forest, shown: list[_Row]) -> None:
    place = {span: y for y, row in enumerate(shown) for span in row.spans}
    rows, start, end = sections(forest, Chains.of(forest))
    origin = forest.start[forest.roots[0]]
    for row, begin, until in zip(rows.tolist(), start, end, strict=True):
        if row in place:
            axis.plot(
                [(begin - origin) / 1e9, (until - origin) / 1e9],
                [place[row]] * 2,
                color=_INK,
                linewidth=3.2,
                solid_capstyle="butt",
                label="critical path",
                zorder=3,
            )


def _frame(axis: Any, forest: Forest, shown: list[_Row], hidden: int) -> None:
    labels = []
    for row in shown:
        table = forest.spans.iloc[row.spans[0]]
        times = f" \N{MULTIPLICATION SIGN} {len(row.spans)}" if len(row.spans) > 1 else ""
        mark = "" if forest.waited[row.spans[0]] or row.depth == 0 else " (not waited for)"
        text = f"{'  ' * min(row.depth, _DEEPEST)}{shortened(str(table['operation']), _LONGEST)}"
        labels.append(f"{text}{times}{mark}")
    axis.set_yticks(range(len(shown)), labels, fontsize=8.5, ha="left")
    axis.tick_params(axis="y", length=0, pad=_CHARACTER * max(map(len, labels), default=0))
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.margins(x=0.1)
    axis.set_xlim(left=min(0.0, axis.get_xlim()[0]))
    note = f" ({count(hidden, 'more span')} below)" if hidden else ""
    axis.set_xlabel(f"seconds since the request began{note}", fontsize=9)
    root = forest.spans.iloc[int(forest.roots[0])]
    axis.set_title(f"{root['service']}: {root['operation']}, {duration(float(root['seconds']))}")


def _alt(forest: Forest) -> str:
    rows, start, end = sections(forest, Chains.of(forest))
    table = forest.spans.iloc[rows]
    own: dict[tuple[str, str], float] = {}
    seconds = ((end - start) / 1e9).tolist()
    for service, operation, part in zip(table["service"], table["operation"], seconds, strict=True):
        own[service, operation] = own.get((service, operation), 0.0) + part
    whole = max(sum(seconds), 1e-9)
    longest = sorted(own.items(), key=lambda item: -item[1])[:_NAMED]
    parts = [
        f"{operation} of {service} {duration(part)} ({percent(part / whole)})"
        for (service, operation), part in longest
    ]
    root = forest.spans.iloc[int(forest.roots[0])]
    return (
        f"Waterfall of {count(len(forest), 'span')} in {root['operation']} of {root['service']}, "
        f"{duration(float(root['seconds']))}. On the critical path: {'; '.join(parts)}."
    )
