"""Two periods side by side as one page of HTML that can be kept: everything is in the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from devops_workbook import page
from devops_workbook.display import Table
from devops_workbook.dora import charts, comparison_words, report_tables, report_words
from devops_workbook.dora.comparison import Comparison
from devops_workbook.dora.events import Events
from devops_workbook.dora.levels import Levels, levels
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.published_levels import LATEST

_SIDE_BY_SIDE = (
    "A mark is what was measured, the line through it its range. The longer the line, the less is "
    "known; where the two lines of a metric overlap, the difference may be chance."
)
_QUARTER = (
    "Each mark is a deployment, each bar an incident, each vertical line a Monday. A short "
    "incident is drawn longer than it was, so that it can be seen."
)

#: A table of the caller's: its title, its columns and its rows.
Extra = Table | tuple[str, Sequence[str], Sequence[Sequence[object]]]


def report_comparison(
    comparison: Comparison,
    path: str | Path,
    *,
    title: str | None = None,
    text: str | Sequence[str] = (),
    events: Events | tuple[Events, Events] | None = None,
    extra_tables: Sequence[Extra] = (),
    year: int = LATEST,
) -> Path:
    """Write a comparison as one self-contained HTML page and return its path.

    The page holds a sentence for each metric, the table with ranges and verdicts, the metrics
    side by side as a picture, both periods beside DORA's levels of ``year``, and the
    definitions. With ``events`` (one log for both periods, or a pair of them, before and after)
    there is a picture of each period. ``text`` is paragraphs and ``extra_tables`` tables of
    your own: title, columns, rows; the first column names the row. The page loads nothing and
    runs no script. The same comparison gives the same bytes.

    Raises ValueError for a year without a level table, and for a row that has not as many
    cells as its table has columns.
    """
    first, second = comparison.names
    return page.fill(
        path,
        Path(__file__).with_name("report_comparison.html.j2"),
        title=title or f"{report_words.capital(first)} and {second}",
        words=report_words,
        comparison=comparison,
        headlines=comparison_words.headlines(comparison),
        periods=_periods(comparison),
        warnings=_warnings(comparison),
        text=[text] if isinstance(text, str) else text,
        charts=_charts(comparison, events),
        extra_tables=[_table(extra) for extra in extra_tables],
        levels=levels(comparison.after, year),
        levels_table=_levels(comparison, year),
    )


def _periods(comparison: Comparison) -> list[tuple[str, Metrics]]:
    both = (comparison.before, comparison.after)
    return [
        (report_words.capital(name), metrics)
        for name, metrics in zip(comparison.names, both, strict=True)
    ]


def _warnings(comparison: Comparison) -> list[str]:
    """Return what blends several services, said once if it is so in both periods."""
    both = (comparison.before, comparison.after)
    return list(filter(None, dict.fromkeys(report_words.blended(metrics) for metrics in both)))


def _charts(
    comparison: Comparison, events: Events | tuple[Events, Events] | None
) -> list[dict[str, Any]]:
    """Return title, lead, figure and data table of each chart; those of the first stand above."""
    found: list[dict[str, Any]] = [
        {
            "title": "Side by side",
            "lead": _SIDE_BY_SIDE,
            "figure": charts.comparison(comparison),
            "table": None,
        }
    ]
    if events is None:
        return found
    logs = (events, events) if isinstance(events, Events) else events
    for (name, metrics), log in zip(_periods(comparison), logs, strict=True):
        found.append(
            {
                "title": f"{name}, week by week",
                "lead": _QUARTER,
                "figure": charts.quarter(log, metrics.start, metrics.end, metrics.tz),
                "table": report_tables.deployments(metrics),
            }
        )
    return found


def _table(extra: Extra) -> Table:
    if isinstance(extra, Table):
        return extra
    title, columns, rows = extra
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(
                f"extra_tables: {title!r} has {len(columns)} columns, but a row of {len(row)}"
                f" cells: {list(row)}"
            )
    return Table(title, columns, [[str(cell) for cell in row] for row in rows])


def _levels(comparison: Comparison, year: int) -> Table:
    placed = [levels(metrics, year) for metrics in (comparison.before, comparison.after)]
    columns = ("metric", *comparison.names, *placed[0].names)
    rows = [_placed(key, placed) for key in placed[0].placements]
    return Table(f"Both periods and the levels of {year}", columns, rows)


def _placed(key: str, placed: Sequence[Levels]) -> list[str]:
    places = [each.placements[key] for each in placed]
    answers = [places[0].published.get(name, "not published") for name in placed[0].names]
    return [
        report_words.label(key),
        *(f"{place.measured}: {place.text}" for place in places),
        *answers,
    ]
