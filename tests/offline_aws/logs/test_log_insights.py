"""Logs Insights: what queries answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from log_lab import MONDAY, LogLab, refused

from offline_aws import OfflineAWS
from offline_aws.logs.insights import QueryError, Row, parse_query, run
from offline_aws.logs.insights.errors import NotSimulatedError
from offline_aws.logs.insights.values import sort_key

REQUESTS = [
    {"level": "INFO", "path": "/cart", "status": 200, "ms": 20, "user": {"ip": "10.0.0.7"}},
    {"level": "ERROR", "path": "/pay", "status": 502, "ms": 1500, "retry": True},
    {"level": "INFO", "path": "/pay", "status": 200, "ms": 80, "tags": ["new", "eu"]},
    {"level": "WARN", "path": "/cart", "status": 404, "ms": 5.5},
]


@pytest.fixture(scope="module")
def shop() -> Iterator[LogLab]:
    """The four requests, one every two minutes from 09:00 on, for all that only ask."""
    with OfflineAWS(now=MONDAY) as aws:
        lab = LogLab(aws)
        lab.write(*REQUESTS, every=120)
        yield lab


def test_without_fields_the_time_and_the_message_newest_first(shop: LogLab) -> None:
    rows = shop.query("limit 2")
    assert rows == [
        {"@timestamp": "2026-01-05 09:06:00.000", "@message": json.dumps(REQUESTS[3])},
        {"@timestamp": "2026-01-05 09:04:00.000", "@message": json.dumps(REQUESTS[2])},
    ]


def test_fields_of_json_are_found_with_dots(shop: LogLab) -> None:
    rows = shop.query("fields path, user.ip, tags.1, retry | sort @timestamp asc")
    assert rows == [
        {"path": "/cart", "user.ip": "10.0.0.7"},
        {"path": "/pay", "retry": "1"},
        {"path": "/pay", "tags.1": "eu"},
        {"path": "/cart"},
    ]


@pytest.mark.parametrize(
    ("condition", "matching"),
    [
        ("status >= 400", [1, 3]),
        ("status = 200 and path = '/pay'", [2]),
        ("status = 502 or ms < 10", [1, 3]),
        ("not status = 200", [1, 3]),
        ("status in [404, 502]", [1, 3]),
        ("status not in [404, 502]", [0, 2]),
        ("level in ['ERROR', \"WARN\"]", [1, 3]),
        ("@message like /ERR.R/", [1]),
        ("@message like 'WARN'", [3]),
        ("@message not like /(?i)info/", [1, 3]),
        ("path =~ /^\\/c/", [0, 3]),
        ("ispresent(user.ip)", [0]),
        ("not ispresent(retry) and status > 200", [3]),
        ("strlen(path) = 4", [1, 2]),
        ("ms * 2 > 100 and ms / 2 <= 750", [1, 2]),
        ("isIpInSubnet(user.ip, '10.0.0.0/24')", [0]),
        ("@timestamp >= 1767603840000", [2, 3]),
        ("missing != 'x'", [0, 1, 2, 3]),
        ("missing > 0", []),
        ("(status = 200) # and status = 404", [0, 2]),
    ],
)
def test_filter(shop: LogLab, condition: str, matching: list[int]) -> None:
    rows = shop.query(f"fields @message | filter {condition}\n| sort @timestamp asc")
    assert [json.loads(row["@message"]) for row in rows] == [REQUESTS[n] for n in matching]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 ^ 3 ^ 2", "512"),
        ("10 % 3", "1"),
        ("7 / 2", "3.5"),
        ("-3 + 1", "-2"),
        ("1 / 3", "0.3333"),
        ("abs(-4)", "4"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("round(2.567, 1)", "2.6"),
        ("greatest(1, 10, 9)", "10"),
        ("least('b', 'a')", "a"),
        ("sqrt(16)", "4"),
        ("concat('a', 1, path)", "a1/cart"),
        ("toupper(level)", "INFO"),
        ("tolower(level)", "info"),
        ("trim('  a ')", "a"),
        ("ltrim('xyZfooxyZ', 'xyZ')", "fooxyZ"),
        ("rtrim('xyZfooxyZ', 'xyZ')", "xyZfoo"),
        ("substr('xyZfooxyZ', 3, 3)", "foo"),
        ("replace('foo', 'o', '0')", "f00"),
        ("strcontains('shop', 'ho')", "1"),
        ("startsWith('shop', 'ho')", "0"),
        ("coalesce(missing, path)", "/cart"),
        ("isempty('')", "1"),
        ("isblank(missing)", "1"),
        ("if(status < 300, 'good', 'bad')", "good"),
        ("isValidIpv4('10.0.0.1')", "1"),
        ("isValidIp('10.0.0')", "0"),
        ("datefloor(@timestamp, 1h)", "2026-01-05 09:00:00.000"),
        ("dateceil(fromMillis(1), 1h)", "1970-01-01 01:00:00.000"),
        ("toMillis(@timestamp)", "1767603600000"),
        ("now()", "1767603600"),
        ("status = 200", "True"),
    ],
)
def test_expressions(shop: LogLab, expression: str, value: str) -> None:
    rows = shop.query(f"fields {expression} as x | filter ispresent(user.ip) | display x")
    assert rows == [{"x": value}]


@pytest.mark.parametrize("expression", ["1 / 0", "missing + 1", "sqrt(-1)", "strlen(missing)"])
def test_what_has_no_value_is_not_in_the_row(shop: LogLab, expression: str) -> None:
    assert shop.query(f"fields path, {expression} as x | limit 1") == [{"path": "/cart"}]


def test_stats_of_everything(shop: LogLab) -> None:
    (row,) = shop.query(
        "stats count(*) as n, count(retry), sum(ms), avg(ms), min(ms), max(ms), stddev(ms) as s, "
        "pct(ms, 50), count_distinct(path), earliest(level), latest(level), "
        "sum(status >= 500) / count(*) as errors"
    )
    assert row == {
        "n": "4",
        "count(retry)": "1",
        "sum(ms)": "1605.5",
        "avg(ms)": "401.375",
        "min(ms)": "5.5",
        "max(ms)": "1500",
        "s": "634.906",
        "pct(ms, 50)": "50",
        "count_distinct(path)": "2",
        "earliest(level)": "INFO",
        "latest(level)": "WARN",
        "errors": "0.25",
    }


def test_stats_by_bin_and_by_a_field(shop: LogLab) -> None:
    rows = shop.query("stats count(*) as n by bin(5m), path | sort n desc, bin(5m) asc")
    assert rows == [
        {"bin(5m)": "2026-01-05 09:00:00.000", "path": "/pay", "n": "2"},
        {"bin(5m)": "2026-01-05 09:00:00.000", "path": "/cart", "n": "1"},
        {"bin(5m)": "2026-01-05 09:05:00.000", "path": "/cart", "n": "1"},
    ]
    by_count = shop.query("stats count(*) by level | sort count(*) desc | limit 1")
    assert by_count == [{"level": "INFO", "count(*)": "2"}]


def test_stats_of_stats(shop: LogLab) -> None:
    rows = shop.query("stats sum(ms) as total by path | stats max(total) as most")
    assert rows == [{"most": "1580"}]


def test_stats_of_nothing(shop: LogLab) -> None:
    nothing = "filter status = 999 | stats count(*) as n, avg(ms) as a"
    assert shop.query(nothing) == [{"n": "0"}]
    assert shop.query(f"{nothing} by path") == []


def test_dedup_keeps_the_first_of_each(shop: LogLab) -> None:
    rows = shop.query("fields path, status | sort @timestamp asc | dedup path")
    assert rows == [{"path": "/cart", "status": "200"}, {"path": "/pay", "status": "502"}]
    # What lacks the field is kept.
    assert len(shop.query("fields path | dedup retry")) == 4


def test_sort_orders_as_aws_s_example_does() -> None:
    ordered = (
        *("!:", "#", "*%04", "0#", "5A", "111A", "2345_", "@", "@_", "A", "A9876fghj"),
        *("a12345hfh", "0", "01", "1", "2", "3"),
    )
    # In another order than the right one; 01 and 1 are the same number.
    shuffled = sorted(ordered, key=lambda each: (each != "01", each))
    assert tuple(sorted(shuffled, key=sort_key)) == ordered


def test_what_a_query_read_is_counted(shop: LogLab) -> None:
    answer = shop.answer("filter status >= 400 | stats count(*) by path")
    assert answer["status"] == "Complete"
    assert answer["statistics"] == {
        "recordsMatched": 2.0,
        "recordsScanned": 4.0,
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(sum(len(json.dumps(each)) + 26 for each in REQUESTS)),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": 1.0,
        "resultCount": 2.0,
    }


def test_a_query_reads_its_time_and_its_groups_alone(shop: LogLab) -> None:
    shop.logs.create_log_group(logGroupName="other")
    now = shop.time() // 1000
    rows = shop.query("fields path", startTime=now + 60, endTime=now + 240)
    assert rows == [{"path": "/pay"}, {"path": "/pay"}]
    both = shop.query("stats count(*) as n by @log", logGroupNames=["other", "shop"])
    assert both == [{"@log": "123456789012:shop", "n": "4"}]


@given(
    st.lists(
        st.fixed_dictionaries(
            {"path": st.sampled_from(["/a", "/b"])}, optional={"ms": st.integers(0, 99)}
        ),
        max_size=12,
    )
)
@settings(max_examples=60, derandomize=True)
def test_stats_by_path_are_what_python_finds(events: list[dict[str, object]]) -> None:
    rows = [
        Row(number, json.dumps(each), 0, "s", "g", ("g", "s", number))
        for number, each in enumerate(events)
    ]
    query = "stats count(*) as n, count(ms) as m, sum(ms) as total by path | sort path asc"
    expected = []
    for path in sorted({str(each["path"]) for each in events}):
        group = [each for each in events if each["path"] == path]
        times = [int(str(each["ms"])) for each in group if "ms" in each]
        total = {"total": str(sum(times))} if times else {}
        expected.append({"path": path, "n": str(len(group)), "m": str(len(times)), **total})
    assert run(parse_query(query), rows, 0, 100).rows == expected


@given(st.text("fieldstcnbyarwp @|()[]*/='\"`,.#-+%^<>!~05m\\\n", max_size=30))
@settings(max_examples=200, derandomize=True)
def test_any_text_is_a_query_or_is_wrong_at_a_place(text: str) -> None:
    place = (0, 0)
    row = Row(1, '{"a": 1}', 1, "s", "g", ("g", "s", 0))
    with suppress(NotSimulatedError):
        try:
            run(parse_query(text), [row], 0, 10)
        except QueryError as error:
            place = (error.start, error.end)
    assert 0 <= place[0] <= place[1] <= len(text)


@pytest.mark.parametrize(
    ("query", "start", "end", "message"),
    [
        # Wrong in the same way in github.com/boto/boto3/issues/3450.
        (
            "fields @timestamp | count()",
            *(20, 25),
            "unexpected symbol found count at line 1 and position 21",
        ),
        (
            "fields a\n| filter a = ",
            *(22, 22),
            "unexpected symbol found end of query at line 2 and position 14",
        ),
        ("filter a == 'x", 12, 13, "unexpected symbol found ' at line 1 and position 13"),
        ("stats ms by path", 6, 8, "ms is not an aggregation"),
        ("filter count(*) > 3", 7, 15, "aggregation count is possible in stats alone"),
        ("fields most(ms)", 7, 11, "unknown function most"),
        ("fields strlen()", 7, 15, "wrong number of arguments of function strlen"),
        ("stats count(*) by bin(5)", 18, 24, "invalid period 5 in bin"),
        ("parse @message '* *' as one", 15, 27, "the pattern has 2 * for 1 names"),
        ("filter a like /[/", 14, 17, "Invalid regular expression: unterminated character"),
        ("limit 0", 6, 7, "limit has to be 1 to 10000"),
        ("dedup a | sort b", 10, 14, "unexpected symbol found sort"),
    ],
)
def test_a_wrong_query_is_wrong_at_a_place(
    shop: LogLab, query: str, start: int, end: int, message: str
) -> None:
    with pytest.raises(shop.logs.exceptions.MalformedQueryException) as caught:
        shop.query(query)
    assert refused(caught)[1].startswith(message)
    found = caught.value.response["queryCompileError"]
    assert found["location"] == {"startCharOffset": start, "endCharOffset": end}


@pytest.mark.parametrize("query", ["pattern @message", "fields md5(path)"])
def test_what_is_not_simulated_is_said_so(shop: LogLab, query: str) -> None:
    with pytest.raises(ClientError) as caught:
        shop.query(query)
    assert refused(caught)[0] == "NotSimulatedOffline"
