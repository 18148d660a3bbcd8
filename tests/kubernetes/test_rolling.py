"""The steps of a rolling update never leave its limits, whatever the pods do."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from devops_workbook.kubernetes.rolling import Limits, Size, grown, limits, shrunk, spread


@pytest.mark.parametrize(
    ("desired", "surge", "unavailable", "expected"),
    [
        (4, "25%", "25%", (1, 1)),
        (3, "25%", "25%", (1, 0)),
        (10, "25%", "25%", (3, 2)),
        (1, "25%", "25%", (1, 0)),
        (10, 0, 1, (0, 1)),
        (2, "0%", "10%", (0, 1)),
        (3, 1, 10, (1, 3)),
        (0, "25%", "25%", (0, 1)),
    ],
)
def test_a_surge_is_rounded_up_and_what_is_missing_down(
    desired: int, surge: object, unavailable: object, expected: tuple[int, int]
) -> None:
    found = limits(desired, surge, unavailable)
    assert (found.surge, found.unavailable) == expected


SIZES = st.integers(0, 12).flatmap(
    lambda desired: st.builds(Size, st.just(desired), st.integers(0, desired))
)


@given(SIZES, st.lists(SIZES, max_size=3), st.integers(0, 12), st.integers(0, 4), st.integers(0, 4))
def test_no_step_goes_beyond_the_limits(
    new: Size, old: list[Size], desired: int, surge: int, unavailable: int
) -> None:
    assume(surge or unavailable)
    allowed = Limits(desired, surge, min(unavailable, desired))
    before = new.desired + sum(each.desired for each in old)
    more = grown(new, old, allowed)
    assert new.desired <= more <= max(new.desired, desired)
    if more > new.desired:
        assert before - new.desired + more <= allowed.most
    sizes = shrunk(new, old, allowed)
    assert all(0 <= size <= each.desired for size, each in zip(sizes, old, strict=True))
    available = new.available + sum(each.available for each in old)
    left = new.available + sum(min(s, each.available) for s, each in zip(sizes, old, strict=True))
    # What is short already gets no shorter.
    assert left >= min(available, allowed.least)


@given(st.integers(1, 9), st.integers(0, 3), st.integers(0, 3))
def test_pods_that_become_available_bring_every_rollout_to_its_end(
    desired: int, surge: int, unavailable: int
) -> None:
    assume(surge or unavailable)
    allowed = limits(desired, surge, unavailable)
    new, old = 0, desired
    for _ in range(4 * desired):
        new = grown(Size(new, new), [Size(old, old)], allowed)
        (old,) = shrunk(Size(new, new), [Size(old, old)], allowed)
    assert (new, old) == (desired, 0)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(1, 20))
def test_a_new_total_is_shared_out_whole(sizes: list[int], after: int) -> None:
    made = spread(sizes, max(1, sum(sizes)), after)
    assert all(each >= 0 for each in made)
    assert sum(made) == after
