"""GetMetricData, and metric math."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from hypothesis import given
from hypothesis import strategies as st
from refused import refusal

from offline_aws.cloudwatch.metric_math.expression import MathError, parsed

END = MONDAY + 5 * MINUTE
#: The values of five minutes; None where there is none.
A: list[float | None] = [1, 2, None, 4, 8]
B: list[float | None] = [10, 20, 30, 40, None]


def stat(name: str, period: int = 60, stat: str = "Sum") -> dict[str, Any]:
    of = {"Namespace": "Shop", "MetricName": name}
    return {"Metric": of, "Period": period, "Stat": stat}


def fill(lab: AlarmLab) -> None:
    for name, values in (("A", A), ("B", B)):
        for number, value in enumerate(values):
            if value is not None:
                lab.put(value, name=name, Timestamp=MONDAY + number * MINUTE)


def ask(lab: AlarmLab, *queries: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    answer = lab.client.get_metric_data(
        MetricDataQueries=list(queries),
        **({"StartTime": MONDAY, "EndTime": END, "ScanBy": "TimestampAscending"} | more),
    )
    return list(answer["MetricDataResults"])


def evaluate(lab: AlarmLab, expression: str) -> list[dict[int, float]]:
    """Return the series that an expression over a and b gives, by minute."""
    metrics = [
        {"Id": "a", "MetricStat": stat("A"), "ReturnData": False},
        {"Id": "b", "MetricStat": stat("B"), "ReturnData": False},
    ]
    found = ask(lab, *metrics, {"Id": "e", "Expression": expression})
    return [
        {
            int((time - MONDAY) / MINUTE): value
            for time, value in zip(each["Timestamps"], each["Values"], strict=True)
        }
        for each in found
    ]


ONE: list[tuple[str, dict[int, float]]] = [
    ("a + b", {0: 11, 1: 22, 3: 44}),
    ("b - a * 2", {0: 8, 1: 16, 3: 32}),
    ("(b - a) / a", {0: 9, 1: 9, 3: 9}),
    ("a ^ 2", {0: 1, 1: 4, 3: 16, 4: 64}),
    ("2 ^ 3 ^ 2 + a - a", {0: 512, 1: 512, 3: 512, 4: 512}),
    ("-a ^ 2", {0: -1, 1: -4, 3: -16, 4: -64}),
    ("a > 2", {0: 0, 1: 0, 3: 1, 4: 1}),
    ("a >= 2 AND b < 40", {0: 0, 1: 1, 3: 0}),
    ("a == 1 || a == 8", {0: 1, 1: 0, 3: 0, 4: 1}),
    ("a / (a - 2)", {0: -1, 3: 2, 4: 8 / 6}),
    ("FILL(a, 0)", {0: 1, 1: 2, 2: 0, 3: 4, 4: 8}),
    ("FILL(a, REPEAT)", {0: 1, 1: 2, 2: 2, 3: 4, 4: 8}),
    ("FILL(a, LINEAR)", {0: 1, 1: 2, 2: 3, 3: 4, 4: 8}),
    ("FILL(a, b)", {0: 1, 1: 2, 2: 30, 3: 4, 4: 8}),
    ("IF(a > 2, a, 0)", {0: 0, 1: 0, 3: 4, 4: 8}),
    ("IF(a > 2, a)", {3: 4, 4: 8}),
    ("IF(a > 2, b, -b)", {0: -10, 1: -20, 3: 40}),
    ("IF(1, a, b)", {0: 1, 1: 2, 3: 4, 4: 8}),
    ("SUM(METRICS())", {0: 11, 1: 22, 2: 30, 3: 44, 4: 8}),
    ("AVG([a, b])", {0: 5.5, 1: 11, 2: 30, 3: 22, 4: 8}),
    ("MAX([a, b])", {0: 10, 1: 20, 2: 30, 3: 40, 4: 8}),
    ("MIN(METRICS('a'))", {0: 1, 1: 2, 3: 4, 4: 8}),
    ("a / MAX(a)", {0: 0.125, 1: 0.25, 3: 0.5, 4: 1}),
    ("a - AVG(a)", {0: -2.75, 1: -1.75, 3: 0.25, 4: 4.25}),
    ("a * 0 + STDDEV(b)", dict.fromkeys((0, 1, 3, 4), 11.180339887498949)),
    ("DIFF(a)", {1: 1, 3: 2, 4: 4}),
    ("DIFF_TIME(a)", {1: 60, 3: 120, 4: 60}),
    ("RATE(a)", {1: 1 / 60, 3: 2 / 120, 4: 4 / 60}),
    ("a / PERIOD(a)", {0: 1 / 60, 1: 2 / 60, 3: 4 / 60, 4: 8 / 60}),
    ("RUNNING_SUM(a)", {0: 1, 1: 3, 3: 7, 4: 15}),
    ("ABS(0 - a)", {0: 1, 1: 2, 3: 4, 4: 8}),
    ("CEIL(a / 3)", {0: 1, 1: 1, 3: 2, 4: 3}),
    ("FLOOR(a / 3)", {0: 0, 1: 0, 3: 1, 4: 2}),
    ("LOG10(b * 10)", {0: 2, 1: 2.3010299956639813, 2: 2.477121254719662, 3: 2.6020599913279625}),
    ("LOG(a) * 0", {0: 0, 1: 0, 3: 0, 4: 0}),
    ("TIME_SERIES(7)", dict.fromkeys(range(5), 7)),
    ("a * 0 + DATAPOINT_COUNT(b)", dict.fromkeys((0, 1, 3, 4), 4)),
    ("a * 0 + METRIC_COUNT(METRICS())", dict.fromkeys((0, 1, 3, 4), 2)),
    ("FIRST(METRICS())", {0: 1, 1: 2, 3: 4, 4: 8}),
    ("LAST([a, b])", {0: 10, 1: 20, 2: 30, 3: 40}),
    ("SLICE([a, b], 1)", {0: 10, 1: 20, 2: 30, 3: 40}),
    ("MINUTE(a)", {0: 0, 1: 1, 3: 3, 4: 4}),
    ("HOUR(a)", dict.fromkeys((0, 1, 3, 4), 9)),
    ("DAY(a) * 100 + DATE(a)", dict.fromkeys((0, 1, 3, 4), 105)),
    ("YEAR(a) + MONTH(a)", dict.fromkeys((0, 1, 3, 4), 2027)),
    ("EPOCH(a) - EPOCH(a)", dict.fromkeys((0, 1, 3, 4), 0)),
]
SEVERAL: list[tuple[str, list[float]]] = [
    ("METRICS()", [1, 10]),
    ("[a, b] * 2", [2, 20]),
    ("SORT([a, b], AVG, DESC)", [10, 1]),
    ("SORT([a, b], MAX, ASC, 1)", [1]),
    ("SLICE([b, a, b], 0, 2)", [10, 1]),
    ("REMOVE_EMPTY([a, b])", [1, 10]),
]


def test_expressions(lab: AlarmLab) -> None:
    fill(lab)
    for expression, expected in ONE:
        (found,) = evaluate(lab, expression)
        assert found == pytest.approx(expected), expression


def test_expressions_that_are_several_series(lab: AlarmLab) -> None:
    fill(lab)
    for expression, firsts in SEVERAL:
        assert [each[0] for each in evaluate(lab, expression)] == firsts, expression


def test_an_expression_over_another_and_labels(lab: AlarmLab) -> None:
    fill(lab)
    found = ask(
        lab,
        {"Id": "a", "MetricStat": stat("A"), "Label": "Orders"},
        {"Id": "b", "MetricStat": stat("B")},
        {"Id": "both", "Expression": "a + b", "ReturnData": False},
        {"Id": "twice", "Expression": "both * 2"},
        {"Id": "all", "Expression": "METRICS()", "Label": "Each"},
    )
    assert [(each["Id"], each["Label"]) for each in found] == [
        ("a", "Orders"),
        ("b", "B"),
        ("twice", "twice"),
        ("all", "Each Orders"),
        ("all", "Each B"),
    ]
    assert found[2]["Values"] == [22.0, 44.0, 88.0]
    assert {each["StatusCode"] for each in found} == {"Complete"}


def test_the_newest_first(lab: AlarmLab) -> None:
    fill(lab)
    (found,) = ask(lab, {"Id": "a", "MetricStat": stat("A")}, ScanBy="TimestampDescending")
    assert found["Values"] == [8.0, 4.0, 2.0, 1.0]


def test_longer_periods_and_other_statistics(lab: AlarmLab) -> None:
    fill(lab)
    (total, high) = ask(
        lab,
        {"Id": "total", "MetricStat": stat("A", 300)},
        {"Id": "high", "MetricStat": stat("A", 300, "p50")},
    )
    assert (total["Values"], high["Values"]) == ([15.0], [3.0])
    assert total["Timestamps"] == [MONDAY]


def test_a_metric_that_is_not_there_has_no_values(lab: AlarmLab) -> None:
    (found,) = ask(lab, {"Id": "a", "MetricStat": stat("None")})
    assert (found["Values"], found["StatusCode"]) == ([], "Complete")


def test_pages(lab: AlarmLab) -> None:
    fill(lab)
    queries = [{"Id": "a", "MetricStat": stat("A")}, {"Id": "b", "MetricStat": stat("B")}]
    pages = lab.client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=MONDAY, EndTime=END, MaxDatapoints=3
    )
    found = [
        [(each["Id"], each["Values"], each["StatusCode"]) for each in page["MetricDataResults"]]
        for page in pages
    ]
    assert found == [
        [("a", [8, 4, 2], "PartialData")],
        [("a", [1], "Complete"), ("b", [40, 30], "PartialData")],
        [("b", [20, 10], "Complete")],
    ]
    refused = {"MetricDataQueries": queries, "StartTime": MONDAY, "EndTime": END}
    assert refusal(lab.client.get_metric_data, **refused, NextToken="x")[0] == "InvalidNextToken"


BAD = [
    ("a +", "The expression ends too soon"),
    ("a $ b", "Unexpected '$'"),
    ("c + 1", "Undefined variable c"),
    ("e + 1", "e depends on itself"),
    ("MEDIAN(a)", "Unsupported function MEDIAN"),
    ("1 + 1", "must return a time series"),
    ("FILL(a)", "FILL was given 1 arguments"),
    ("RATE(2)", "RATE needs a time series"),
    ("SLICE([a], 3)", "there is no time series 3"),
    ("[a, b] + [a, b]", "cannot combine two arrays"),
    ("SORT([a], LINEAR, ASC)", "SORT needs one of"),
]


def test_expressions_that_are_refused(lab: AlarmLab) -> None:
    for expression, said in BAD:
        code, message = refused(lab, expression)
        assert code == "ValidationError"
        assert said in message


def refused(lab: AlarmLab, expression: str) -> tuple[str, str]:
    queries = [
        {"Id": "a", "MetricStat": stat("A"), "ReturnData": False},
        {"Id": "b", "MetricStat": stat("B"), "ReturnData": False},
        {"Id": "e", "Expression": expression},
    ]
    return refusal(
        lab.client.get_metric_data, MetricDataQueries=queries, StartTime=MONDAY, EndTime=END
    )


def test_searches_are_refused_by_name(lab: AlarmLab) -> None:
    for expression in ("SEARCH('x')", "SELECT SUM(A) FROM Shop"):
        code, message = refused(lab, expression)
        assert code == "NotSimulatedOffline"
        assert f"GetMetricData with {expression[:6]} in an expression" in message


def test_an_end_before_the_start_is_refused(lab: AlarmLab) -> None:
    query = {"Id": "a", "MetricStat": stat("A")}
    wrong = {"StartTime": END, "EndTime": END - timedelta(hours=1)}
    code, _ = refusal(lab.client.get_metric_data, MetricDataQueries=[query], **wrong)
    assert code == "ValidationError"


@given(st.text("ab12+-*/^()[],<>=&| \"'MAXIF.", max_size=30))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    with suppress(MathError):
        assert parsed(text) == parsed(f" {text} ")
