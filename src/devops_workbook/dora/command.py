"""``workbook dora``: the metrics of one's own repository or release log, and a page about them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from devops_workbook.dora import command_balancer, command_sources
from devops_workbook.dora.command_compare import parted, print_comparison
from devops_workbook.dora.command_json import compared_numbers, numbers
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.levels import Levels, levels
from devops_workbook.dora.measure import measure
from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.published_levels import LATEST, published
from devops_workbook.dora.report import report
from devops_workbook.dora.report_comparison import report_comparison
from devops_workbook.dora.report_tables import left_out
from devops_workbook.dora.report_words import (
    ORDER,
    blended,
    capital,
    ordered,
    period,
    spread,
)
from devops_workbook.dora.wording import in_words

_PAGE = Path("dora-report.html")


def add_parser(commands: Any) -> None:
    """Add ``dora`` and its options to the subcommands of ``workbook``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "dora",
        help="report the DORA metrics of your own repository or log",
        description="Measure DORA's five delivery metrics of your own service, print them, and"
        " write a page about them.",
        epilog="An account is asked with the credentials that the AWS CLI would take. They need to"
        f" allow {', '.join(command_sources.ACTIONS)} (of CodeCommit only if it is the source), and"
        f" for --load-balancer {' and '.join(command_balancer.ACTIONS)}.",
    )
    command_sources.add_sources(parser)
    what = parser.add_argument_group("what to measure")
    what.add_argument("--service", metavar="NAME", help="only this service of the files")
    what.add_argument("--start", metavar="DATE", help="default: the day of the first deployment")
    what.add_argument("--end", metavar="DATE", help="the first day that no longer counts")
    what.add_argument(
        "--tz", metavar="ZONE", help="time zone of days and of local times (default: UTC)"
    )
    what.add_argument(
        "--compare",
        metavar="DATE",
        help="compare what was before this day with what came from it on",
    )
    output = parser.add_argument_group("what to write")
    output.add_argument(
        "--year", type=int, default=LATEST, help="of the published levels (default: %(default)s)"
    )
    output.add_argument(
        "--output", type=Path, metavar="FILE", help=f"the page to write (default: {_PAGE})"
    )
    output.add_argument(
        "--json",
        action="store_true",
        help="print the numbers as JSON; a page is then written only with --output",
    )


def run(options: argparse.Namespace) -> int:
    """Measure, print and write what the options ask for; return 0.

    Raises EventsError, in one sentence, for options that do not fit each other, events that
    cannot be read, an empty period and an unknown time zone, service or year.
    """
    command_sources.check(options)
    try:
        published(options.year)
        found = command_sources.read(options)
        if options.compare is not None:
            return _compare(options, found)
        metrics = measure(found.events, found.start, options.end, options.tz or "UTC")
    except ValueError as error:  # an EventsError is one too
        raise error if isinstance(error, EventsError) else EventsError(str(error)) from error
    if options.json:
        print(json.dumps(numbers(metrics, found.notes), indent=2))
    else:
        _print(metrics, levels(metrics, options.year), found.notes)
    page = options.output or (None if options.json else _PAGE)
    if page is not None:
        written = report(metrics, page, year=options.year, notes=found.notes)
        print(f"wrote {written}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _compare(options: argparse.Namespace, found: command_sources.Read) -> int:
    """Do the same for two periods that the date parts."""
    tz = options.tz or "UTC"
    compared = parted(found.events, options.compare, found.start, options.end, tz)
    if options.json:
        print(json.dumps(compared_numbers(compared, found.notes), indent=2))
    else:
        print_comparison(compared, found.notes)
    page = options.output or (None if options.json else _PAGE)
    if page is not None:
        written = report_comparison(
            compared, page, events=found.events, text=found.notes, year=options.year
        )
        print(f"wrote {written}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _print(metrics: Metrics, placed: Levels, notes: tuple[str, ...]) -> None:
    table = Table(
        "Metric",
        "Value",
        "Between",
        "n",
        f"Level of {placed.year}",
        title_justify="left",
        title=f"{period(metrics)}, {metrics.tz} time",
    )
    for key in ORDER:
        place = placed.placements.get(key)
        table.add_row(*_cells(getattr(metrics, key)), place.text if place else "")
    console = Console(markup=False, highlight=False)  # a name can hold [brackets]
    console.print(table)
    for sentence in filter(None, (blended(metrics), *_remarks(metrics), *notes)):
        console.print(f"- {sentence}")


def _cells(metric: Metric) -> tuple[str, str, str, str]:
    value, between = in_words(metric.value, metric.unit), spread(metric).removeprefix("plausibly ")
    return capital(metric.name), value, between, f"{metric.n:,}"


def _remarks(metrics: Metrics) -> list[str]:
    """Return the metrics' notes and what they leave out, each sentence once."""
    notes = dict.fromkeys(metric.note for metric in ordered(metrics))
    reasons = [f"{count} {reason}" for reason, count, _ in left_out(metrics).rows]
    return [*notes, f"Left out: {'; '.join(reasons)}." if reasons else ""]
