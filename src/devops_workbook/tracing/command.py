"""``workbook traces``: where the time goes in one's own traces, and a page about it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from devops_workbook import display
from devops_workbook.tracing import command_xray, report_tables
from devops_workbook.tracing.critical_path import critical_path
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.reading import READERS, read
from devops_workbook.tracing.report import report
from devops_workbook.tracing.survey import Survey
from devops_workbook.tracing.wording import duration, percent

_PAGE = Path("traces-report.html")
_NO_SOURCE = (
    "say where the traces are: FILE for traces in JSON, or --xray for those of your AWS account"
)


def add_parser(commands: Any) -> None:
    """Add ``traces`` and its options to the subcommands of ``workbook``."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "traces",
        help="find where the time goes in your own traces",
        description="Read traces, print what requests wait for, and write a page about it.",
        epilog="--xray asks with the credentials that the AWS CLI would take. They need to allow "
        f"{' and '.join(command_xray.ACTIONS)}.",
    )
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="traces in JSON: X-Ray segments or BatchGetTraces, OTLP, Jaeger, or Zipkin",
    )
    parser.add_argument(
        "--format", choices=READERS, help="of the file (default: found out from its contents)"
    )
    parser.add_argument(
        "--trace", metavar="ID", help="print the critical path of one trace instead"
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=f"the page to write (default: {_PAGE})"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the numbers as JSON; a page is then written only with --output",
    )
    command_xray.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Analyse, print and write what the options ask for; return 0.

    Raises TracesError, in one sentence, for options that do not fit each other, a file or an
    account that cannot be read, no traces, and an unknown one.
    """
    _check(options)
    spans, source, about = _read(options)
    if options.trace:
        return _one(spans, options.trace, options.json)
    survey = Survey(Forest.of(spans), about)
    if options.json:
        print(json.dumps(_numbers(survey), indent=2))
    else:
        _print(survey)
    page = options.output or (None if options.json else _PAGE)
    if page is not None:
        written = report(survey, page, title=f"Where the time goes: {source}")
        print(f"wrote {written}", file=sys.stderr if options.json else sys.stdout)
    return 0


def _check(options: argparse.Namespace) -> None:
    """Refuse options of which one would be ignored."""
    if not options.xray and options.file is None:
        raise TracesError(_NO_SOURCE)
    if options.xray and options.file is not None:
        raise TracesError("FILE cannot be used with --xray")
    if not options.xray:
        _refuse(options, command_xray.OPTIONS, "FILE: it belongs to --xray")
        return
    _refuse(options, ("format",), "--xray")
    if options.trace is not None:
        _refuse(options, command_xray.CHOOSING, "--trace, which names the one to read")
    if options.start is not None:
        _refuse(options, ("last",), "--start")


def _refuse(options: argparse.Namespace, names: Sequence[str], other: str) -> None:
    for name in names:
        if getattr(options, name) is not None:
            raise TracesError(f"--{name} cannot be used with {other}")


def _read(options: argparse.Namespace) -> command_xray.Read:
    if options.xray:
        return command_xray.read_account(options)
    return command_xray.Read(read(options.file, options.format), Path(options.file).name)


def _one(spans: pd.DataFrame, trace_id: str, as_json: bool) -> int:
    path = critical_path(spans, trace_id)
    if as_json:
        print(path.to_json(orient="records", date_format="iso", date_unit="ns", indent=2))
        return 0
    rows = [
        (row.operation, row.service, duration(row.seconds), percent(row.share))
        for row in list[Any](path.itertuples())
    ]
    columns = ("Waited for", "Service", "Own time", "Share")
    console = _console()
    console.print(_table(display.Table(f"Critical path of {trace_id}, in order", columns, rows)))
    for note in path.attrs["notes"]:
        console.print(f"- {note}")
    return 0


def _print(survey: Survey) -> None:
    console = _console()
    console.print(_table(report_tables.services(survey.map)))
    console.print(_table(report_tables.bottlenecks(survey.bottlenecks)))
    if len(survey.loops):
        console.print(_table(report_tables.loops(survey.loops)))
    console.print(_table(report_tables.exemplars(survey.exemplars)))
    for sentence in (*survey.headlines(), *survey.notes):
        console.print(f"- {sentence}")


# A line below the head, and a blank between columns.
_RULE = box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
# Characters of what is read without a break, such as 4.64 ms.
_NUMBER = 10


def _console() -> Console:
    return Console(markup=False, highlight=False)  # a name can hold [brackets]


def _table(found: display.Table) -> Table:
    # Close together, and nothing cut short: a trace's id is there to be copied for --trace.
    table = Table(
        title=found.caption,
        title_justify="left",
        box=_RULE,
        padding=0,
        pad_edge=False,
        show_edge=False,
    )
    for number, name in enumerate(found.columns):
        widest = max(len(row[number]) for row in found.rows)
        whole = name == "Trace" or len(name) <= widest <= _NUMBER
        table.add_column(name, overflow="fold", no_wrap=whole)
    for row in found.rows:
        table.add_row(*row)
    return table


def _numbers(survey: Survey) -> dict[str, Any]:
    tables = {
        "services": survey.map.nodes,
        "calls": survey.map.edges,
        "bottlenecks": survey.bottlenecks,
        "statements": survey.statements,
        "repeated_calls": survey.loops,
        "exemplars": survey.exemplars,
    }
    return {
        "traces": len(survey.forest.roots),
        "spans": len(survey.forest),
        **{name: _plain(table) for name, table in tables.items()},
        "notes": [*survey.about, *survey.notes],
    }


def _plain(table: pd.DataFrame) -> Any:
    return json.loads(table.to_json(orient="records", date_format="iso", date_unit="us"))
