"""Which deployment an incident belongs to, and what that says of a deployment that was undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook import dora

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)


def at(minutes: float) -> pd.Timestamp:
    return pd.Timestamp(NINE) + pd.Timedelta(minutes=minutes)


def deployments(**rows: tuple[float | None, float]) -> pd.DataFrame:
    """Return deployments by their id, with start and end in minutes."""
    return pd.DataFrame(
        {
            "deployment_id": list(rows),
            "service": [f"service of {name}" for name in rows],
            "started_at": [None if begin is None else at(begin) for begin, _ in rows.values()],
            "finished_at": [at(end) for _, end in rows.values()],
        }
    )


def incidents(*began: float, **more: Any) -> pd.DataFrame:
    starts = [at(one) for one in began]
    names = [f"{one:g}" for one in began]
    ended = [one + pd.Timedelta(minutes=30) for one in starts]
    columns = {"incident_id": names, "started_at": starts, "resolved_at": ended}
    return pd.DataFrame({**columns, **more})


def causes(events: dora.Events) -> list[str | None]:
    assert events.incidents is not None
    return [None if pd.isna(name) else name for name in events.incidents["deployment_id"]]


TWO = deployments(first=(0, 10), second=(20, 40))


@pytest.mark.parametrize(
    ("began", "cause"),
    [
        (-1, None),
        (5, "first"),
        (15, "first"),
        (19.9, "first"),
        (30, "second"),
        (41, "second"),
        (100, "second"),
        (101, None),
        (20, "second"),  # which began in the course of this minute, for all one knows
        (19, "first"),
    ],
)
def test_the_last_deployment_that_had_started(began: float, cause: str | None) -> None:
    assert causes(dora.with_incidents(dora.Events(TWO), incidents(began))) == [cause]


@pytest.mark.parametrize(
    ("began", "cause"),
    [(20, "late"), (20.25, None), (20.5, "late"), (19, None)],
)
def test_a_full_minute_lasts_until_the_next(began: float, cause: str | None) -> None:
    events = dora.Events(deployments(late=(20.5, 21)))
    assert causes(dora.with_incidents(events, incidents(began))) == [cause]


def test_a_longer_and_a_shorter_memory() -> None:
    events = dora.Events(TWO)
    alone = dora.with_incidents(events, incidents(-1, 101))
    assert alone.notes == (
        "2 incidents without a deployment: none was running when it began, or had finished at "
        "most 60 minutes before",
    )
    for within, cause in ((timedelta(hours=2), "second"), (timedelta(minutes=9), None)):
        assert causes(dora.with_incidents(events, incidents(50), within=within)) == [cause]
    with pytest.raises(ValueError, match="within: found -1 day"):
        dora.with_incidents(events, incidents(50), within=timedelta(days=-1))


def test_one_that_is_still_running_goes_before_one_that_has_ended() -> None:
    """The last to start has been over for long; the one before it is not."""
    events = dora.Events(deployments(long=(0, 300), short=(10, 20)))
    assert causes(dora.with_incidents(events, incidents(60, 81))) == ["short", "long"]


def test_a_deployment_whose_start_nobody_wrote_down() -> None:
    events = dora.Events(deployments(first=(None, 10)))
    assert causes(dora.with_incidents(events, incidents(9, 11))) == [None, "first"]


def test_what_is_known_already_stays() -> None:
    before = incidents(3, deployment_id=[None])
    events = dora.Events(TWO, incidents=before, notes=("read by hand",))
    more = dora.with_incidents(events, incidents(4, 30, deployment_id=["second", None]))
    assert causes(more) == [None, "second", "second"]
    assert more.incidents is not None
    assert list(more.incidents["incident_id"]) == ["3", "4", "30"]
    assert more.notes == (
        "read by hand",
        "1 incident given a deployment by the time it began: the last to start, still running or "
        "finished at most 60 minutes before",
    )
    pd.testing.assert_frame_equal(more.deployments, events.deployments)


def test_no_incidents_is_a_record_too() -> None:
    events = dora.with_incidents(dora.Events(TWO), incidents())
    assert events.incidents is not None
    assert events.incidents.empty
    assert events.notes == ()
    assert not events.kinds_recorded


def test_customers_had_what_was_undone() -> None:
    rows = deployments(good=(0, 10), undone=(100, 130), never=(200, 210), again=(300, 310))
    rows["status"] = ["succeeded", "failed", "failed", "succeeded"]
    rows["kind"] = ["planned", "planned", "planned", "hotfix"]
    events = dora.with_incidents(dora.Events(rows), incidents(110, 140, 320))
    assert causes(events) == ["undone", "undone", "again"]
    found = events.deployments.set_index("deployment_id")
    assert list(found["status"]) == ["succeeded", "succeeded", "failed", "succeeded"]
    assert list(found["finished_at"]) == [at(10), at(110), at(210), at(310)]
    assert events.kinds_recorded
    assert events.notes[1:] == (
        "1 failed deployment taken as succeeded from the begin of its incident: customers had it "
        "before it was undone",
    )
    measured = dora.measure(events, start=NINE, end=NINE + timedelta(days=1))
    assert measured.change_fail_rate.value == pytest.approx(2 / 3)
    recovery = measured.failed_deployment_recovery_time
    assert recovery.n == 2
    assert recovery.value == pytest.approx((60 + 40) / 2 / 60)


@pytest.mark.parametrize(
    ("row", "began", "finished"),
    [((20.5, 30), 20, 20.5), ((20, 30), 50, 30), ((None, 30), 40, 30)],
)
def test_customers_had_it_between_its_start_and_its_end(
    row: tuple[float | None, float], began: float, finished: float
) -> None:
    events = dora.Events(deployments(undone=row).assign(status="failed"))
    found = dora.with_incidents(events, incidents(began)).deployments.iloc[0]
    assert (found["status"], found["finished_at"]) == ("succeeded", at(finished))


def test_an_incident_that_is_malformed() -> None:
    events = dora.Events(TWO)
    with pytest.raises(dora.EventsError, match="table incidents, row 0, column deployment_id"):
        dora.with_incidents(events, incidents(4, deployment_id=["third"]))
    known = dora.with_incidents(events, incidents(4))
    with pytest.raises(dora.EventsError, match="column incident_id"):
        dora.with_incidents(known, incidents(4))


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 30)).map(lambda one: (one[0], sum(one))),
    max_size=8,
)


@settings(max_examples=50, deadline=None)
@given(spans, st.lists(st.integers(0, 100), max_size=4, unique=True))
def test_the_rule_is_the_plain_one(runs: list[tuple[int, int]], began: list[int]) -> None:
    rows = {f"{number}": run for number, run in enumerate(runs)}
    events = dora.Events(deployments(**rows))
    moments = [moment + 0.5 for moment in sorted(began)]
    found = dora.with_incidents(events, incidents(*moments), within=timedelta(minutes=7))
    for moment, cause in zip(moments, causes(found), strict=True):
        fitting = [
            (begin, end, name) for name, (begin, end) in rows.items() if begin <= moment <= end + 7
        ]
        if not fitting:
            assert cause is None
        else:
            assert cause is not None
            assert rows[cause] == max(fitting)[:2]
