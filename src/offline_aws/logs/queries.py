"""Logs Insights: start a query, read its results, list the queries."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.logs.checks import invalid, logs_operation, not_simulated
from offline_aws.logs.insights import NotSimulatedError, QueryError, Result, Row, parse_query, run
from offline_aws.logs.paging import begin_of, page, token_of
from offline_aws.logs.store import (
    OVERHEAD,
    Group,
    Groups,
    Shape,
    find_group,
    milliseconds,
)
from offline_aws.operations import Call

_LIMIT = 10_000
_LANGUAGE = "CWLI"
Pointer = tuple[str, str, int]


@dataclass
class Query:
    """One query and its results."""

    id: str
    text: str
    created: int
    groups: tuple[str, ...]
    user: str
    result: Result
    statistics: dict[str, float]


@dataclass
class Queries:
    """The queries of an account and region, by their ids."""

    by_id: dict[str, Query] = field(default_factory=dict)

    def get(self, query_id: str) -> Query:
        """Return a query. Raises ``ResourceNotFoundException``."""
        if query_id not in self.by_id:
            text = f"Query does not exist: {query_id}"
            raise AwsError("ResourceNotFoundException", text)
        return self.by_id[query_id]


@logs_operation("StartQuery")
def start_query(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run a query at once; its results are complete when it is asked for them."""
    if parameters.get("queryLanguage", _LANGUAGE) != _LANGUAGE:
        raise not_simulated("StartQuery", f"queryLanguage {parameters['queryLanguage']}")
    groups = _groups(call, parameters)
    start, end = parameters["startTime"], parameters["endTime"]
    if start > end:
        raise invalid("Query's start time must not be after its end time.")
    text = parameters["queryString"]
    rows, statistics = _rows(call, groups, start * 1000, end * 1000 + 999)
    limit, now = parameters.get("limit") or _LIMIT, int(call.clock.now().timestamp())
    try:
        result = run(parse_query(text), rows, now, limit)
    except NotSimulatedError as error:
        raise not_simulated("StartQuery", str(error)) from None
    except QueryError as error:
        raise _malformed(error) from None
    statistics |= {"recordsMatched": float(result.matched), "resultCount": float(len(result.rows))}
    query = Query(
        call.state(Groups).new_id(call),
        text,
        milliseconds(call.clock.now()),
        tuple(group.name for group in groups),
        call.caller,
        result,
        statistics,
    )
    call.state(Queries).by_id[query.id] = query
    return {"queryId": query.id}


@logs_operation("GetQueryResults")
def get_query_results(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the rows of a query with what it read."""
    query = call.state(Queries).get(parameters["queryId"])
    begin = begin_of(parameters.get("nextToken", ""))
    end = begin + (parameters.get("maxItems") or _LIMIT)
    rows = zip(query.result.rows[begin:end], query.result.pointers[begin:end], strict=True)
    answer: Shape = {
        "queryLanguage": _LANGUAGE,
        "results": [_cells(row, pointer) for row, pointer in rows],
        "statistics": query.statistics,
        "status": "Complete",
    }
    if end < len(query.result.rows):
        answer["nextToken"] = token_of(end)
    return answer


@logs_operation("StopQuery")
def stop_query(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Refuse it: every query has ended before it can be stopped."""
    query = call.state(Queries).get(parameters["queryId"])
    raise invalid(f"Query {query.id} is not in the Running state")


@logs_operation("DescribeQueries")
def describe_queries(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the queries, the newest first."""
    name, status = parameters.get("logGroupName"), parameters.get("status", "Complete")
    language = parameters.get("queryLanguage", _LANGUAGE)
    found = [
        {
            "queryLanguage": _LANGUAGE,
            "queryId": query.id,
            "queryString": query.text,
            "status": "Complete",
            "createTime": query.created,
            "logGroupName": query.groups[0],
            "bytesScanned": query.statistics["bytesScanned"],
            "userIdentity": query.user,
        }
        for query in reversed(call.state(Queries).by_id.values())
        if name in (None, *query.groups) and status == "Complete" and language == _LANGUAGE
    ]
    return page("queries", found, parameters, size=1000)


def pointer_text(pointer: Pointer) -> str:
    """Return what ``@ptr`` shows of an event's place."""
    return base64.b64encode(json.dumps(pointer).encode()).decode()


def pointer_of(text: str) -> Pointer:
    """Return the place of an event that ``@ptr`` shows. Raises ``ValueError``."""
    found = json.loads(base64.b64decode(text, validate=True))
    if not isinstance(found, list) or [type(each) for each in found] != [str, str, int]:
        raise ValueError(text)
    return found[0], found[1], found[2]


def rows_of(call: Call, group: Group, start: int, end: int) -> list[Row]:
    """Return the events of a group from a time to another, both in milliseconds, as rows."""
    log = f"{call.account}:{group.name}"
    return [
        Row(
            event.timestamp,
            event.message,
            event.ingested,
            stream.name,
            log,
            (group.name, stream.name, event.sequence),
        )
        for stream in group.streams.values()
        for event in stream.between(start, end + 1)
    ]


def _groups(call: Call, parameters: Shape) -> list[Group]:
    given = [
        [parameters["logGroupName"]] if parameters.get("logGroupName") else [],
        parameters.get("logGroupNames") or [],
        parameters.get("logGroupIdentifiers") or [],
    ]
    if sum(bool(names) for names in given) != 1:
        raise invalid(
            "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers has to be given."
        )
    names = next(names for names in given if names)
    return list({group.name: group for group in (find_group(call, n) for n in names)}.values())


def _rows(
    call: Call, groups: list[Group], start: int, end: int
) -> tuple[list[Row], dict[str, float]]:
    rows = [row for group in groups for row in rows_of(call, group, start, end)]
    rows.sort(key=lambda row: row.time)
    size = sum(len(row.message.encode()) + OVERHEAD for row in rows)
    return rows, {
        "recordsScanned": float(len(rows)),
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(size),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": float(len(groups)),
    }


def _cells(row: dict[str, str], pointer: Pointer | None) -> list[Shape]:
    cells = [{"field": name, "value": value} for name, value in row.items()]
    if pointer:
        cells.append({"field": "@ptr", "value": pointer_text(pointer)})
    return cells


def _malformed(error: QueryError) -> AwsError:
    compile_error = {
        "location": {"startCharOffset": error.start, "endCharOffset": error.end},
        "message": error.message,
    }
    return AwsError("MalformedQueryException", error.message, queryCompileError=compile_error)
