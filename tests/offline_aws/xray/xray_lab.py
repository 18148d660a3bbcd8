"""Segments to be put and traces to be asked for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
NINE = MONDAY.timestamp()
SAMPLES = Path(__file__).resolve().parents[3] / "data" / "xray_sample"
_IDS: Iterator[int] = itertools.count(1)

Document = dict[str, Any]


def new_id() -> str:
    """Return an id of a segment that no other has."""
    return f"{next(_IDS):016x}"


def new_trace() -> str:
    """Return an id of a trace that no other has."""
    return f"1-{int(NINE):08x}-{next(_IDS):024x}"


def entity(name: str, start: float, end: float | None, **more: Any) -> Document:
    """Return a subsegment; times in seconds since nine, no end while it is in progress."""
    ended = {"in_progress": True} if end is None else {"end_time": NINE + end}
    return {"name": name, "id": new_id(), "start_time": NINE + start, **ended, **more}


def segment(name: str, trace: str, start: float, end: float | None, **more: Any) -> Document:
    """Return a segment of a trace."""
    return {**entity(name, start, end, **more), "trace_id": trace}


def apart(parent: Document, name: str, start: float, end: float | None, **more: Any) -> Document:
    """Return a subsegment of a segment that is sent apart from it."""
    of = {"trace_id": parent["trace_id"], "parent_id": parent["id"], "type": "subsegment"}
    return {**entity(name, start, end, **more), **of}


def http(status: int, **request: str) -> Document:
    """Return ``http`` as a keyword argument's value."""
    return {"request": request, "response": {"status": status}}


class XrayLab:
    """X-Ray on a Monday morning; what is asked is about the hour from nine on."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.xray: Any = boto3.client("xray")
        self.hour = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(hours=1)}

    def put(self, *documents: Document | str) -> list[dict[str, str]]:
        """Put documents; return those that X-Ray did not take."""
        texts = [each if isinstance(each, str) else json.dumps(each) for each in documents]
        unprocessed: list[dict[str, str]] = []
        for begin in range(0, len(texts), 50):
            answer = self.xray.put_trace_segments(TraceSegmentDocuments=texts[begin : begin + 50])
            unprocessed += answer["UnprocessedTraceSegments"]
        return unprocessed

    def summaries(self, expression: str = "", **more: Any) -> list[Document]:
        """Return the summaries of the traces for which an expression holds."""
        if expression:
            more["FilterExpression"] = expression
        pages = self.xray.get_paginator("get_trace_summaries").paginate(**{**self.hour, **more})
        return [summary for page in pages for summary in page["TraceSummaries"]]

    def found(self, expression: str = "", **more: Any) -> set[str]:
        """Return the ids of the traces for which an expression holds."""
        return {each["Id"] for each in self.summaries(expression, **more)}

    def documents(self, trace: str) -> dict[str, Document]:
        """Return the documents of a trace by their names."""
        (whole,) = self.xray.batch_get_traces(TraceIds=[trace])["Traces"]
        documents = [json.loads(each["Document"]) for each in whole["Segments"]]
        assert [each["id"] for each in documents] == [each["Id"] for each in whole["Segments"]]
        return {each["name"]: each for each in documents}

    def graph(self, **more: Any) -> dict[tuple[str, str | None], Document]:
        """Return the services of the service graph by name and type."""
        services = self.xray.get_service_graph(**{**self.hour, **more})["Services"]
        return {(each["Name"], each.get("Type")): each for each in services}

    def error(self, operation: str, **parameters: Any) -> tuple[str, str]:
        """Return code and message of the error of a call."""
        with pytest.raises(ClientError) as refused:
            getattr(self.xray, operation)(**parameters)
        error = refused.value.response["Error"]
        return error["Code"], error["Message"]

    def wrong(self, expression: str) -> str:
        """Return the message for an expression that is wrong."""
        code, message = self.error("get_trace_summaries", **self.hour, FilterExpression=expression)
        assert code == "InvalidRequestException"
        return message


def edges(
    graph: dict[tuple[str, str | None], Document],
) -> dict[tuple[str, str], Document]:
    """Return the edges of a graph by the names of both ends; ``client`` for a client."""
    names = {
        each["ReferenceId"]: "client" if kind == "client" else name
        for (name, kind), each in graph.items()
    }
    return {
        (names[each["ReferenceId"]], names[edge["ReferenceId"]]): edge
        for each in graph.values()
        for edge in each["Edges"]
    }
