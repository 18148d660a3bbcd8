"""Before and after, operation by operation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_traces import together, trace

from devops_workbook import tracing


def table(seed: int, **medians: float) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {name: np.exp(random.normal(np.log(m), 0.3, 400)) for name, m in medians.items()}
    )


def test_what_changed_is_told_from_what_did_not() -> None:
    before = table(1, slower=10, faster=10, same=10)
    after = table(2, slower=12, faster=8, same=10)
    found = tracing.compare_requests(before, after).set_index("operation")
    assert found["verdict"].to_dict() == {
        "slower": "slower",
        "faster": "faster",
        "same": "no difference seen",
    }
    for name, change in (("slower", 2), ("faster", -2), ("same", 0)):
        assert found.loc[name, "low"] < change < found.loc[name, "high"]
        assert found.loc[name, "before"] == pytest.approx(before[name].median())
        assert found.loc[name, "change"] == pytest.approx(
            after[name].median() - before[name].median()
        )


def test_the_interval_is_that_of_drawn_resamples() -> None:
    random = np.random.default_rng(5)
    values = np.sort(random.exponential(1.0, 101))
    still = pd.DataFrame({"x": np.zeros(101)})
    [found] = tracing.compare_requests(still, pd.DataFrame({"x": values})).to_dict("records")
    drawn = np.median(random.choice(values, size=(20_000, 101)), axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found["low"] == pytest.approx(low, abs=0.04)
    assert found["high"] == pytest.approx(high, abs=0.04)


def test_with_many_operations_nothing_is_found_by_chance() -> None:
    wrong = 0
    for seed in range(8):
        names = {f"op{k}": 10.0 for k in range(40)}
        found = tracing.compare_requests(table(seed, **names), table(100 + seed, **names))
        wrong += int((found["verdict"] != "no difference seen").sum())
    assert wrong <= 2


def requests(calls: int, seconds: float, first: int) -> pd.DataFrame:
    return together(
        *(
            trace(
                ("get", None, 0, 10),
                *(("query", "get", k, k + seconds * (1 + n / 100), {"span_id": str(k)})
                  for k in range(calls)),
                trace_id=f"t{first + n}",
            )
            for n in range(8)
        )
    )  # fmt: skip


def test_fewer_calls_in_a_request_are_a_gain_though_no_call_is_quicker() -> None:
    found = tracing.compare(requests(6, 0.5, 0), requests(1, 0.5, 50)).set_index("operation")
    query = found.loc["query"]
    assert (query["calls_before"], query["calls_after"]) == (6, 1)
    assert query["verdict"] == "faster"
    assert query["change"] == pytest.approx(-2.5 * 1.035)
    assert found.loc["get", "verdict"] == "no difference seen"


def test_new_gone_and_too_few() -> None:
    before = pd.DataFrame({"old": [1.0] * 9, "rare": [1.0] * 4 + [np.nan] * 5})
    after = pd.DataFrame({"new": [1.0] * 9, "rare": [5.0] * 9})
    found = tracing.compare_requests(before, after).set_index("operation")["verdict"]
    assert found.to_dict() == {"old": "gone", "new": "new", "rare": "too few"}


def test_a_high_quantile_can_be_compared() -> None:
    before = table(1, op=10)
    after = before.copy()
    after.loc[after["op"].nlargest(40).index, "op"] *= 3
    assert tracing.compare_requests(before, after)["verdict"].tolist() == ["no difference seen"]
    tails = tracing.compare_requests(before, after, quantile=0.97)
    assert tails["verdict"].tolist() == ["slower"]


def test_shares_are_checked() -> None:
    frame = pd.DataFrame({"x": [1.0]})
    with pytest.raises(tracing.TracesError, match="between 0 and 1"):
        tracing.compare_requests(frame, frame, confidence=95)
