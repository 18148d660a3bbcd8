"""Changes from before to after, each with its interval."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from devops_workbook.display import BLUE, GREEN, RED, Figure, style
from devops_workbook.tracing.wording import duration, shortened

_MOST = 25
# Shape as well as colour says what came out.
_LOOKS = {"slower": (">", RED), "faster": ("<", GREEN), "no difference seen": ("o", BLUE)}


def changes(table: pd.DataFrame, unit: str = "seconds") -> Figure:
    """Draw what ``compare`` or ``compare_requests`` found: a row for each operation judged.

    An interval that does not touch zero is a difference. ``unit`` names what the numbers are.
    """
    judged = table[table["verdict"].isin(list(_LOOKS))].head(_MOST)
    with style():
        figure = MatplotlibFigure(figsize=(8, 1.2 + 0.3 * len(judged)))
        axis = figure.subplots()
        axis.axvline(0, color="#6b6b6b", linewidth=1)
        for verdict, (marker, colour) in _LOOKS.items():
            rows = [n for n, found in enumerate(judged["verdict"]) if found == verdict]
            if not rows:
                continue
            part = judged.iloc[rows]
            axis.hlines(rows, part["low"], part["high"], color=colour, linewidth=2.2)
            axis.plot(part["change"], rows, marker, color=colour, markersize=7, label=verdict)
        axis.set_yticks(range(len(judged)), [_name(row) for row in judged.itertuples()], fontsize=9)
        axis.set_ylim(len(judged) - 0.4, -0.6)
        axis.grid(visible=False, axis="y")
        axis.set_xlabel(f"change in {unit}, with its interval", fontsize=9)
        handles, labels = axis.get_legend_handles_labels()
        if handles:
            figure.legend(handles, labels, loc="outside lower left", ncols=3, fontsize=9)
    return Figure(figure, _alt(judged, unit))


def _name(row: object) -> str:
    parts = [getattr(row, name, "") for name in ("service", "operation")]
    return shortened(": ".join(filter(None, parts)), 52)


def _alt(judged: pd.DataFrame, unit: str) -> str:
    told = [
        f"{_name(row)} {row.verdict} by {_amount(change, unit)}"
        for row, change in zip(judged.itertuples(), judged["change"].abs().tolist(), strict=True)
        if row.verdict != "no difference seen"
    ]
    rest = int((judged["verdict"] == "no difference seen").sum())
    said = "; ".join(told) or "no operation changed"
    return f"Changes of {len(judged)} operations: {said}. No difference seen in {rest}."


def _amount(value: float, unit: str) -> str:
    return duration(value) if unit == "seconds" else f"{value:,.3g} {unit}"
