"""The exercise on Logs Insights: which errors, of which version."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.monitoring.account import (
    BLUE,
    GREEN,
    GROUP,
    chapter,
    client_of,
    shift_to,
)
from devops_workbook.checks import describe, require
from devops_workbook.display import Note, Table
from devops_workbook.exercise import NotYet, SetupMissing
from devops_workbook.lab import Lab

_MINUTES = 30
_COLUMNS = {"version", "message", "errors"}
Row = dict[str, str]


def arrange_canary(lab: Lab) -> None:
    """Half an hour in which a quarter of the customers got the new version."""
    shift_to(GREEN, 25)
    lab.clock.advance(minutes=_MINUTES)
    shift_to(BLUE)


def ask(lab: Lab, query: object, minutes: int = 60) -> Table | Note:
    """Run a Logs Insights query over the shop's log; return its rows as a table."""
    if query is ... or not isinstance(query, str):
        return Note("No query yet.", "Write it as a text, then run this again.")
    try:
        rows, statistics = _answered(lab, query, minutes)
    except ClientError as error:
        return Note("Logs Insights refuses the query.", error.response["Error"]["Message"])
    columns = list(dict.fromkeys(name for row in rows for name in row if name != "@ptr"))
    read = f"{statistics['recordsMatched']:.0f} of {statistics['recordsScanned']:.0f} events"
    shown = [tuple(row.get(name, "") for name in columns) for row in rows[:20]]
    return Table(f"{len(rows)} rows, from {read}", columns, shown)


def _answered(lab: Lab, query: str, minutes: int) -> tuple[list[Row], dict[str, float]]:
    logs = client_of("logs")
    now = lab.clock.now()
    started = logs.start_query(
        logGroupName=GROUP,
        startTime=int((now - timedelta(minutes=minutes)).timestamp()),
        endTime=int(now.timestamp()),
        queryString=query,
    )
    found = logs.get_query_results(queryId=started["queryId"])
    rows = [{cell["field"]: cell["value"] for cell in row} for row in found["results"]]
    return rows, dict(found["statistics"])


@chapter.exercise(
    "log-query",
    title="Ask the log",
    minutes=6,
    answer="query",
    hints=(
        "Commands follow each other behind a |. filter keeps events, stats … by … counts them.",
        "filter status >= 500 | stats count(*) as … by …, …",
        "sort errors desc puts the most frequent first.",
    ),
    arrange=arrange_canary,
)
def check_log_query(lab: Lab, answer: Any) -> str:
    """A row for each version and message of the failed requests, the most frequent first."""
    require(isinstance(answer, str), f"`query` should be a text. Found {describe(answer)}.")
    right = _counted(lab)
    if not right:
        raise SetupMissing('No request has failed yet. `lab.catch_up("log-query")` arranges it.')
    try:
        rows, _ = _answered(lab, answer, 60)
    except ClientError as error:
        raise NotYet(f"Logs Insights refuses it: {error.response['Error']['Message']}") from None
    require(rows, "The query gives no row. Which value of which field says that a request failed?")
    require(
        set(rows[0]) == _COLUMNS,
        f"Its columns should be version, message and errors. Found {', '.join(sorted(rows[0]))}.",
    )
    require(
        all(row["errors"].isdecimal() for row in rows),
        f"errors should be a number of requests. Found {rows[0]['errors']!r}.",
    )
    found = {(row.get("version"), row.get("message")): row.get("errors") for row in rows}
    require(
        len(rows) == len(right) and found == {key: str(count) for key, count in right.items()},
        f"It has {len(rows)} rows with {sum(int(row['errors']) for row in rows)} events. "
        "What should be counted is requests answered with a 5xx, by version and message.",
    )
    counts = [int(row["errors"]) for row in rows]
    require(
        counts == sorted(counts, reverse=True),
        "The rows are right. The most frequent error should come first.",
    )
    require(
        re.search(r"\|\s*sort\b[^|]*\berrors\b", answer, re.IGNORECASE),
        "The rows are right, and in this order by chance: nothing in the query sorts them by "
        "errors.",
    )
    (version, message), most = max(right.items(), key=lambda pair: pair[1])
    return f"{most} times {message!r} in {version}: from a red number to a line of code."


def _counted(lab: Lab) -> Counter[tuple[str, str]]:
    """Count the failures of the last hour by version and message, in plain Python."""
    pages = (
        client_of("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=GROUP,
            filterPattern="{ $.status >= 500 }",
            startTime=int((lab.clock.now() - timedelta(minutes=60)).timestamp()) * 1000,
        )
    )
    try:
        found = [json.loads(event["message"]) for page in pages for event in page["events"]]
    except ClientError:
        return Counter()
    return Counter((each["version"], each["message"]) for each in found)
