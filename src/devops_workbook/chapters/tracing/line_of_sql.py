"""The exercise on reading: from all traces of half an hour to a statement in a loop."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from devops_workbook import tracing
from devops_workbook.chapters.tracing.account import RELEASED, chapter, drawn, minutes
from devops_workbook.checks import as_number, describe, number, require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

_KEYS = ("waited_for", "looped", "times")


@chapter.exercise(
    "line-of-sql",
    title="The line of SQL",
    minutes=6,
    answer="found",
    hints=(
        "tracing.bottlenecks(spans) has what requests waited for longest in its first row. Its "
        "column operation names a verb and a table.",
        "tracing.statements(spans) has the statements themselves, and tracing.repeated_calls(spans)"
        " those that one request sends again and again.",
        "times is calls_p50 of repeated_calls: the median of the requests that loop.",
    ),
)
def check_line_of_sql(lab: Lab, answer: Any) -> str:
    """The statement waited for longest, the one in a loop, and how often it is sent."""
    require_entries(answer, "found", _KEYS)
    waited_for, looped = (_statement(answer, name) for name in ("waited_for", "looped"))
    as_number(answer["times"], "found['times']")
    spans = after_release()
    slow, loop = slowest_statement(spans), tracing.repeated_calls(spans).iloc[0]
    if waited_for != slow and waited_for == loop["call"]:
        raise NotYet(
            "found['waited_for'] is the statement in the loop. It is sent often, and each time it "
            "is quick. Which one do requests wait for longest?"
        )
    require(
        not {waited_for, looped} & set(spans["operation"]),
        "`found` holds an operation, such as SELECT orders. Expected the statement itself, as "
        "tracing.statements has it in its column `statement`.",
    )
    require(
        waited_for == slow,
        "found['waited_for'] is not the statement that requests waited for longest since the "
        "release. tracing.statements lists them by the time in all.",
    )
    require(
        looped == loop["call"],
        "found['looped'] is not a statement that one request sends again and again. "
        "tracing.repeated_calls lists them.",
    )
    number(
        answer["times"],
        float(loop["calls_p50"]),
        "found['times']",
        mistakes={
            "That is the most. The question asks for the median of those requests.": float(
                loop["calls_most"]
            ),
            "That is how many requests loop, not how often one of them does.": float(
                loop["requests"]
            ),
        },
    )
    return "One statement that reads a whole table, and one in a loop. Both came with 1.5.0."


def _statement(answer: Mapping[str, Any], name: str) -> str:
    value = answer[name]
    require(
        isinstance(value, str), f"found['{name}'] should be a statement. Found {describe(value)}."
    )
    return tracing.normalised(value)


@cache
def after_release() -> pd.DataFrame:
    """Return the spans since the release."""
    late = [minute for minute in minutes() if minute >= RELEASED]
    return tracing.read_segments([document for minute in late for document in drawn(minute)])


def slowest_statement(spans: pd.DataFrame) -> str:
    """Return the statement that requests waited for longest."""
    first = tracing.bottlenecks(spans, by=["statement"], top=0).dropna(subset="statement").iloc[0]
    return tracing.normalised(str(first["statement"]))
