"""Two commit graphs on the same line of time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.dates
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.chapters.source_control.commit_lanes import Lanes, moment, read_lanes
from devops_workbook.display import BLUE, GREEN, RED, Figure, style
from devops_workbook.dora.wording import humanise

# matplotlib's own annotations stop short of these classes.
_DATES: Any = matplotlib.dates
_GREY = "#6b6b6b"
_INCHES_A_LANE = 0.3
_BETWEEN = 0.9  # inches of a panel that are not lanes


def draw_histories(folders: Mapping[str, tuple[str, ...]]) -> Figure:
    """Draw the commit graph of each repository.

    ``folders`` maps a path to a title and the names of its long-lived branches, of which main is
    the first.
    """
    graphs = {title: read_lanes(folder, branches) for folder, (title, *branches) in folders.items()}
    heights = [_height(lanes) for lanes in graphs.values()]
    with style():
        figure = MatplotlibFigure(figsize=(8, sum(heights)))
        axes = figure.subplots(len(graphs), 1, sharex=True, height_ratios=heights, squeeze=False)
        for (title, lanes), axis in zip(graphs.items(), axes[:, 0], strict=True):
            _draw(axis, lanes)
            axis.set_title(f"{title}: {_summary(lanes)}")
        handles, labels = axes[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower left", ncols=3, fontsize=9.5)
    said = " ".join(f"{title}: {_summary(lanes)}." for title, lanes in graphs.items())
    return Figure(figure, f"Two commit graphs over the same six weeks. {said}")


def _height(lanes: Lanes) -> float:
    return _BETWEEN + _INCHES_A_LANE * (max(lanes.lane.values()) + 1)


def _summary(lanes: Lanes) -> str:
    return (
        f"{lanes.changes} commits on branches of {humanise(lanes.branch_lasted)}, "
        f"{len(lanes.released)} releases"
    )


def _draw(axis: Any, lanes: Lanes) -> None:
    for sha, commit in lanes.commits.items():
        for parent in commit.parents:
            times = [moment(lanes.commits[each]) for each in (parent, sha)]
            rows = [lanes.lane[each] for each in (parent, sha)]
            axis.plot(times, rows, color=_GREY, linewidth=1, alpha=0.7, zorder=1)
    changes = [sha for sha, commit in lanes.commits.items() if len(commit.parents) == 1]
    merges = [sha for sha, commit in lanes.commits.items() if len(commit.parents) > 1]
    _mark(axis, lanes, changes, "commit", "o", BLUE, 5.5)
    _mark(axis, lanes, [sha for sha in merges if sha not in lanes.released], "merge", "s", RED, 4.5)
    _mark(axis, lanes, list(lanes.released), "release", "D", GREEN, 7.5)
    _frame(axis, lanes)


def _mark(
    axis: Any, lanes: Lanes, ids: list[Any], label: str, marker: str, colour: str, size: float
) -> None:
    axis.plot(
        [moment(lanes.commits[sha]) for sha in ids],
        [lanes.lane[sha] for sha in ids],
        linestyle="none",
        marker=marker,
        markersize=size,
        color=colour,
        markeredgecolor="white",
        markeredgewidth=0.7,
        label=label,
        zorder=3,
    )


def _frame(axis: Any, lanes: Lanes) -> None:
    highest = max(lanes.lane.values())
    rows = [*range(len(lanes.names)), (len(lanes.names) + highest) / 2]
    axis.set_yticks(rows, [*lanes.names, "branches"])
    axis.set_ylim(-0.6, highest + 0.6)
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.xaxis.set_major_locator(_DATES.WeekdayLocator(byweekday=_DATES.MO))
    axis.xaxis.set_major_formatter(_DATES.DateFormatter("%d %b"))
