"""The metrics as one page of HTML that can be forwarded: everything is in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devops_workbook import page
from devops_workbook.display import Figure
from devops_workbook.dora import charts, report_tables, report_words
from devops_workbook.dora.levels import levels
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.published_levels import LATEST
from devops_workbook.dora.quick_check import quick_check

_DAYS_BY_WEEK = 120  # up to this long a period is drawn by week, beyond it by month


def report(
    metrics: Metrics,
    path: str | Path,
    *,
    title: str | None = None,
    year: int = LATEST,
    edition: int = 2025,
    notes: Sequence[str] = (),
) -> Path:
    """Write the metrics as one self-contained HTML page and return its path.

    The page holds the numbers with their intervals, the charts with the data behind them, the
    levels of ``year``, the Quick Check of ``edition``, the definitions, and what was left out.
    ``notes`` are further sentences about what was left out, such as ``Events.notes``. It
    loads nothing and runs no script. The same metrics give the same bytes.

    Raises ValueError for a year without a level table and an edition without means.
    """
    return page.fill(
        path,
        Path(__file__).with_name("report.html.j2"),
        title=title or report_words.title(metrics),
        words=report_words,
        metrics=metrics,
        cards=report_words.cards(metrics),
        charts=_charts(metrics),
        levels=levels(metrics, year),
        quick_check=quick_check(metrics, edition=edition),
        left_out=report_tables.left_out(metrics),
        notes=notes,
    )


def _charts(metrics: Metrics) -> list[dict[str, Any]]:
    """Return title, lead, figure and data table of each chart."""
    every = "week" if (metrics.end - metrics.start).days <= _DAYS_BY_WEEK else "month"
    over_time: Figure = charts.over_time(metrics, every=every)
    return [
        {
            "title": f"{every.capitalize()} by {every}",
            "lead": report_words.OVER_TIME.format(every=every),
            "figure": over_time,
            "table": report_tables.series(metrics, every),
        },
        {
            "title": "Lead times of the changes",
            "lead": report_words.LEAD_TIMES,
            "figure": charts.lead_times(metrics),
            "table": report_tables.lead_times(metrics),
        },
        {
            "title": "Every deployment",
            "lead": report_words.TIMELINE,
            "figure": charts.timeline(metrics),
            "table": report_tables.deployments(metrics),
        },
    ]
