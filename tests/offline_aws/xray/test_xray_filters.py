"""Filter expressions: what they mean, and what X-Ray says of a wrong one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from xray_lab import MONDAY, Document, XrayLab, entity, http, new_trace, segment

from offline_aws import OfflineAWS

#: The expressions of the X-Ray developer guide, "filter expressions"; its slips are mended: a text
#: without quotation marks, and a brace that is not closed.
OF_THE_GUIDE = [
    "responsetime > 5",
    "duration >= 5 AND duration <= 8",
    'service("api.example.com") { fault = true OR responsetime > 2.5 } AND annotation.x = "12345"',
    'edge("api.example.com", "backend.example.com") { fault = true }',
    'http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" '
    'AND !service("api.example.com")',
    "ok !partial duration <3",
    "ok",
    "!ok",
    "ok = false",
    'rootcause.fault.entity { last and name = "deserialize" }',
    'rootcause.responsetime.entity { remote and coverage > 0.7 and name = "traces" }',
    'rootcause.fault.service { inferred and name = "traces" and type = "AWS::DynamoDB" }',
    'service("data-plane") {root = true and fault = true}',
    "http.status != 200",
    "rootcause.fault.service { index > 5 }",
    "rootcause.responsetime.entity { last and coverage > 0.8 }",
    'http.url CONTAINS "/api/game/"',
    'user CONTAINS ""',
    'rootcause.fault.service { name = "Auth" }',
    'rootcause.responsetime.service { last and type = "AWS::DynamoDB" }',
    'rootcause.fault.exception { last and message = "Access Denied for account_id: 1234567890" }',
    'service("api.example.com") { fault }',
    "service() { fault }",
    "http.url AND responseTime > 2",
    'annotation.gameid = "817DL6VO"',
    "annotation.age",
    "!annotation.age",
    "annotation.age > 29",
    'group.name = "Default" AND user = "alice"',
    'rootcause.json = #[{ "Services": [ { "Name": "GetWeatherData", "EntityPath": '
    '[{ "Name": "GetWeatherData" }, { "Name": "get_temperature" } ] }, { "Name": '
    '"GetTemperature", "EntityPath": [ { "Name": "GetTemperature" } ] } ] }]',
    'service(id(name: "random-name", type: "AWS::Lambda::Function")) { error }',
    'service(id(type: "AWS::Lambda::Function")) { error }',
    'edge(id(name: "one", type:"a::b"), id(name: "two", type:"a::b")) { ok }',
]


@pytest.fixture(scope="module")
def shop() -> Iterator[XrayLab]:
    """Three traces: a good one, a slow one, and one that failed behind the shop."""
    with OfflineAWS(now=MONDAY) as aws:
        lab = XrayLab(aws)
        lab.put(*good(), *slow(), *broken())
        yield lab


GOOD, SLOW, BROKEN = new_trace(), new_trace(), new_trace()


def good() -> Iterator[Document]:
    request = http(200, url="http://shop/orders/1", method="GET", user_agent="Firefox")
    call = entity("orders", 0.1, 0.3, namespace="remote")
    yield segment(
        "shop",
        GOOD,
        0,
        0.5,
        http=request,
        subsegments=[call],
        origin="AWS::ECS::Container",
        annotations={"tier": "gold", "items": 3, "first": False},
        aws={"ec2": {"instance_id": "i-1", "availability_zone": "us-east-1a"}},
    )
    yield segment("orders", GOOD, 0.15, 0.25, parent_id=call["id"], user="alice")


def slow() -> Iterator[Document]:
    request = http(404, url="http://shop/orders/2", client_ip="10.0.0.1")
    yield segment("shop", SLOW, 0, 6, http=request, annotations={"items": 30, "a.b": "dotted"})


def broken() -> Iterator[Document]:
    cause = {"exceptions": [{"id": "1" * 16, "type": "Timeout", "message": "no answer"}]}
    query = entity("DynamoDB", 0.2, 1.8, namespace="aws", fault=True, cause=cause)
    query["aws"] = {"table_name": "carts"}
    call = entity("orders", 0.1, 2, namespace="remote", fault=True)
    yield segment("shop", BROKEN, 0, 2.5, http=http(500), subsegments=[call])
    yield segment(
        "orders", BROKEN, 0.15, 1.9, parent_id=call["id"], fault=True, subsegments=[query]
    )


@pytest.mark.parametrize("expression", OF_THE_GUIDE)
def test_every_expression_of_the_guide_is_understood(shop: XrayLab, expression: str) -> None:
    shop.found(expression)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("ok", {GOOD}),
        ("error", {SLOW}),
        ("fault", {BROKEN}),
        ("FAULT = TRUE", {BROKEN}),
        ("fault != true", {GOOD, SLOW}),
        ("!ok !fault", {SLOW}),
        ("ok or fault and duration > 2", {GOOD, BROKEN}),
        ("(ok or fault) and duration > 2", {BROKEN}),
        ("!(ok or fault)", {SLOW}),
        ("!!ok", {GOOD}),
        ("inferred", {BROKEN}),
        ("responsetime > 5", {SLOW}),
        ("duration<1e0", {GOOD}),
        ("http.status = 404", {SLOW}),
        ("http.status >= 404", {SLOW, BROKEN}),
        ('http.method = "GET"', {GOOD}),
        # What is not there is neither equal nor different.
        ('http.method != "POST"', {GOOD}),
        ("!http.method", {SLOW, BROKEN}),
        ('http.url endswith "/2"', {SLOW}),
        ('http.url CONTAINS "ORDERS"', set()),
        ('http.useragent BeginsWith "Fire"', {GOOD}),
        ('http.clientip = "10.0.0.1"', {SLOW}),
        ('user = "alice"', {GOOD}),
        ("user", {GOOD}),
        ('instance.id = "i-1" availabilityzone = "us-east-1a"', {GOOD}),
        ('annotation.tier = "gold"', {GOOD}),
        ("annotation.tier = 5", set()),
        ("annotation.items >= 3", {GOOD, SLOW}),
        ("annotation.items != 3", {SLOW}),
        ("annotation[items] = 30", {SLOW}),
        ('annotation["a.b"] = "dotted"', {SLOW}),
        ("annotation.a.b", {SLOW}),
        ("annotation.first", set()),
        ("annotation.first = false", {GOOD}),
        ('service("orders")', {GOOD, BROKEN}),
        ('!service("orders")', {SLOW}),
        ('service("orders") { fault }', {BROKEN}),
        ("service() { fault and !root }", {BROKEN}),
        ('service("shop") { root duration > 5 }', {SLOW}),
        ('service(id(type: "AWS::ECS::Container"))', {GOOD}),
        ('service(id(name: "carts", type: "AWS::DynamoDB::Table")) { inferred }', {BROKEN}),
        ('service(id(name: "carts", type: "AWS::ECS::Container"))', set()),
        ('service() { name beginswith "car" }', {BROKEN}),
        ('edge("shop", "orders")', {GOOD, BROKEN}),
        ('edge("shop", "orders") { responsetime > 1.8 }', {BROKEN}),
        ('edge("orders", "shop")', set()),
        ('edge("orders", id(type: "AWS::DynamoDB::Table")) { fault }', {BROKEN}),
        ('rootcause.fault.service { last and name = "carts" }', {BROKEN}),
        ('rootcause.fault.service { first and name = "carts" }', set()),
        ("rootcause.fault.service { index = 2 and inferred }", {BROKEN}),
        ('rootcause.fault.exception { name = "Timeout" and message contains "no" }', {BROKEN}),
        ("rootcause.responsetime.entity { remote coverage > 0.7 }", {BROKEN}),
        ("rootcause.error.service { first }", {SLOW}),
        (
            'json = #{"Services": [{"Name": "shop", "EntityPath": [{"Name": "shop"}]}]}',
            {GOOD, SLOW},
        ),
        ('rootcause.fault.json != #{"Services": []}', {GOOD, SLOW, BROKEN}),
        ('group.name = "Default"', {GOOD, SLOW, BROKEN}),
        ("", {GOOD, SLOW, BROKEN}),
        ("   ", {GOOD, SLOW, BROKEN}),
    ],
)
def test_what_an_expression_holds_for(shop: XrayLab, expression: str, wanted: set[str]) -> None:
    names = {GOOD: "good", SLOW: "slow", BROKEN: "broken"}
    assert {names[each] for each in shop.found(expression)} == {names[each] for each in wanted}


@pytest.mark.parametrize(
    ("expression", "place", "what"),
    [
        ("responsetime > fast", (1, 16), "found 'fast'"),
        ("responsetime >", (1, 15), "found the end, expected"),
        ("ok AND", (1, 7), "the end"),
        ("ok\nAND AND", (2, 5), "AND is no keyword"),
        ("(ok", (1, 4), "expected"),
        ("speed > 3", (1, 1), "speed is no keyword of a trace"),
        ("ok coverage > 1", (1, 4), "coverage is no keyword of a trace"),
        ("duration CONTAINS 3", (1, 10), "CONTAINS cannot be used with a number"),
        ('duration = "3"', (1, 10), "compared with a number"),
        ("http.url = 3", (1, 10), "compared with a text"),
        ("ok > true", (1, 4), "> cannot be used with true or false"),
        ("user < 'x'", (1, 8), 'found "\'"'),
        ('service("a") { annotation.x = 1 }', (1, 16), "annotation.x cannot be used inside"),
        ('edge("a")', (1, 9), "found ')'"),
        ('service(id(version: "a"))', (1, 9), "id() has no version"),
        ('group.name = "none"', (1, 14), "there is no group none"),
        (
            "rootcause.fault.service { coverage > 1 }",
            (1, 27),
            "no keyword of a root cause's service",
        ),
        ("rootcause.fault.service", (1, 24), "expected {"),
        ("json = #[1]", (1, 6), "a root cause has Services"),
        ("!" * 200 + "ok", (1, 100), "nested more than 100 deep"),
        ("ok " * 2000, None, "at most 5000 characters"),
    ],
)
def test_a_wrong_expression_says_where(
    shop: XrayLab, expression: str, place: tuple[int, int] | None, what: str
) -> None:
    message = shop.wrong(expression)
    assert what in message
    if place:
        assert f"line {place[0]}, column {place[1]}:" in message, message
