"""OTLP, Jaeger and Zipkin: the same two requests in each of them, and what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_traces import SCOREKEEP, path

from devops_workbook import tracing

US = 1_767_603_600_000_000  # microseconds since 1970: 2026-01-05 09:00 UTC


def otlp_attributes(**values: Any) -> list[dict[str, Any]]:
    kinds = {str: "stringValue", int: "intValue", bool: "boolValue"}
    return [
        {"key": name.replace("__", "."),
         "value": {kinds[type(value)]: str(value) if type(value) is int else value}}
        for name, value in values.items()
    ]  # fmt: skip


def otlp_span(name: str, span: str, parent: str, kind: Any, start: int, end: int, **attributes: Any
) -> dict[str, Any]:  # fmt: skip
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": span, "parentSpanId": parent,
        "name": name, "kind": kind, "startTimeUnixNano": str((US + start) * 1000),
        "endTimeUnixNano": str((US + end) * 1000), "attributes": otlp_attributes(**attributes),
        "status": {"code": 2} if name == "SELECT" else {},
    }  # fmt: skip


OTLP = {
    "resourceSpans": [
        {
            "resource": {"attributes": otlp_attributes(service__name="storefront")},
            "scopeSpans": [{"scope": {"name": "test"}, "spans": [
                otlp_span("GET /page/{id}", "a" * 16, "", 2, 0, 1000, http__route="/page/{id}",
                          http__request__method="GET", http__response__status_code=200),
                otlp_span("GET", "b" * 16, "a" * 16, 3, 100, 900, http__request__method="GET",
                          url__full="http://orders:8080/orders/17?x=1",
                          server__address="orders"),
            ]}],
        },
        {
            "resource": {"attributes": otlp_attributes(
                service__name="orders", service__version="1.4.1")},
            "scopeSpans": [{"spans": [
                otlp_span("GET /orders/17", "c" * 16, "b" * 16, "SPAN_KIND_SERVER", 200, 800),
                otlp_span("SELECT", "d" * 16, "c" * 16, 3, 300, 700, db__system="sqlite",
                          db__name="shop", db__statement="select * from lines where id = 17"),
            ]}],
        },
    ]
}  # fmt: skip


def jaeger_span(name: str, span: str, parent: str, process: str, start: int, end: int,
                ref: str = "CHILD_OF", **tags: Any) -> dict[str, Any]:  # fmt: skip
    types = {str: "string", int: "int64", bool: "bool"}
    return {
        "traceID": "5b8e", "spanID": span, "operationName": name, "processID": process,
        "references": [{"refType": ref, "traceID": "5b8e", "spanID": parent}] if parent else [],
        "startTime": US + start, "duration": end - start, "logs": [], "warnings": None,
        "tags": [{"key": k.replace("__", "."), "type": types[type(v)], "value": v}
                 for k, v in tags.items()],
    }  # fmt: skip


JAEGER = {
    "data": [
        {
            "traceID": "5b8e",
            "spans": [
                jaeger_span("GET /page/{id}", "a", "", "p1", 0, 1000, span__kind="server",
                            http__status_code=200),
                jaeger_span("GET", "b", "a", "p1", 100, 900, span__kind="client",
                            http__method="GET", http__url="http://orders:8080/orders/17?x=1"),
                jaeger_span("GET /orders/17", "c", "b", "p2", 200, 800, span__kind="server"),
                jaeger_span("SELECT", "d", "c", "p2", 300, 700, span__kind="client",
                            db__system="sqlite", db__instance="shop", error=True,
                            db__statement="select * from lines where id = 17"),
            ],
            "processes": {
                "p1": {"serviceName": "storefront", "tags": []},
                "p2": {"serviceName": "orders", "tags": [
                    {"key": "service.version", "type": "string", "value": "1.4.1"}]},
            },
        }
    ],
    "total": 0, "limit": 0, "offset": 0, "errors": None,
}  # fmt: skip


def zipkin_span(name: str, span: str, parent: str | None, service: str, kind: str, start: int,
                end: int, **tags: str) -> dict[str, Any]:  # fmt: skip
    found = {
        "traceId": "5b8efff798038103", "id": span, "parentId": parent, "name": name, "kind": kind,
        "timestamp": US + start, "duration": end - start,
        "localEndpoint": {"serviceName": service, "ipv4": "10.0.0.1"},
        "tags": {key.replace("__", "."): value for key, value in tags.items()},
    }  # fmt: skip
    return {key: value for key, value in found.items() if value is not None}


ZIPKIN = [
    zipkin_span("get /page/{id}", "a", None, "storefront", "SERVER", 0, 1000,
                http__method="GET", http__route="/page/{id}", http__status_code="200"),
    zipkin_span("get", "b", "a", "storefront", "CLIENT", 100, 900, http__method="GET",
                http__url="http://orders:8080/orders/17?x=1")
    | {"remoteEndpoint": {"serviceName": "orders"}},
    zipkin_span("GET /orders/17", "b", "a", "orders", "SERVER", 200, 800) | {"shared": True},
    zipkin_span("select", "d", "b", "orders", "CLIENT", 300, 700, db__system="sqlite",
                db__name="shop", error="locked", sql__query="select * from lines where id = 17"),
]  # fmt: skip

FORMATS = {
    "otlp": (OTLP, tracing.read_otlp),
    "jaeger": (JAEGER, tracing.read_jaeger),
    "zipkin": (ZIPKIN, tracing.read_zipkin),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_requests_make_the_same_table(name: str) -> None:
    source, reader = FORMATS[name]
    found = reader(source)
    assert list(found.columns) == list(tracing.COLUMNS)
    assert found["service"].tolist() == ["storefront", "storefront", "orders", "orders"]
    assert found["kind"].tolist() == ["server", "client", "server", "client"]
    assert found["operation"].tolist() == [
        "GET /page/{id}", "GET orders/orders/{id}", "GET /orders/{id}", "SELECT lines",
    ]  # fmt: skip
    assert found["seconds"].round(6).tolist() == [0.001, 0.0008, 0.0006, 0.0004]
    assert found["status"].tolist() == ["ok", "ok", "ok", "fault"]
    assert found["remote"].tolist()[1::2] == ["orders", "shop"]
    assert found["statement"].tolist()[3] == "select * from lines where id = 17"
    assert str(found["start"].iloc[0]) == "2026-01-05 09:00:00+00:00"
    assert [round(end * 1e6) for _, _, end in path(found)] == [100, 200, 300, 700, 800, 900, 1000]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_is_recognised(name: str, tmp_path: Path) -> None:
    source, reader = FORMATS[name]
    file = tmp_path / "traces.json"
    file.write_text(json.dumps(source, indent=1))
    assert tracing.read(file).equals(reader(source))
    assert tracing.read(file, name).equals(reader(json.dumps(source)))


def test_a_file_of_x_ray_is_recognised(tmp_path: Path) -> None:
    assert len(tracing.read(SCOREKEEP)) == 11
    lines = tmp_path / "segments.jsonl"
    lines.write_text('{"name": "a", "id": "1", "trace_id": "t", "start_time": 1}\n')
    assert tracing.read(lines)["service"].tolist() == ["a"]


def test_otlp_in_lines(tmp_path: Path) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text(f"{json.dumps(OTLP)}\n{json.dumps(OTLP)}\n")
    found = tracing.read(file)
    assert len(found) == 4
    assert found.attrs["notes"] == ("4 spans came more than once: kept once.",)


def test_versions_are_kept() -> None:
    for name in ("otlp", "jaeger"):
        source, reader = FORMATS[name]
        assert reader(source)["version"].tolist()[2:] == ["1.4.1", "1.4.1"]


def test_what_follows_from_a_span_in_jaeger_is_not_waited_for() -> None:
    spans = [
        jaeger_span("root", "a", "", "p1", 0, 10),
        jaeger_span("later", "b", "a", "p1", 2, 10, ref="FOLLOWS_FROM"),
    ]
    trace = {"traceID": "5b8e", "spans": spans, "processes": {"p1": {"serviceName": "s"}}}
    found = tracing.read_jaeger({"data": [trace]})
    assert found["asynchronous"].tolist() == [False, True]


def test_a_reference_to_another_trace_is_no_parent() -> None:
    span = jaeger_span("root", "a", "", "p1", 0, 10)
    span["references"] = [{"refType": "FOLLOWS_FROM", "traceID": "other", "spanID": "x"}]
    trace = {"traceID": "5b8e", "spans": [span], "processes": {"p1": {"serviceName": "s"}}}
    assert tracing.read_jaeger({"data": [trace]})["parent_id"].isna().all()


def test_many_spans_in_jaeger_keep_their_parts_together() -> None:
    traces = [
        {
            "traceID": "5b8e",
            "spans": [
                jaeger_span(f"op {n % 3}", f"{t}-{n}", f"{t}-{n // 2}" if n else "", f"p{n % 2}",
                            n, n + t + 1)
                for n in range(450)
            ],
            "processes": {f"p{p}": {"serviceName": f"s{t}{p}"} for p in range(2)},
        }
        for t in range(2)
    ]  # fmt: skip
    found = tracing.read_jaeger({"data": traces})
    assert len(found) == 900
    for row in found.itertuples():
        t, n = map(int, str(row.span_id).split("-"))
        assert (row.service, row.operation) == (f"s{t}{n % 2}", f"op {n % 3}")
        assert row.parent_id == f"{t}-{n // 2}" if n else row.parent_id != row.parent_id
        assert round(row.seconds * 1e6) == t + 1


def test_a_zipkin_span_without_a_time_is_left_out_and_told() -> None:
    incomplete = {"traceId": "1", "id": "e", "parentId": "a"}
    found = tracing.read_zipkin([[*ZIPKIN, incomplete]])
    assert len(found) == 4
    assert found.attrs["notes"] == ("1 without a timestamp: left out.",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the file is empty"),
        ("trace_id,start\n", "found no JSON"),
        ('{"data": [{"spans": 3}]}', "expected `array`, got `int`, at `$.data[0].spans`"),
        ('{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}', "missing required field"),
        ('[{"traceId": "1"}]', "missing required field `id`"),
        ('{"x": 1}', "missing required field `id`"),
    ],
)
def test_what_is_none_of_them_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "traces.json"
    file.write_text(text)
    with pytest.raises(tracing.TracesError) as caught:
        tracing.read(file)
    assert str(caught.value).startswith(str(file))
    assert sentence in str(caught.value)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(tracing.TracesError, match="expected one of xray, otlp, jaeger, zipkin"):
        tracing.read(SCOREKEEP, "csv")
