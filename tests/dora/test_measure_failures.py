from __future__ import annotations

import math
from typing import Any

import pytest
from event_tables import Row, deployment, incident, log

from devops_workbook.dora import Events, Metrics, measure


def figures(deployments: list[Row], incidents: list[Row] | None = None, **options: Any) -> Metrics:
    return measure(log(deployments, None, incidents), **{"resamples": 0, **options})


def failed(deployments: list[Row], incidents: list[Row] | None = None) -> list[str]:
    """Return the ids of the deployments that failed."""
    table = figures(deployments, incidents).deployments
    return list(table.loc[table["failed"], "deployment_id"])


def hotfix(name: str, finished: str, **columns: Any) -> Row:
    return deployment(name, finished, kind="hotfix", **columns)


def rollback(name: str, finished: str, **columns: Any) -> Row:
    return deployment(name, finished, kind="rollback", **columns)


D1, D2, D3 = (deployment(f"d{n}", f"{n + 4:02d} 12:00") for n in (1, 2, 3))


def test_a_deployment_with_three_incidents_failed_once() -> None:
    metric = figures(
        [D1, D2, D3],
        [incident(name, "d2", "06 13:00", "06 14:00") for name in ("i1", "i2", "i3")],
    ).change_fail_rate
    assert metric.value == pytest.approx(1 / 3)
    assert (metric.n, metric.detail["n_failed"]) == (3, 1)


def test_no_incidents_is_a_rate_of_zero_and_no_recovery_time() -> None:
    metrics = figures([D1, D2], [])
    assert metrics.change_fail_rate.value == 0.0
    assert math.isnan(metrics.failed_deployment_recovery_time.value)
    assert metrics.failed_deployment_recovery_time.note == "No deployment failed."


def test_no_incident_log_and_no_repairs_is_unknown() -> None:
    metrics = figures([D1, D2])
    for metric in (metrics.change_fail_rate, metrics.failed_deployment_recovery_time):
        assert math.isnan(metric.value)
        assert "unknown" in metric.note
    assert metrics.weekly["change_fail_rate"].isna().all()


def test_no_incident_log_but_repairs_is_known_from_those() -> None:
    metric = figures([D1, D2, hotfix("h", "07")]).change_fail_rate
    assert metric.value == pytest.approx(1 / 3)
    assert "only what a rollback or hotfix repaired" in metric.note


def test_a_failed_attempt_is_not_a_change_failure() -> None:
    rows = [D1, deployment("broken", "06", status="failed")]
    incidents = [incident("i", "broken", "06 01:00", None)]
    metric = figures(rows, incidents).change_fail_rate
    assert failed(rows, incidents) == []
    assert (metric.value, metric.n) == (0.0, 1)
    assert metric.excluded == {
        "never reached production": 1,
        "incidents of deployments that never reached production": 1,
    }


def test_an_incident_without_a_deployment_belongs_to_mttr_only() -> None:
    metrics = figures([D1, D2], [incident("i", None, "06", "06 02:00")])
    assert metrics.change_fail_rate.value == 0.0
    assert math.isnan(metrics.failed_deployment_recovery_time.value)
    assert metrics.mttr.value == 2.0
    assert metrics.mttr.detail["n_without_deployment"] == 1


def test_an_incident_counts_with_its_deployment_however_late_it_starts() -> None:
    assert failed([D1, D2], [incident("i", "d1", "28", None)]) == ["d1"]


@pytest.mark.parametrize("day", ["05", "06"])
def test_moving_the_period_changes_no_link(day: str) -> None:
    metrics = figures(
        [D1, D2, D3, hotfix("h", "08")],
        [incident("i", "d2", "09", "10")],
        start=f"2026-01-{day}",
        end="2026-01-08",
    )
    table = metrics.deployments.set_index("deployment_id")
    assert table.loc["d2", "failed"]
    assert table.loc["d3", "failed"]


def test_a_named_repair_marks_its_target() -> None:
    assert failed([D1, D2, D3, hotfix("h", "08", repairs="d1")]) == ["d1"]
    assert failed([D1, D2, D3, rollback("r", "08", repairs="d2", version="x")]) == ["d2"]


def test_a_repair_that_never_reached_production_still_marks_its_named_target() -> None:
    rows = [D1, D2, hotfix("h", "08", repairs="d1", status="failed")]
    metrics = figures(rows)
    assert failed(rows) == ["d1"]
    assert metrics.failed_deployment_recovery_time.detail["n_open"] == 1


def test_a_repair_of_what_comes_later_or_never_came_is_ignored_and_counted() -> None:
    rows = [
        deployment("broken", "04", status="failed"),
        hotfix("h1", "05", repairs="d2"),
        D2,
        rollback("r", "07", repairs="broken"),
    ]
    metric = figures(rows, []).change_fail_rate
    assert metric.value == 0.0
    reason = "repairs of deployments that finished later or never reached production"
    assert metric.excluded[reason] == 2


def versions(*names: str | None, last: str = "rollback", service: str = "") -> list[Row]:
    kinds = ["planned"] * (len(names) - 1) + [last]
    return [
        deployment(f"{service}{n}", f"{n + 1:02d}", version=name, kind=kind, service=service)
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["v1", "v2", "v3", "v1"], ["1"]),
        (["v1", "v2", "v1"], ["1"]),
        (["v1", "v1", "v2", "v3", "v1"], ["2"]),
        (["v1", "v2", "v1", "v2", "v3", "v1"], ["3"]),
        (["v1", "v2", "v2"], []),
        (["v1", "v2", "unheard-of"], ["1"]),
        (["v1", "v2", None], ["1"]),
        ([None, None, None], ["1"]),
        ([None, None, "v1"], ["1"]),
        (["v1"], []),
    ],
)
def test_a_rollback_undoes_what_came_first_after_its_version(
    names: list[str | None], expected: list[str]
) -> None:
    assert failed(versions(*names)) == expected


def test_a_redeployment_of_a_version_is_no_rollback_unless_it_is_called_one() -> None:
    assert failed(versions("v1", "v2", "v1", last="planned"), []) == []


def test_versions_and_predecessors_are_those_of_the_service() -> None:
    a = versions("v1", "v2", "v1", service="a")
    b = versions("v2", "v9", None, service="b")
    assert failed([*a, *b]) == ["a1", "b1"]


def test_a_hotfix_marks_the_preceding_successful_deployment_of_its_service() -> None:
    rows = [
        deployment("a1", "05", service="a"),
        deployment("a2", "06", service="a", status="failed"),
        deployment("b1", "07", service="b"),
        hotfix("a3", "08", service="a"),
    ]
    assert failed(rows) == ["a1"]
    assert failed([hotfix("h", "05"), D2]) == []


@pytest.mark.parametrize(
    ("started", "resolved", "expected"),
    [
        ("06 10:00", "07 13:00", []),
        ("06 10:00", None, []),
        ("06 10:00", "07 12:00", []),
        ("06 10:00", "07 11:59", ["d1"]),
        ("05 10:00", None, ["d1"]),
        ("07 12:00", None, ["d1"]),
    ],
)
def test_a_hotfix_for_an_incident_that_no_deployment_caused_blames_none(
    started: str, resolved: str | None, expected: list[str]
) -> None:
    rows = [D1, hotfix("h", "07 12:00")]
    assert failed(rows, [incident("i", None, started, resolved)]) == expected


def test_an_outage_does_not_clear_what_an_incident_names() -> None:
    incidents = [incident("i", None, "06", None), incident("j", "d1", "06", None)]
    assert failed([D1, hotfix("h", "07 12:00")], incidents) == ["d1"]


def test_deployments_of_the_same_second_have_a_fixed_order() -> None:
    rows = [deployment("b", "05"), deployment("a", "05"), hotfix("c", "05")]
    assert failed(rows) == failed(rows[::-1]) == ["b"]


def test_rework_counts_hotfixes_and_rollbacks() -> None:
    rows = [D1, D2, hotfix("h", "08"), rollback("r", "09"), hotfix("x", "10", status="failed")]
    metric = figures(rows).deployment_rework_rate
    assert (metric.value, metric.n) == (0.5, 4)
    assert (metric.detail["hotfixes"], metric.detail["rollbacks"]) == (1, 1)
    assert metric.excluded == {"never reached production": 1}


def test_rollbacks_can_be_left_out_of_every_denominator() -> None:
    rows = [D1, D2, rollback("r", "07"), hotfix("h", "08")]
    metrics = figures(rows, [incident("i", "d2", "06 13:00", None)], rollbacks=False)
    assert metrics.deployment_frequency.n == 3
    assert metrics.change_fail_rate.value == pytest.approx(1 / 3)
    assert metrics.deployment_rework_rate.value == pytest.approx(1 / 3)
    assert metrics.change_fail_rate.excluded == {"rollbacks": 1}
    assert list(metrics.weekly["deployments"]) == [3]


def test_rework_is_unknown_when_no_kind_was_recorded() -> None:
    events = log([D1, D2])
    bare = Events(events.deployments[["deployment_id", "finished_at"]])
    metrics = measure(bare, resamples=0)
    assert math.isnan(metrics.deployment_rework_rate.value)
    assert metrics.deployment_rework_rate.note
    assert metrics.weekly["deployment_rework_rate"].isna().all()
    assert measure(events).deployment_rework_rate.value == 0.0


def test_the_table_of_deployments_says_which_failed_and_when_they_recovered() -> None:
    rows = [D1, D2, hotfix("h", "07"), deployment("broken", "08", status="failed")]
    table = figures(rows, [incident("i", "d1", "05 13:00", "05 15:00")]).deployments
    assert list(table["deployment_id"]) == ["d1", "d2", "h", "broken"]
    assert list(table["failed"]) == [True, True, False, False]
    assert list(table["recovery_hours"][:2]) == [3.0, 12.0]
    assert str(table["recovered_at"].dtype) == "datetime64[us, UTC]"
    assert table["recovered_at"][2:].isna().all()
    assert table["recovery_hours"][2:].isna().all()
