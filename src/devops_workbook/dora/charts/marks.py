"""The marks that stand for deployments in the pictures of a period."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import BLUE, GREEN, PINK, RED

# Kind by shape and place as well as by colour: label -> (marker, colour, filled, offset). What
# repairs stands below the line, so that it does not hide the failure it follows; a repair that
# failed itself has both marks.
_MARKS = {
    "deployment": ("o", BLUE, True, 0.0),
    "deployment that failed": ("X", RED, True, 0.0),
    "hotfix": ("D", GREEN, True, 0.26),
    "rollback": ("v", PINK, True, 0.26),
    "attempt that never reached production": ("o", "#6b6b6b", False, -0.26),
}
_MANY = 100  # marks of one shape and service, from which on they are small and see-through


def draw_marks(axis: Any, row: float, table: pd.DataFrame) -> None:
    """Draw the deployments of ``Metrics.deployments`` on the line at ``row``."""
    for label, rows in marks(table).items():
        if len(rows):
            _mark(axis, row, label, rows["finished_at"])


def legend_below(figure: MatplotlibFigure, axis: Any) -> None:
    """Explain below the picture what is drawn in it, each thing once."""
    handles, labels = axis.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))
    if by_label:
        figure.legend(
            by_label.values(), by_label.keys(), loc="outside lower left", ncols=3, fontsize=9.5
        )


def marks(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of ``Metrics.deployments`` that each mark stands for, by its label."""
    reached = table[table["status"] == "succeeded"]
    planned = (reached["kind"] == "planned") & ~reached["failed"]
    return {
        "deployment": reached[planned],
        "deployment that failed": reached[reached["failed"]],
        "hotfix": reached[reached["kind"] == "hotfix"],
        "rollback": reached[reached["kind"] == "rollback"],
        "attempt that never reached production": table[table["status"] != "succeeded"],
    }


def _mark(axis: Any, row: float, label: str, when: pd.Series) -> None:
    marker, colour, filled, offset = _MARKS[label]
    many = len(when) > _MANY
    axis.plot(
        when,
        [row + offset] * len(when),
        linestyle="none",
        marker=marker,
        markersize=4 if many else 7 if marker != "o" else 5.5,
        color=colour,
        markerfacecolor=colour if filled else "white",
        markeredgecolor="white" if filled else colour,
        # White edges part two marks that touch, and would wipe out a crowd of them.
        markeredgewidth=0 if many and filled else 0.8,
        alpha=0.5 if many else 1,
        clip_on=False,
        label=label,
        zorder=3,
    )
