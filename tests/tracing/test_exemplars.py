"""Traces worth opening."""

from __future__ import annotations

import pytest
from made_traces import together, trace

from devops_workbook import tracing

SPANS = together(
    *(
        trace(
            ("get", None, n, n + 1 + n / 10, {"status": "fault" if n == 4 else "ok"}),
            ("part", "get", n, n + 1 - n / 100),
            trace_id=f"t{n:02d}",
        )
        for n in range(21)
    )
)


def test_typical_slow_and_failed_requests() -> None:
    found = tracing.exemplars(SPANS).set_index("why")
    assert found["trace_id"].to_dict() == {
        "typical (p50)": "t10",
        "slow (p95), slower (p99)": "t19",
        "slowest": "t20",
        "slowest fault": "t04",
    }
    assert found.loc["slowest", "seconds"] == pytest.approx(3)


def test_of_one_operation() -> None:
    found = tracing.exemplars(SPANS, service="shop", operation="part").set_index("why")
    assert found.loc["slowest", "trace_id"] == "t00"


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(tracing.TracesError, match="no span of 'nothing'"):
        tracing.exemplars(SPANS, operation="nothing")
