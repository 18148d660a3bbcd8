"""Chapter 11: other right ways pass, and mistakes that the notebook does not show are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.sqlite3 import SQLite3Instrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware

from devops_workbook import open_lab, tracing
from devops_workbook.chapters.tracing import orders, sampling
from devops_workbook.chapters.tracing.account import RELEASED, spans_of
from devops_workbook.chapters.tracing.faster import has_index
from devops_workbook.chapters.tracing.filter_expressions import wanted_of
from devops_workbook.chapters.tracing.home_page import CALLS, home_page
from devops_workbook.chapters.tracing.line_of_sql import after_release
from devops_workbook.chapters.tracing.longest_span import half_as_long
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

EXPRESSIONS = {
    "slow_lists": 'http.url CONTAINS "/customers/" AND service("orders") { responsetime > 0.3 }',
    "new_faults": 'fault AND annotation.version = "1.5.0"',
    "slow_bank": 'edge("payments", "bank.example.com") { responsetime > 0.2 }',
}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests; those that change it begin with ``catch_up``."""
    lab = open_lab("tracing")
    lab.recording = False
    yield lab
    orders.close()
    lab.close()


def test_the_account_has_what_the_exercises_ask_for(lab: Lab) -> None:
    spans = spans_of(RELEASED, lab.clock.now())
    own = spans[~spans["inferred"]].reset_index(drop=True)
    assert len(own) == len(after_release())
    assert all(len(wanted_of(name)) >= 2 for name in EXPRESSIONS)
    loops = tracing.repeated_calls(spans)
    assert loops["operation"].tolist() == ["GET /customers/{id}/orders"]


@pytest.mark.parametrize(
    "change",
    [
        {"new_faults": 'annotation.version = "1.5.0" fault'},
        {"new_faults": 'annotation[version] = "1.5.0" AND service("storefront") { fault }'},
        {"slow_bank": 'edge("payments","bank.example.com"){responsetime>=0.2}'},
    ],
)
def test_other_expressions_that_find_the_same_pass(lab: Lab, change: dict[str, str]) -> None:
    assert lab.check("filter-expressions", EXPRESSIONS | change).passed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slow_lists": 17}, "should be a text"),
        ({"slow_lists": ""}, "should be a text"),
        ({"new_faults": "error"}, "new_faults finds"),
    ],
)
def test_wrong_expressions_are_named(lab: Lab, change: dict[str, Any], said: str) -> None:
    result = lab.check("filter-expressions", EXPRESSIONS | change)
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


def test_a_statement_with_its_literals_is_as_good(lab: Lab) -> None:
    loop = tracing.repeated_calls(after_release()).iloc[0]
    slow = tracing.statements(after_release())["statement"].iloc[0]
    answer = {
        "waited_for": slow.replace("?", "4711"),
        "looped": loop["call"].replace("?", "17") + " ;",
        "times": int(loop["calls_p50"]),
    }
    assert lab.check("line-of-sql", answer).passed
    assert "should be a statement" in lab.check("line-of-sql", answer | {"looped": 3}).message
    assert "not how often" in lab.check("line-of-sql", answer | {"times": loop["requests"]}).message


def test_the_numbers_of_the_prediction_are_those_of_the_picture(lab: Lab) -> None:
    spans = home_page().set_index("operation")
    assert {name: round(1000 * spans.loc[name, "seconds"]) for name in CALLS} == {
        name: took for name, (_, took) in CALLS.items()
    }
    assert spans["seconds"].drop("GET /home").idxmax() == "recommendations"
    assert half_as_long() == {"recommendations": 0, "session": 30, "basket": 50, "prices": 50}


def by_hand(service: Any, provider: Any) -> None:
    RequestsInstrumentor().instrument(tracer_provider=provider)
    service.database = SQLite3Instrumentor().instrument_connection(
        service.database, tracer_provider=provider
    )
    plain, tracer = service.application, provider.get_tracer("by hand")

    def application(environ: Any, start_response: Any) -> Any:
        attributes = {"http.method": environ["REQUEST_METHOD"], "http.target": environ["PATH_INFO"]}
        from opentelemetry.trace import SpanKind

        with tracer.start_as_current_span("in", kind=SpanKind.SERVER, attributes=attributes):
            return list(plain(environ, start_response))

    service.application = application


def nothing(service: Any, provider: Any) -> None:
    _ = service, provider


def elsewhere(service: Any, provider: Any) -> None:
    service.application = OpenTelemetryMiddleware(service.application)


def test_instrumented_by_hand_is_as_good(lab: Lab) -> None:
    result = lab.check("instrument", by_hand)
    assert result.passed, result


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (nothing, "none that says that a request came in to orders"),
        (elsewhere, "none that says that a request came in to orders"),
        (17, "should be a function"),
    ],
)
def test_what_is_not_instrumented_is_named(lab: Lab, function: Any, said: str) -> None:
    result = lab.check("instrument", function)
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


def test_one_check_leaves_nothing_to_the_next(lab: Lab) -> None:
    assert lab.check("instrument", by_hand).passed
    assert not RequestsInstrumentor().is_instrumented_by_opentelemetry
    assert lab.check("instrument", by_hand).passed


def test_without_the_service_the_set_up_is_missing(lab: Lab) -> None:
    orders.close()
    for key in ("broken-trace", "faster"):
        result = lab.check(key, 1)
        assert result.outcome is Outcome.SETUP_MISSING
        assert "lab.catch_up" in result.message


def test_the_broken_trace_begins_anew(lab: Lab) -> None:
    lab.catch_up("broken-trace")
    assert lab.check("broken-trace").outcome is Outcome.NOT_STARTED
    orders.service.dropped_headers = {"cookie", "x-shop-token"}
    assert lab.check("broken-trace").passed
    lab.catch_up("broken-trace")
    assert lab.check("broken-trace").outcome is Outcome.NOT_STARTED


def test_an_index_of_another_name_is_as_good(lab: Lab) -> None:
    lab.catch_up("faster")
    before = orders.measured(lab, 60)
    orders.service.database.execute("CREATE INDEX mine ON orders (customer_id, total_cents)")
    orders.service.n_plus_one = False
    comparison = tracing.compare(before, orders.measured(lab, 60))
    result = lab.check("faster", comparison)
    assert result.passed, result
    assert "no row for" in lab.check("faster", comparison[comparison["operation"] == "x"]).message
    same = tracing.compare(before, before)
    assert "no difference seen" in lab.check("faster", same).message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({1: {"x"}, 2: set()}, "no column 'x'"),
        ({1: 3, 2: set()}, "should be a set"),
        ({1: "ts-order", 2: set()}, "no column 'ts-order'"),
        ({1: {"Latency", ...}, 2: set()}, "slowed[1] still holds `...`"),
        ({1: set()}, "2 is missing"),
    ],
)
def test_wrong_sets_of_calls_are_named(lab: Lab, answer: Any, said: str) -> None:
    assert said in lab.check("slow-calls", answer).message


def test_a_smaller_sample_has_fewer_of_everything() -> None:
    columns = zip(*sampling.kept((1.0, 0.5, 0.05)).rows, strict=True)
    _, *counts = ([int(cell.strip("%").replace(",", "")) for cell in column] for column in columns)
    for column in counts:
        assert sorted(column, reverse=True) == column
    assert counts[2][0] > counts[2][2]


def test_a_database_instrumented_as_a_whole_does_not_outlive_the_try(lab: Lab) -> None:
    def as_a_whole(service: Any, provider: Any) -> None:
        service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
        SQLite3Instrumentor().instrument(tracer_provider=provider)
        RequestsInstrumentor().instrument(tracer_provider=provider)

    def by_connection(service: Any, provider: Any) -> None:
        service.application = OpenTelemetryMiddleware(service.application, tracer_provider=provider)
        service.database = SQLite3Instrumentor().instrument_connection(
            service.database, tracer_provider=provider
        )
        RequestsInstrumentor().instrument(tracer_provider=provider)

    assert "no statement in it" in lab.check("instrument", as_a_whole).message
    assert lab.check("instrument", by_connection).passed


@pytest.mark.parametrize("names", [None, "Cookie", 5])
def test_what_is_no_set_of_headers_is_told_so(lab: Lab, names: object) -> None:
    lab.catch_up("broken-trace")
    orders.service.dropped_headers = names
    result = lab.check("broken-trace")
    assert "should be a set of names" in result.message
    orders.service.dropped_headers = ["Cookie", "X-Shop-Token"]
    assert lab.check("broken-trace").passed


@pytest.mark.parametrize(
    ("index", "enough"),
    [
        ('"of a customer" ON orders (customer_id)', True),
        ("two ON orders (customer_id DESC, id)", True),
        ("late ON orders (id, customer_id)", False),
        ("part ON orders (customer_id) WHERE customer_id = 7", False),
    ],
)
def test_an_index_counts_where_sqlite_uses_it(lab: Lab, index: str, enough: bool) -> None:
    lab.catch_up("faster")
    assert not has_index(orders.running())
    orders.service.database.execute(f"CREATE INDEX {index}")
    assert has_index(orders.running()) is enough


def test_the_column_that_names_the_kind_is_no_call(lab: Lab) -> None:
    result = lab.check("slow-calls", {1: {"anomaly"}, 2: set()})
    assert "Which of its calls?" in result.message
