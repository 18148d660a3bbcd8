"""``workbook traces --xray``: the traces of one's own AWS account, which is only read."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd

from devops_workbook.commands.adding import add_account
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.wording import count
from devops_workbook.tracing.xray_account import of_traces, trace_ids
from devops_workbook.under_way import progress_bar

#: The IAM actions that an account has to allow.
ACTIONS = ("xray:GetTraceSummaries", "xray:BatchGetTraces")
#: The options that belong to --xray, and those of them that choose among the traces.
OPTIONS = ("last", "start", "end", "filter", "most", "profile", "region")
CHOOSING = OPTIONS[:5]

_LAST = timedelta(hours=1)
_MOST = 1000
_KEPT = timedelta(days=30)  # what X-Ray keeps
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Read(NamedTuple):
    """Spans, where they are from in a few words for a title, and in sentences."""

    spans: pd.DataFrame
    source: str
    about: tuple[str, ...] = ()


class Window(NamedTuple):
    """The time from ``start`` up to ``end``, both aware."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        start, end = (moment.astimezone(UTC) for moment in self)
        same_day = start.date() == end.date()
        return f"{start:%Y-%m-%d %H:%M} to {end:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}} UTC"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--xray`` and what belongs to it."""
    own = parser.add_argument_group("from X-Ray in your AWS account, which is only read")
    own.add_argument("--xray", action="store_true", help="read its traces instead of a FILE")
    own.add_argument(
        "--last", type=_length, metavar="TIME", help="such as 30m, 6h or 2d (default: 1h)"
    )
    own.add_argument(
        "--start", type=_moment, metavar="DATE-TIME", help="in UTC, or with its offset from it"
    )
    own.add_argument("--end", type=_moment, metavar="DATE-TIME", help="default: now")
    own.add_argument(
        "--filter", metavar="EXPRESSION", help="X-Ray's, such as 'responsetime > 1 AND fault'"
    )
    own.add_argument(
        "--most", type=_number, metavar="N", help=f"traces to read at most (default: {_MOST})"
    )
    add_account(own)


def read_account(options: argparse.Namespace) -> Read:
    """Return the traces that the options ask for, or the one that ``--trace`` names.

    Raises TracesError, in one sentence, for a time that is none, when there are no such traces,
    and when AWS refuses or cannot be asked.
    """
    from devops_workbook.own_account import session

    window = _window(options)
    with session(options.profile, options.region, TracesError) as own:
        client = own.client("xray")
        where = f"X-Ray in {client.meta.region_name}"
        if options.trace:
            return Read(_one(client, options.trace, where), where)
        return _chosen(client, options, window, where)


def _window(options: argparse.Namespace) -> Window:
    end = options.end or datetime.now(UTC)
    window = Window(options.start or end - (options.last or _LAST), end)
    if window.start >= window.end:
        raise TracesError(f"the time is empty: its start is not before its end, {window}")
    if window.end - window.start > _KEPT:
        raise TracesError("X-Ray keeps traces for 30 days: ask for at most that, by --last 30d")
    return window


def _one(client: Any, trace_id: str, where: str) -> pd.DataFrame:
    spans = of_traces(client, [trace_id])
    if spans.empty:
        raise TracesError(
            f"{where} has no trace {trace_id!r}: check the id and the region; traces are kept for"
            " 30 days"
        )
    return spans


def _chosen(client: Any, options: argparse.Namespace, window: Window, where: str) -> Read:
    most = options.most or _MOST
    with progress_bar("Reading traces") as progress:
        # One more than wanted says whether there are more.
        ids = trace_ids(client, *window, options.filter, most=most + 1, progress=progress)
        spans = of_traces(client, ids[:most], progress=progress)
    asked = f"from {window}" + (f", filtered by {options.filter!r}" if options.filter else "")
    if spans.empty:
        wider = "a wider --filter, " if options.filter else ""
        raise TracesError(
            f"{where} has no trace {asked}: try a longer time such as --last 7d, {wider}or another"
            " --region or --profile"
        )
    about = [f"Read from {where}: every trace {asked}."]
    if len(ids) > most:
        about = [
            f"Read from {where}: {count(most, 'trace')} {asked}, from each part of that time alike."
            " There are more, so counts and rates are of these alone: a shorter time or a --filter"
            " chooses, --most takes more."
        ]
    lost = len(ids[:most]) - spans["trace_id"].nunique()
    if lost:
        about.append(f"{count(lost, 'trace')} that X-Ray lists it did not hand out.")
    return Read(spans, where, tuple(about))


def _length(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9]\d{0,4})([mhd])", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 30m, 6h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = f"{text!r} is not a date and time such as 2026-01-05T09:00"
        raise argparse.ArgumentTypeError(problem) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of traces, 1 or more")
