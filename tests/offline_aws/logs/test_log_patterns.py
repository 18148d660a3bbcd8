"""The filter pattern language, with the examples of AWS's user guide."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from log_lab import MONDAY, LogLab, refused

from offline_aws import OfflineAWS
from offline_aws.errors import AwsError
from offline_aws.logs.patterns import parsed


@pytest.fixture(scope="module")
def lab() -> Iterator[LogLab]:
    """One account for all, since nothing is kept in it."""
    with OfflineAWS(now=MONDAY) as aws:
        yield LogLab(aws)


LINES = ["ERROR WARN message", "ERROR message", "WARN message"]
ACCESS = [
    '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534',
    '127.0.0.1 - frank [10/Oct/2000:13:35:22 -0700] "GET /apache_pb.gif HTTP/1.0" 500 5324',
    '127.0.0.1 - frank [10/Oct/2000:13:50:35 -0700] "GET /index.html HTTP/1.0" 404 355',
]
TRAIL = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "latency": 500,
    "user-agent": "curl/8",
    "cluster.name": "shop",
}
USERS = {
    "user": {"id": 1, "email": "John.Stiles@example.com"},
    "users": [{"id": 2, "email": "John.Doe@example.com"}],
    "actions": ["GET", "PUT", "DELETE"],
    "coordinates": [[0, 1, 2], [4, 5, 6]],
}


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("", [0, 1, 2]),
        ('""', [0, 1, 2]),
        ("ERROR", [0, 1]),
        ("ERR", [0, 1]),
        ("error", []),
        ("?ERROR ?WARN", [0, 1, 2]),
        ("ERROR WARN", [0]),
        ("ERROR -WARN", [1]),
        ('"ERROR message"', [1]),
        ('-"WARN message"', [1]),
        # AWS leaves out the optional terms where there are others.
        ("?WARN message", [0, 1, 2]),
        ("%E[A-R]+OR%", [0, 1]),
        ("%^WARN%", [2]),
        ("[w1=ERROR, w2]", [1]),
        ("[w1=ERROR || w1=WARN, w2]", [1, 2]),
        ("[w1!=ERROR&&w1!=WARN, w2]", []),
        ("[w1, w2, w3]", [0]),
        ("[..., last = m*]", [0, 1, 2]),
        ("[w1=%^E%, ...]", [0, 1]),
    ],
)
def test_terms_and_fields(lab: LogLab, pattern: str, matching: list[int]) -> None:
    assert lab.matching(pattern, *LINES) == [LINES[number] for number in matching]


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", [0, 1]),
        ("[ip, user, username, timestamp, request, status_code = 200, bytes]", [0]),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", [2]),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", [2]),
        ("[ip, user, ..., status_code = 5* || status_code = 4*, bytes]", [1, 2]),
        ("[..., status_code = 4* && status_code != 403, bytes]", [2]),
        ("[..., (bytes > 1000 && bytes < 2000) || bytes = 355]", [0, 2]),
        (r"[ip = %127\.0\.0\.[1-9]%, ...]", [0, 1, 2]),
        ("[ip, user]", []),
    ],
)
def test_space_delimited_fields(lab: LogLab, pattern: str, matching: list[int]) -> None:
    assert lab.matching(pattern, *ACCESS) == [ACCESS[number] for number in matching]


def test_fields_are_extracted_by_name_and_by_number(lab: LogLab) -> None:
    found = lab.logs.test_metric_filter(
        filterPattern="[..., request=*.html*, status_code=4*,]", logEventMessages=ACCESS
    )
    assert found["matches"] == [
        {
            "eventNumber": 3,
            "eventMessage": ACCESS[2],
            "extractedValues": {
                "$status_code": "404",
                "$request": "GET /index.html HTTP/1.0",
                "$7": "355",
                "$4": "10/Oct/2000:13:50:35 -0700",
                "$3": "frank",
                "$2": "-",
                "$1": "127.0.0.1",
            },
        }
    ]


@pytest.mark.parametrize(
    ("document", "condition"),
    [
        (TRAIL, '$.eventType = "UpdateTrail"'),
        (TRAIL, "$.eventType = UpdateTrail"),
        (TRAIL, '$.eventType = "Update*"'),
        (TRAIL, "$.eventType = *"),
        (TRAIL, "$.sourceIPAddress != 123.123.*"),
        (TRAIL, '$.arrayKey[0] = "value"'),
        (TRAIL, "$.objectList[1].id = 2"),
        (TRAIL, "$.objectList[*].name = b"),
        (TRAIL, "$.SomeObject IS NULL"),
        (TRAIL, "$.SomeOtherObject NOT EXISTS"),
        (TRAIL, "$.ThisFlag IS TRUE"),
        (TRAIL, "$.latency >= 500"),
        (TRAIL, "$.latency < 10e3"),
        (TRAIL, "$.latency > +10e-3"),
        (TRAIL, "$.eventType = %^Update[A-Z]%"),
        (TRAIL, "$.user-agent = curl*"),
        (TRAIL, "$.['cluster.name'] = shop"),
        (USERS, '($.user.id = 1) && ($.users[0].email = "John.Doe@example.com")'),
        (
            USERS,
            '$.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch '
            "&& $.actions[2] = nomatch",
        ),
    ],
)
def test_json_conditions_that_hold(lab: LogLab, document: object, condition: str) -> None:
    message = json.dumps(document)
    assert lab.matching(f"{{ {condition} }}", message) == [message]


@pytest.mark.parametrize(
    ("document", "condition"),
    [
        (TRAIL, '$.eventType = "updatetrail"'),
        (TRAIL, "$.latency > 500"),
        (TRAIL, "$.ThisFlag IS FALSE"),
        (TRAIL, "$.missing != 1"),
        (TRAIL, "$.missing IS NULL"),
        # A list is no value: neither equal nor unequal to anything.
        (TRAIL, "$.arrayKey = value"),
        (TRAIL, "$.arrayKey != value"),
        (USERS, '($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET"'),
        (
            USERS,
            '($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) '
            "&& $.actions[2] = nomatch",
        ),
    ],
)
def test_json_conditions_that_do_not_hold(lab: LogLab, document: object, condition: str) -> None:
    assert lab.matching(f"{{ {condition} }}", json.dumps(document), "no JSON") == []


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("[ERROR", "Invalid filter pattern: unexpected the end of the pattern"),
        ("a.b", "Invalid character(s) in term 'a.b'"),
        ("%a(b)%", "Invalid regex pattern: a(b)"),
        ("%[%", "Invalid regex pattern: ["),
        ("{ $.a }", "Invalid filter pattern: unexpected }"),
        ("{ $.a > x }", "Invalid filter pattern: > needs a number"),
        ("[a, ..., b, ...]", "Invalid filter pattern: more than one ellipsis"),
        ("[a, b = 1 && c = 2]", "Invalid filter pattern: unknown field c"),
        ("{ $.a = %x% && $.b = %y% && $.c = %z% }", "A filter pattern can have at most 2 regex"),
    ],
)
def test_what_is_no_pattern_is_refused(lab: LogLab, pattern: str, message: str) -> None:
    with pytest.raises(ClientError) as caught:
        lab.matching(pattern, "x")
    code, text = refused(caught)
    assert code == "InvalidParameterException"
    assert text.startswith(message)


@given(st.text("[]{}$.=!<>|&%\"'*?-ab1 ,()", max_size=20), st.text(max_size=10))
@settings(max_examples=200, derandomize=True)
def test_any_text_is_a_pattern_or_is_refused(text: str, message: str) -> None:
    refusals = []
    try:
        pattern = parsed(text)
        pattern.matches(message)
        assert all(name.startswith("$") for name in pattern.extracted(message))
    except AwsError as error:
        refusals.append(error.code)
    assert refusals in ([], ["InvalidParameterException"])
