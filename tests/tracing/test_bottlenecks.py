"""Bottlenecks: ranked by what requests wait for, with what would be saved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_traces import ROWS, drawn, nested, together, trace

from devops_workbook import tracing
from devops_workbook.tracing.chains import Chains
from devops_workbook.tracing.critical_path import own_time_on_path
from devops_workbook.tracing.retiming import Retiming

BESIDE = trace(
    ("root", None, 0, 100),
    ("slow", "root", 0, 90),
    ("quick", "root", 0, 70),
    ("end", "root", 90, 100),
)


def figures(spans: pd.DataFrame) -> pd.DataFrame:
    return tracing.bottlenecks(spans).set_index("operation")


def test_the_first_is_what_requests_wait_for_longest() -> None:
    found = figures(BESIDE)
    assert found.index[0] == "slow"
    assert found["path_seconds"].to_dict() == {"slow": 90, "end": 10, "quick": 0, "root": 0}
    assert found.loc["slow", "path_share"] == pytest.approx(0.9)


def test_less_is_saved_where_something_else_is_then_waited_for() -> None:
    found = figures(BESIDE)
    assert found.loc["slow", "saved_if_zero"] == pytest.approx(20)
    assert found.loc["slow", "saved_if_half"] == pytest.approx(20)
    assert found.loc["end", "saved_if_half"] == pytest.approx(5)
    assert found.loc["quick", "saved_if_zero"] == 0


def test_a_later_sibling_starts_the_earlier() -> None:
    spans = trace(("root", None, 0, 30), ("a", "root", 5, 15), ("b", "root", 20, 28))
    found = figures(spans)
    assert found.loc["a", "saved_if_zero"] == pytest.approx(10)
    assert found.loc["root", "saved_if_zero"] == pytest.approx(12)


def test_impact_is_how_many_are_under_way() -> None:
    spans = together(
        trace(("get", None, 0, 2), trace_id="1"), trace(("get", None, 2, 4), trace_id="2")
    )
    [found] = figures(spans).to_dict("records")
    assert found["impact"] == pytest.approx(1)
    assert (found["calls"], found["requests"], found["p50"]) == (2, 2, 2)


def test_grouped_by_something_else() -> None:
    found = tracing.bottlenecks(BESIDE, by=["service"])
    assert found["path_seconds"].tolist() == [100]
    assert found["saved_if_zero"].tolist() == [100]


def test_below_the_top_nothing_is_run_again() -> None:
    assert np.isnan(tracing.bottlenecks(BESIDE, top=1)["saved_if_zero"]).tolist() == [
        False, True, True, True,
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_path_seconds_are_the_time_of_the_requests(spans: pd.DataFrame) -> None:
    forest = tracing.Forest.of(spans)
    found = tracing.bottlenecks(forest)
    whole = forest.seconds[forest.roots].sum()
    assert found["path_seconds"].sum() == pytest.approx(whole)
    assert (found["saved_if_zero"] <= found["path_seconds"] + 1e-6).all()
    assert (found["saved_if_half"] <= found["saved_if_zero"] + 1e-6).all()
    assert (found["saved_if_half"] >= 0).all()


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sets(st.integers(0, 15)), st.floats(0, 1))
def test_running_again(
    rows: list[tuple[int, float, float]], chosen: set[int], factor: float
) -> None:
    forest = tracing.Forest.of(nested(rows))
    chains = Chains.of(forest)
    again = Retiming(forest, chains)
    spans = np.isin(np.arange(len(forest)), list(chosen))
    cases = np.ones((len(forest), 3))
    cases[spans, 1] = factor
    cases[:, 2] = 0
    [(unchanged, saved, everything)] = again.saved(cases)
    assert unchanged == 0
    own = own_time_on_path(forest, chains)[spans].sum() / 1e9
    assert 0 <= saved <= (1 - factor) * own + 1e-6
    assert everything == pytest.approx(1000)


def test_deep_and_wide_traces_are_run_again_as_well() -> None:
    n = 2_000
    deep = trace(*((str(k), str(k - 1) if k else None, k, 2 * n - k) for k in range(n)))
    assert tracing.bottlenecks(deep, by=["service"])["saved_if_half"].tolist() == [n]
    children = [(str(k), "root", k, k + 0.5) for k in range(n)]
    wide = tracing.bottlenecks(trace(("root", None, 0, n), *children), by=["kind"])
    assert wide["saved_if_zero"].tolist() == [n]
