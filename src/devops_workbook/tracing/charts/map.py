"""The service map as a picture: from who asks on the left to what is asked on the right."""

from __future__ import annotations

from typing import Any

import networkx as nx
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import BLUE, GREEN, PINK, RED, Figure, style
from devops_workbook.tracing.service_map import CLIENT, ServiceMap
from devops_workbook.tracing.wording import count, duration, percent, shortened

Node = tuple[str, str]

_COLUMN, _ROW = 2.0, 1.05  # inches that a box and the way to the next one take
_BOX = 1.55, 0.72
_NAME, _FIGURES = 9.0, 7.5
_LONGEST = 19
_SWEEPS = 4
_TOLD = 12  # calls in the alternative text
# From which share on a box has the colour; the words in it say the same.
_NOTABLE = 0.01


def service_map(found: ServiceMap) -> Figure:
    """Draw a service map: a box for each service, an arrow for each pair of caller and called.

    A box names its type, its requests in a second, the p95 of their duration and the share that
    failed; an arrow its calls and their p95. The border is orange-red with a double line where
    one request in a hundred or more is a fault, pink where it is the caller's mistake.
    """
    graph = _graph(found)
    places = _places(graph)
    wide = 1 + max((x for x, _ in places.values()), default=0)
    high = max((y for _, y in places.values()), default=0.0) + 1
    with style():
        figure = MatplotlibFigure(figsize=(max(4.0, wide * _COLUMN), max(1.6, high * _ROW)))
        axis = figure.subplots()
        axis.set_axis_off()
        axis.set_xlim(-0.5 * _COLUMN, (wide - 0.5) * _COLUMN)
        axis.set_ylim((high - 0.5) * _ROW, -0.5 * _ROW)
        for source, target in graph.edges:
            _arrow(axis, places[source], places[target], graph.edges[source, target]["row"])
        for node in graph:
            _box(axis, places[node], node, graph.nodes[node].get("row"))
    return Figure(figure, _alt(found))


def _graph(found: ServiceMap) -> Any:
    graph: Any = nx.DiGraph()
    for row in found.nodes.itertuples():
        graph.add_node((row.service, row.type), row=row)
    for row in found.edges.itertuples():
        graph.add_edge((row.source, row.source_type), (row.target, row.target_type), row=row)
    return graph


def _places(graph: Any) -> dict[Node, tuple[int, float]]:
    """Return the column and the row of each box: callers before whom they call."""
    without_circles = nx.condensation(graph)
    layer = {
        node: depth
        for depth, parts in enumerate(nx.topological_generations(without_circles))
        for part in parts
        for node in without_circles.nodes[part]["members"]
    }
    columns: list[list[Node]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in sorted(graph):
        columns[layer[node]].append(node)
    _untangle(graph, columns)
    tallest = max(map(len, columns), default=0)
    return {
        node: (x, (tallest - len(column)) / 2 + y)
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }


def _untangle(graph: Any, columns: list[list[Node]]) -> None:
    """Put each box near the middle of those that it is connected to."""
    for sweep in range(_SWEEPS):
        ordered = columns if sweep % 2 == 0 else columns[::-1]
        rank = {
            node: y / max(len(column), 1) for column in columns for y, node in enumerate(column)
        }
        for column in ordered:
            middle = {}
            for node in column:
                near = [
                    rank[other] for other in (*graph.predecessors(node), *graph.successors(node))
                ]
                middle[node] = sum(near) / len(near) if near else rank[node]
            column.sort(key=lambda node: (middle[node], node))
            rank |= {node: y / max(len(column), 1) for y, node in enumerate(column)}


def _box(axis: Any, place: tuple[int, float], node: Node, row: Any) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = place[0] * _COLUMN, place[1] * _ROW
    width, height = _BOX
    bad = row is not None and row.fault_rate >= _NOTABLE
    for grown in (0.0, 0.05) if bad else (0.0,):
        axis.add_patch(
            FancyBboxPatch(
                (x - width / 2 - grown, y - height / 2 - grown),
                width + 2 * grown,
                height + 2 * grown,
                boxstyle="round,pad=0,rounding_size=0.12",
                facecolor="white" if not grown else "none",
                edgecolor=_colour(row),
                linewidth=1.6,
                zorder=2,
            )
        )
    name = shortened(node[0], _LONGEST)
    lines = _lines(node, row)
    axis.text(x, y - 0.2, name, ha="center", va="center", size=_NAME, weight="bold", zorder=3)
    axis.text(x, y + 0.1, lines, ha="center", va="center", size=_FIGURES, zorder=3)


def _lines(node: Node, row: Any) -> str:
    kind = shortened(node[1].removeprefix("AWS::"), 24)
    if row is None:
        return "whoever asks" if node[1] == CLIENT else kind
    failed = f", {percent(row.fault_rate)} faults" if row.faults else ""
    failed += f", {percent(row.errors / row.requests)} errors" if row.errors and not failed else ""
    figures = f"{row.requests:,} · p95 {duration(row.p95)}"
    return "\n".join(filter(None, (kind, figures, failed.removeprefix(", "))))


def _colour(row: Any) -> str:
    if row is None:
        return "#6b6b6b"
    if row.fault_rate >= _NOTABLE:
        return RED
    mistaken = (row.errors + row.throttles) / max(row.requests, 1)
    return PINK if mistaken >= _NOTABLE else GREEN


def _arrow(axis: Any, source: tuple[int, float], target: tuple[int, float], row: Any) -> None:
    half = _BOX[0] / 2
    forward = target[0] > source[0]
    start = source[0] * _COLUMN + (half if forward else 0), source[1] * _ROW
    end = target[0] * _COLUMN - (half if forward else 0), target[1] * _ROW
    axis.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": RED if row.fault_rate >= _NOTABLE else BLUE,
            "linewidth": 1.4,
            "shrinkA": 0,
            "shrinkB": 2,
            "connectionstyle": "arc3,rad=0" if forward else "arc3,rad=0.5",
        },
        zorder=1,
    )


def _alt(found: ServiceMap) -> str:
    longest = found.edges.sort_values("seconds", ascending=False).head(_TOLD)
    rows: list[Any] = list(longest.itertuples())
    calls = [
        f"{row.source} to {row.target}, {row.requests:,} at p95 {duration(row.p95)}"
        + (f", {percent(row.fault_rate)} faults" if row.faults else "")
        for row in rows
    ]
    more = max(len(found.edges) - _TOLD, 0)
    return (
        f"Service map of {count(len(found.nodes), 'service')}. Calls: {'; '.join(calls)}"
        f"{f'; and {more} more' if more else ''}."
    )
