"""The calls around queries: refused ones, pages, lists."""

from __future__ import annotations

import pytest
from log_lab import LogLab


def test_results_come_in_pages_and_are_limited(lab: LogLab) -> None:
    lab.write(*[{"n": number} for number in range(5)], every=1)
    now = lab.time() // 1000
    query = {"startTime": now, "endTime": now + 9, "queryString": "fields n | sort n asc"}
    query_id = lab.logs.start_query(logGroupName="shop", limit=3, **query)["queryId"]
    first = lab.logs.get_query_results(queryId=query_id, maxItems=2)
    last = lab.logs.get_query_results(queryId=query_id, nextToken=first["nextToken"])
    rows = first["results"] + last["results"]
    assert [row[0]["value"] for row in rows] == ["0", "1", "2"]
    assert "nextToken" not in last


def test_queries_are_listed_and_have_ended_before_they_are_stopped(lab: LogLab) -> None:
    lab.query("fields a")
    lab.query("fields b")
    found = lab.logs.describe_queries(logGroupName="shop")["queries"]
    assert [query["queryString"] for query in found] == ["fields b", "fields a"]
    with pytest.raises(lab.logs.exceptions.InvalidParameterException):
        lab.logs.stop_query(queryId=found[0]["queryId"])
    with pytest.raises(lab.logs.exceptions.ResourceNotFoundException):
        lab.logs.get_query_results(queryId="none")


def test_a_query_needs_a_group_in_one_way(lab: LogLab) -> None:
    with pytest.raises(lab.logs.exceptions.InvalidParameterException):
        lab.query("fields a", logGroupIdentifiers=["shop"])
    with pytest.raises(lab.logs.exceptions.ResourceNotFoundException):
        lab.query("fields a", logGroupName="none")


def test_parse_with_a_glob_and_with_a_regular_expression(lab: LogLab) -> None:
    lab.write("user=ann, method:GET, latency := 12", "user=bob, method:PUT, latency := 30", "no")
    glob = "parse @message 'user=*, method:*, latency := *' as @user, @method, @latency"
    assert lab.query(
        f"{glob} | filter ispresent(@user) | stats avg(@latency) as ms by @method | sort ms asc"
    ) == [
        {"@method": "GET", "ms": "12"},
        {"@method": "PUT", "ms": "30"},
    ]
    regex = r"parse @message /user=(?<who>\w+).*:= (?<took>\d+)/"
    assert lab.query(f"{regex} | filter took > 20 | display who, took") == [
        {"who": "bob", "took": "30"}
    ]


def test_the_fields_of_lambda_s_report_are_found(lab: LogLab) -> None:
    lab.write(
        "START RequestId: 8f5 Version: $LATEST",
        "REPORT RequestId: 8f5\tDuration: 12.40 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 40 MB\t",
    )
    rows = lab.query("filter @type = 'REPORT' | fields @requestId, @duration, @maxMemoryUsed")
    assert rows == [{"@requestId": "8f5", "@duration": "12.40", "@maxMemoryUsed": "40000000"}]
