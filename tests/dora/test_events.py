from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from event_tables import at, change, deployment, incident, log

from devops_workbook.dora import Events, EventsError

MINIMAL = pd.DataFrame({"deployment_id": ["d1"], "finished_at": ["2026-01-05T09:00:00Z"]})


def deployments(**columns: Any) -> pd.DataFrame:
    two = {"deployment_id": ["d1", "d2"], "finished_at": [at("05 09:00"), at("06 09:00")]}
    return pd.DataFrame({**two, **columns})


def test_optional_columns_are_filled_in() -> None:
    table = Events(MINIMAL).deployments
    assert list(table.columns) == [
        "deployment_id",
        "service",
        "finished_at",
        "started_at",
        "status",
        "kind",
        "version",
        "repairs",
    ]
    row = table.iloc[0]
    assert (row["service"], row["status"], row["kind"]) == ("", "succeeded", "planned")
    assert row[["started_at", "version", "repairs"]].isna().all()


def test_every_time_is_utc_in_microseconds_and_every_id_text() -> None:
    events = log(
        [deployment("d1", "05")], [change("c", "d1", "04")], [incident("i", "d1", "05", None)]
    )
    assert events.changes is not None
    assert events.incidents is not None
    for table in (events.deployments, events.changes, events.incidents):
        for name, dtype in table.dtypes.items():
            expected = "datetime64[us, UTC]" if str(name).endswith("_at") else "str"
            assert str(dtype) == expected, name


def test_deployments_come_sorted_by_finish_then_start_then_id() -> None:
    rows = [
        deployment("late", "07"),
        deployment("b", "06", started_at=at("05 23:00")),
        deployment("a", "06", started_at=at("05 23:00")),
        deployment("z", "06", started_at=at("05 22:00")),
    ]
    assert list(log(rows).deployments["deployment_id"]) == ["z", "a", "b", "late"]


def test_changes_come_by_deployment_then_commit_and_the_undeployed_last() -> None:
    events = log(
        [deployment("d1", "05"), deployment("d2", "06")],
        [
            change("waiting", None, "01"),
            change("new", "d2", "04"),
            change("old", "d2", "03"),
            change("first", "d1", "04"),
        ],
    )
    assert events.changes is not None
    assert list(events.changes["change_id"]) == ["first", "old", "new", "waiting"]


def test_the_input_is_neither_changed_nor_shared() -> None:
    given = deployments(status=["Succeeded", "FAILED"])
    before = given.copy()
    events = Events(given)
    pd.testing.assert_frame_equal(given, before)
    given.loc[0, "deployment_id"] = "other"
    assert list(events.deployments["deployment_id"]) == ["d1", "d2"]
    assert list(events.deployments["status"]) == ["succeeded", "failed"]


def test_further_columns_are_kept_with_their_rows() -> None:
    given = deployments(author=["Ada", "Bob"]).iloc[::-1]
    table = Events(given).deployments
    assert list(zip(table["deployment_id"], table["author"], strict=True)) == [
        ("d1", "Ada"),
        ("d2", "Bob"),
    ]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, 2], ["1", "2"]),
        ([1.0, 2.0], ["1", "2"]),
        (pd.Categorical(["x", "y"]), ["x", "y"]),
        (np.array(["x", 2], dtype=object), ["x", "2"]),
    ],
)
def test_ids_of_other_types_become_text(ids: Any, expected: list[str]) -> None:
    assert list(Events(deployments(deployment_id=ids)).deployments["deployment_id"]) == expected


def test_an_empty_id_is_a_missing_one() -> None:
    given = pd.DataFrame(
        {"change_id": ["c1"], "deployment_id": [""], "committed_at": [at("05 09:00")]}
    )
    changes = Events(MINIMAL, given).changes
    assert changes is not None
    assert changes["deployment_id"].isna().all()


UTC_PLUS_1 = dt.timezone(dt.timedelta(hours=1))


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05 10:00+01:00",
        "2026-01-05T10:00:00.000000+0100",
        dt.datetime(2026, 1, 5, 10, tzinfo=UTC_PLUS_1),
        pd.Timestamp("2026-01-05T04:00", tz="America/New_York"),
    ],
)
def test_a_time_with_a_zone_is_that_moment(moment: Any) -> None:
    events = Events(MINIMAL.assign(finished_at=pd.Series([moment], dtype=object)), tz="Asia/Tokyo")
    assert events.deployments["finished_at"][0] == pd.Timestamp("2026-01-05T09:00Z")


@pytest.mark.parametrize(
    "local",
    ["2026-07-01T09:30", "2026-07-01 09:30:00", dt.datetime(2026, 7, 1, 9, 30)],
)
@pytest.mark.parametrize("dtype", [object, "datetime64[ns]"])
def test_a_time_without_a_zone_is_in_tz_or_refused(local: Any, dtype: str) -> None:
    given = MINIMAL.assign(finished_at=pd.Series([local]).astype(dtype))
    times = Events(given, tz="Europe/London").deployments["finished_at"]
    assert times[0] == pd.Timestamp("2026-07-01T08:30Z")
    with pytest.raises(EventsError, match=r"row 0, column finished_at: .*2026-07-01.*tz="):
        Events(given)


def test_zones_may_be_mixed_with_local_times_when_tz_is_given() -> None:
    moments = ["2026-07-01T09:30", "2026-07-01T09:45Z"]
    times = Events(deployments(finished_at=moments), tz="Europe/London").deployments["finished_at"]
    assert list(times.dt.strftime("%H:%M")) == ["08:30", "09:45"]


@pytest.mark.parametrize("local", ["2026-03-29T01:30", "2026-10-25T01:30"])
def test_a_local_time_that_is_not_there_exactly_once_is_refused(local: str) -> None:
    given = MINIMAL.assign(finished_at=[pd.Timestamp(local)])
    with pytest.raises(EventsError, match="Europe/London has exactly once"):
        Events(given, tz="Europe/London")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"deployment_id": ["d1", "d1"]}, "row 1, column deployment_id: found 'd1', expected an"),
        ({"deployment_id": ["d1", None]}, "row 1, column deployment_id: found nothing, expected"),
        ({"deployment_id": [1.0, 2.5]}, "row 1, column deployment_id: found 2.5, expected a text"),
        ({"deployment_id": [True, "x"]}, "row 0, column deployment_id: found True, expected a te"),
        ({"finished_at": [at("05"), None]}, "row 1, column finished_at: found nothing, expected"),
        ({"finished_at": ["soon", at("05")]}, "row 0, column finished_at: found 'soon', expected"),
        ({"finished_at": [17, 18]}, r"row 0, column finished_at: found 17, .*\(and 1 more such"),
        ({"started_at": [at("05"), "2026-02-30T00:00Z"]}, "row 1, column started_at: found '2026"),
        ({"status": ["done", "failed"]}, "column status: found 'done', expected succeeded or fail"),
        ({"status": ["succeeded", None]}, "row 1, column status: found nothing, expected succeede"),
        ({"kind": ["planned", "big"]}, "found 'big', expected planned, hotfix or rollback"),
        (
            {"kind": ["planned", "hotfix"], "repairs": [None, "d2"]},
            "row 1, column repairs: found 'd2', expected another deployment",
        ),
        (
            {"kind": ["planned", "hotfix"], "repairs": [None, "d9"]},
            "row 1, column repairs: found 'd9', expected the deployment_id of a row",
        ),
        ({"repairs": [None, "d1"]}, "row 1, column repairs: found 'd1', expected nothing: only"),
    ],
)
def test_a_wrong_cell_is_named(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(EventsError, match=f"^table deployments, .*{message}"):
        Events(deployments(**columns))


def test_the_row_of_an_error_is_the_label_of_the_index() -> None:
    given = deployments(status=["succeeded", "done"]).set_axis([41, 42])
    with pytest.raises(EventsError, match="row 42") as raised:
        Events(given)
    error = raised.value
    assert (error.table, error.row, error.column) == ("deployments", 42, "status")
    assert error.problem == "found 'done', expected succeeded or failed"


def test_a_labelled_row_keeps_its_label() -> None:
    given = deployments(status=["succeeded", "done"]).set_axis(["first", "second"])
    with pytest.raises(EventsError, match="row second"):
        Events(given)


@pytest.mark.parametrize(
    ("table", "column"), [("changes", "committed_at"), ("incidents", "started_at")]
)
def test_a_reference_to_an_unknown_deployment_is_named(table: str, column: str) -> None:
    rows = pd.DataFrame(
        {f"{table[:-1]}_id": ["x"], "deployment_id": ["d7"], column: [at("05 09:00")]}
    )
    with pytest.raises(EventsError, match=f"table {table}, row 0, column deployment_id: .*'d7'"):
        Events(MINIMAL, **{table: rows})


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"deployments": MINIMAL[["deployment_id"]]}, "column finished_at: this column is missing"),
        ({"deployments": [1]}, "table deployments: found a list, expected a pandas DataFrame"),
        ({"changes": MINIMAL}, "table changes, column change_id: .*found deployment_id, finished"),
        ({"incidents": pd.DataFrame()}, "column incident_id: .*found no columns"),
        (
            {"deployments": pd.concat([MINIMAL, MINIMAL[["finished_at"]]], axis=1)},
            "column finished_at: found two columns",
        ),
    ],
)
def test_a_wrong_table_is_named(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(EventsError, match=message):
        Events(**{"deployments": MINIMAL, **tables})


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(EventsError, match=r"'Mars/Base'.*Europe/London"):
        Events(MINIMAL, tz="Mars/Base")


def test_a_duplicate_incident_is_refused() -> None:
    with pytest.raises(EventsError, match="table incidents, row 1, column incident_id"):
        log([], [], [incident("i", None, "05", None), incident("i", None, "06", None)])


def test_whether_kinds_were_recorded_is_known() -> None:
    assert not Events(MINIMAL).kinds_recorded
    assert not Events(MINIMAL.assign(kind=[None])).kinds_recorded
    assert Events(deployments(kind=["hotfix", None])).kinds_recorded


def test_empty_tables_are_not_missing_tables() -> None:
    events = log([], [], [])
    assert events.changes is not None
    assert (len(events.deployments), len(events.changes)) == (0, 0)
    assert log([]).changes is None
    assert log([]).incidents is None


TWO_SERVICES = [
    deployment("a1", "05", service="a"),
    deployment("b1", "06", service="b"),
    deployment("a2", "07", service="a", kind="hotfix", repairs="b1"),
]


def test_only_keeps_what_belongs_to_the_service() -> None:
    events = log(
        TWO_SERVICES,
        [change("c1", "a1", "04"), change("c2", "b1", "04"), change("c3", None, "04")],
        [incident("i1", "b1", "06", None), incident("i2", None, "06", None)],
    )
    only = events.only(service="a")
    assert events.services == ["a", "b"]
    assert only.services == ["a"]
    assert only.changes is not None
    assert list(only.changes["change_id"]) == ["c1"]
    assert only.incidents is not None
    assert len(only.incidents) == 0
    assert only.deployments["repairs"].isna().all()
    assert only.kinds_recorded


def test_only_keeps_the_notes_of_the_reader() -> None:
    tables = log(TWO_SERVICES).deployments
    assert Events(tables, notes=("1 row left out",)).only("a").notes == ("1 row left out",)


def test_only_of_the_one_service_keeps_everything() -> None:
    events = log([deployment("d", "05")], [change("c", None, "04")])
    assert events.only("").changes is events.changes


def test_only_keeps_what_was_never_recorded() -> None:
    recorded = deployments(service=["a", "b"])
    only = Events(recorded).only("a")
    assert not only.kinds_recorded
    assert only.changes is None


def test_only_refuses_an_unknown_service() -> None:
    with pytest.raises(EventsError, match=r"no service 'c', expected one of: 'a', 'b'"):
        log(TWO_SERVICES).only("c")


def test_the_repr_says_how_much_there_is_and_of_when() -> None:
    events = log(TWO_SERVICES, [change("c", "a1", "04"), change("c", "a2", "04")])
    assert repr(events) == (
        "Events: 3 deployments of 2 services, 1 change, no record of incidents, "
        "2026-01-05 to 2026-01-07 (UTC)"
    )
    assert repr(log([])) == (
        "Events: 0 deployments of 0 services, no record of changes, no record of incidents"
    )
