"""The exercise on filter expressions: ask X-Ray for the traces that matter."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.tracing.account import BEGIN, END, chapter, drawn, minutes, xray
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

_SLOW = 0.3
_ASKED = {
    "slow_lists": "lists of orders that took orders longer than 0.3 seconds",
    "new_faults": "requests that 1.5.0 served and that ended in a fault",
    "slow_bank": "requests in which the bank took longer than 0.2 seconds",
}


@chapter.exercise(
    "filter-expressions",
    title="Ask X-Ray for the traces that matter",
    minutes=6,
    answer="expressions",
    hints=(
        "responsetime and fault alone are about the first segment, storefront's. "
        'service("orders") { responsetime > 0.3 } is about the segment of orders.',
        'A list has an address with /customers/ in it: http.url CONTAINS "/customers/". '
        "Conditions are joined by AND.",
        'annotation.version = "1.5.0" finds an annotation. For a call, from the caller\'s side: '
        'edge("payments", "bank.example.com") { responsetime > 0.2 }.',
    ),
)
def check_filter_expressions(lab: Lab, answer: Any) -> str:
    """Each expression finds the traces that a plain look at the documents finds."""
    require_entries(answer, "expressions", _ASKED)
    counts = []
    for name, what in _ASKED.items():
        expression = answer[name]
        require(
            isinstance(expression, str) and expression.strip(),
            f"expressions['{name}'] should be a text. Found {describe(expression)}.",
        )
        found, wanted = _found(name, expression), wanted_of(name)
        if found != wanted:
            raise NotYet(_difference(name, what, found, wanted))
        counts.append(str(len(wanted)))
    return f"{', '.join(counts)} traces out of {len(_all()):,}: no scrolling."


def _difference(name: str, what: str, found: set[str], wanted: set[str]) -> str:
    said = f"{name} finds {len(found)} traces; there are {len(wanted)} {what}. "
    if extra := sorted(found - wanted):
        return f"{said}{extra[0]} is found and should not be: open it, and look why not."
    return f"{said}{sorted(wanted - found)[0]} is missing: open it, and look why."


def _found(name: str, expression: str) -> set[str]:
    try:
        return _summaries(expression)
    except ClientError as error:
        raise NotYet(f"{name}: X-Ray says: {error.response['Error']['Message']}") from None


def _summaries(expression: str) -> set[str]:
    pages = (
        xray()
        .get_paginator("get_trace_summaries")
        .paginate(StartTime=BEGIN, EndTime=END, FilterExpression=expression)
    )
    return {summary["Id"] for page in pages for summary in page["TraceSummaries"]}


@cache
def _documents() -> list[dict[str, Any]]:
    return [document for minute in minutes() for document in drawn(minute)]


@cache
def _all() -> set[str]:
    return {document["trace_id"] for document in _documents()}


@cache
def wanted_of(name: str) -> set[str]:
    """Return the traces that an expression should find, by a look at the documents."""
    documents = _documents()
    ours = [document for document in documents if document["name"] == "orders"]
    if name == "new_faults":
        new = {d["trace_id"] for d in ours if d["annotations"]["version"] == "1.5.0"}
        return {d["trace_id"] for d in documents if "parent_id" not in d and d.get("fault")} & new
    if name == "slow_lists":
        lists = [d for d in ours if "/customers/" in d["http"]["request"]["url"]]
        return {d["trace_id"] for d in lists if d["end_time"] - d["start_time"] > _SLOW}
    calls = [
        (document["trace_id"], part["end_time"] - part["start_time"])
        for document in documents
        for part in document.get("subsegments", ())
        if part["name"] == "bank.example.com"
    ]
    return {trace for trace, seconds in calls if seconds > 0.2}
