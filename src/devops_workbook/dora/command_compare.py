"""``workbook dora --compare DATE``: two periods of one log, compared and printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from devops_workbook.dora import comparison_words as words
from devops_workbook.dora.comparison import Comparison, compare
from devops_workbook.dora.events import Events
from devops_workbook.dora.measure import measure
from devops_workbook.dora.period import Moment
from devops_workbook.dora.report_words import blended, capital


def parted(
    events: Events, at: str, start: Moment | None, end: Moment | None, tz: str
) -> Comparison:
    """Return the period before ``at`` compared with the one from it on.

    Raises ValueError for a date that leaves one of the two empty.
    """
    try:
        before, after = measure(events, start, at, tz), measure(events, at, end, tz)
    except ValueError as error:
        raise ValueError(f"--compare {at}: {error}") from error
    return compare(before, after, names=(f"before {at}", f"from {at}"))


def print_comparison(compared: Comparison, notes: Sequence[str]) -> None:
    """Print the table with ranges and verdicts, and what to know about it."""
    shown = compared.shown()
    *columns, _ = shown.columns  # the remarks follow in sentences
    table = Table(*map(capital, columns), title_justify="left", title=shown.caption)
    for *cells, _ in shown.rows:
        table.add_row(*cells)
    console = Console(markup=False, highlight=False)  # a name can hold [brackets]
    console.print(table)
    both = compared.before, compared.after
    warnings = dict.fromkeys(blended(metrics) for metrics in both)
    for sentence in filter(None, (*warnings, *words.headlines(compared), *notes)):
        console.print(f"- {sentence}")
