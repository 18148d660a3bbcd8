"""``workbook dora``: the metrics of one's own repository or release log, and a page about them."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from devops_workbook.dora.codepipeline import from_codepipeline
from devops_workbook.dora.command_compare import parted, print_comparison
from devops_workbook.dora.command_json import compared_numbers, numbers
from devops_workbook.dora.csv_input import read_csv
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.git_history import from_git
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
from devops_workbook.under_way import progress_bar

_PAGE = Path("dora-report.html")
#: Where events can come from, and the options that belong to each.
_OPTIONS = {
    "git": ("tags",),
    "pipeline": ("profile", "region"),
    "deployments": ("changes", "incidents", "service"),
}
_NO_SOURCE = (
    "say where the deployments are recorded: --git PATH for a repository whose release tags are"
    " deployments, --pipeline NAME for a pipeline of CodePipeline, or --deployments FILE with"
    " --changes FILE and --incidents FILE"
)


def add_parser(commands: Any) -> None:
    """Add ``dora`` and its options to the subcommands of ``workbook``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "dora",
        help="report the DORA metrics of your own repository or log",
        description="Measure DORA's five delivery metrics of your own service, print them, and"
        " write a page about them.",
    )
    _add_sources(parser)
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


def _add_sources(parser: argparse.ArgumentParser) -> None:
    git = parser.add_argument_group("from a git repository, where a release tag is a deployment")
    git.add_argument("--git", metavar="PATH", help="a working copy or a bare repository")
    git.add_argument("--tags", metavar="GLOB", help="which tags are releases (default: *)")
    aws = parser.add_argument_group("from your AWS account, which is only read")
    aws.add_argument("--pipeline", metavar="NAME", help="a pipeline of CodePipeline")
    aws.add_argument("--profile", metavar="NAME", help="of your AWS configuration")
    aws.add_argument("--region", metavar="NAME", help="default: your configuration's")
    files = parser.add_argument_group("from CSV files")
    files.add_argument("--deployments", metavar="FILE")
    files.add_argument("--changes", metavar="FILE", help="the commits of each deployment")
    files.add_argument("--incidents", metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Measure, print and write what the options ask for; return 0.

    Raises EventsError, in one sentence, for options that do not fit each other, events that
    cannot be read, an empty period and an unknown time zone, service or year.
    """
    _check(options)
    try:
        published(options.year)
        events = _events(options)
        if options.compare is not None:
            return _compare(options, events)
        metrics = measure(events, options.start, options.end, options.tz or "UTC")
    except ValueError as error:  # an EventsError is one too
        raise error if isinstance(error, EventsError) else EventsError(str(error)) from error
    if options.json:
        print(json.dumps(numbers(metrics, events.notes), indent=2))
    else:
        _print(metrics, levels(metrics, options.year), events.notes)
    page = options.output or (None if options.json else _PAGE)
    if page is not None:
        written = report(metrics, page, year=options.year, notes=events.notes)
        print(f"wrote {written}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _compare(options: argparse.Namespace, events: Events) -> int:
    """Do the same for two periods that the date parts."""
    compared = parted(events, options.compare, options.start, options.end, options.tz or "UTC")
    if options.json:
        print(json.dumps(compared_numbers(compared, events.notes), indent=2))
    else:
        print_comparison(compared, events.notes)
    page = options.output or (None if options.json else _PAGE)
    if page is not None:
        written = report_comparison(
            compared, page, events=events, text=events.notes, year=options.year
        )
        print(f"wrote {written}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse options of which one would be ignored."""
    given = [name for name in _OPTIONS if getattr(options, name) is not None]
    if not given:
        raise EventsError(_NO_SOURCE)
    source = given[0]
    others = [name for name in _OPTIONS if name != source]
    for name in [*others, *(each for other in others for each in _OPTIONS[other])]:
        if name not in _OPTIONS[source] and getattr(options, name) is not None:
            raise EventsError(f"--{name} cannot be used with --{source}")


def _events(options: argparse.Namespace) -> Events:
    if options.git is not None:
        with progress_bar("Reading the history") as progress:
            # The whole path, because an error that begins with "." says little.
            where = Path(options.git).absolute()
            name = where.name.removesuffix(".git")
            return from_git(where, options.tags or "*", service=name, progress=progress)
    if options.pipeline is not None:
        return _of_pipeline(options)
    events = read_csv(options.deployments, options.changes, options.incidents, tz=options.tz)
    return events if options.service is None else events.only(options.service)


def _of_pipeline(options: argparse.Namespace) -> Events:
    from devops_workbook.own_account import session

    with session(options.profile, options.region, EventsError) as own:
        return from_codepipeline(
            own.client("codepipeline"), options.pipeline, codecommit=own.client("codecommit")
        )


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
