"""The shop's release log: made again byte for byte, and with every awkward case that it claims."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from devops_workbook.dora.csv_input import read_csv
from devops_workbook.dora.events import Events
from devops_workbook.paths import DATA

SHOP = DATA / "shop"
FILES = ("deployments.csv", "changes.csv", "incidents.csv")
BERLIN = "Europe/Berlin"


@pytest.fixture(scope="module")
def log() -> Events:
    return read_csv(*(SHOP / name for name in FILES))


@pytest.fixture(scope="module")
def deployments(log: Events) -> pd.DataFrame:
    return log.deployments.set_index("deployment_id")


@pytest.fixture(scope="module")
def changes(log: Events) -> pd.DataFrame:
    assert log.changes is not None
    return log.changes


@pytest.fixture(scope="module")
def incidents(log: Events) -> pd.DataFrame:
    assert log.incidents is not None
    return log.incidents.set_index("incident_id")


def commits(changes: pd.DataFrame, deployment: str) -> set[str]:
    return set(changes.loc[changes["deployment_id"] == deployment, "change_id"])


def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(SHOP / "generate.py"), str(tmp_path)]
    subprocess.run(command, check=True)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SHOP / name).read_bytes()


def test_the_log_is_as_large_as_the_readme_says(
    deployments: pd.DataFrame, changes: pd.DataFrame, incidents: pd.DataFrame
) -> None:
    sizes = len(deployments), changes["change_id"].nunique(), len(changes), len(incidents)
    assert sizes == (100, 1433, 1545, 36)


def test_everything_happens_before_the_course_begins(
    deployments: pd.DataFrame, incidents: pd.DataFrame
) -> None:
    assert deployments["finished_at"].min() >= pd.Timestamp("2025-01-01", tz=BERLIN)
    last = max(deployments["finished_at"].max(), incidents["started_at"].max())
    assert last < pd.Timestamp("2026-01-05", tz=BERLIN)


def test_planned_releases_go_out_on_friday_nights(deployments: pd.DataFrame) -> None:
    planned = deployments[deployments["kind"] == "planned"].drop("D-045")
    # Two hours earlier the day is still Friday for those that finish after midnight.
    night = planned["finished_at"].dt.tz_convert(BERLIN) - pd.Timedelta(hours=2)
    assert (night.dt.day_name() == "Friday").all()
    assert night.dt.hour.between(19, 22).all()


def test_the_freeze_has_no_planned_release(deployments: pd.DataFrame) -> None:
    frozen = deployments[deployments["finished_at"] >= pd.Timestamp("2025-12-12", tz=BERLIN)]
    assert list(frozen["kind"]) == ["hotfix"]


def test_what_happened_is_what_the_story_tells(log: Events, incidents: pd.DataFrame) -> None:
    succeeded = log.deployments[log.deployments["status"] == "succeeded"]
    failed = succeeded["deployment_id"].isin(incidents["deployment_id"])
    assert 0.25 <= failed.mean() <= 0.30
    assert log.changes is not None
    deployed = log.changes.merge(succeeded, on="deployment_id")
    deployed = deployed[~deployed["deployment_id"].isin(["D-001", "D-002"])]
    lead = (deployed["finished_at"] - deployed["committed_at"]).dt.total_seconds() / 86_400
    assert 5 < lead.median() < 12
    assert lead.mean() > 1.4 * lead.median()
    caused = incidents.dropna(subset="deployment_id")
    hours = (caused["resolved_at"] - caused["started_at"]).dt.total_seconds() / 3600
    assert 4 < hours.median() < 10
    assert (hours > 48).sum() >= 3


@pytest.mark.parametrize(("deployment", "service"), [("D-001", "storefront"), ("D-002", "orders")])
def test_the_first_deployment_of_a_service_has_years_of_commits(
    deployments: pd.DataFrame, changes: pd.DataFrame, deployment: str, service: str
) -> None:
    assert deployments.index[deployments["service"] == service][0] == deployment
    own = changes[changes["deployment_id"] == deployment]
    assert own["committed_at"].min() < pd.Timestamp("2021-01-01", tz="UTC")


@pytest.mark.parametrize(
    "pair",
    [
        ("D-009", "D-010"),
        ("D-027", "D-028"),
        ("D-068", "D-069"),
        ("D-070", "D-071"),
        ("D-085", "D-086"),
        ("D-091", "D-092"),
    ],
)
def test_a_failed_attempt_was_made_again_with_the_same_commits(
    deployments: pd.DataFrame, changes: pd.DataFrame, pair: tuple[str, str]
) -> None:
    first, again = pair
    assert list(deployments.loc[list(pair), "status"]) == ["failed", "succeeded"]
    assert commits(changes, first) == commits(changes, again) != set()


def test_no_other_attempt_failed(deployments: pd.DataFrame) -> None:
    failed = deployments.index[deployments["status"] == "failed"]
    assert list(failed) == ["D-009", "D-027", "D-068", "D-070", "D-085", "D-091"]


def test_one_rollback_goes_back_by_two_versions(
    deployments: pd.DataFrame, incidents: pd.DataFrame
) -> None:
    storefront = deployments[
        (deployments["service"] == "storefront") & (deployments["status"] == "succeeded")
    ].loc["D-006":"D-013"]
    assert list(storefront["version"]) == ["1.3.0", "1.4.0", "1.5.0", "1.3.0"]
    assert storefront["kind"].iloc[-1] == "rollback"
    assert incidents.loc["I-04", "deployment_id"] == "D-010"
    assert incidents.loc["I-04", "resolved_at"] == storefront["finished_at"].iloc[-1]


@pytest.mark.parametrize("rollback", ["D-008", "D-021", "D-035", "D-040", "D-060", "D-064"])
def test_a_plain_rollback_goes_back_by_one_version(
    deployments: pd.DataFrame, changes: pd.DataFrame, rollback: str
) -> None:
    row = deployments.loc[rollback]
    own = deployments[
        (deployments["service"] == row["service"]) & (deployments["status"] == "succeeded")
    ].loc[:rollback]
    assert row["kind"] == "rollback"
    assert row["version"] == own["version"].iloc[-3]
    assert commits(changes, rollback) == set()
    assert pd.isna(row["repairs"])


def test_every_hotfix_says_what_it_repairs(deployments: pd.DataFrame) -> None:
    hotfixes = deployments[deployments["kind"] == "hotfix"]
    assert len(hotfixes) == 18
    repaired = deployments.loc[hotfixes["repairs"]]
    assert list(repaired["service"]) == list(hotfixes["service"])
    assert (repaired["finished_at"].to_numpy() < hotfixes["finished_at"].to_numpy()).all()
    assert list(hotfixes.loc[["D-056", "D-057"], "repairs"]) == ["D-055", "D-056"]


def test_an_incident_began_while_its_deployment_was_going_out(
    deployments: pd.DataFrame, incidents: pd.DataFrame
) -> None:
    cause = deployments.loc[incidents.loc["I-05", "deployment_id"]]
    assert cause.name == "D-014"
    assert cause["started_at"] < incidents.loc["I-05", "started_at"] < cause["finished_at"]


def test_deployments_in_both_nights_in_which_the_clocks_change(deployments: pd.DataFrame) -> None:
    local = deployments["finished_at"].dt.tz_convert(BERLIN)
    assert str(local["D-018"]) == "2025-03-30 03:10:00+02:00"
    assert str(local["D-085"]) == "2025-10-26 02:40:00+02:00"
    assert str(local["D-086"]) == "2025-10-26 02:15:00+01:00"


def test_both_services_in_the_same_second(deployments: pd.DataFrame) -> None:
    both = deployments.loc[["D-036", "D-037"]]
    assert both["finished_at"].nunique() == 1
    assert set(both["service"]) == {"storefront", "orders"}


def test_a_redeployment_has_no_new_commit(deployments: pd.DataFrame, changes: pd.DataFrame) -> None:
    assert list(deployments.loc[["D-043", "D-045"], "version"]) == ["1.16.0", "1.16.0"]
    assert deployments.loc["D-045", "kind"] == "planned"
    assert commits(changes, "D-045") == set()


def test_two_commits_are_dated_after_their_deployment(
    deployments: pd.DataFrame, changes: pd.DataFrame
) -> None:
    deployed = changes.join(deployments["finished_at"], on="deployment_id")
    late = deployed[deployed["committed_at"] > deployed["finished_at"]]
    assert set(late["change_id"]) == {"053bab2be5", "cc04786c25"}
    assert set(late["deployment_id"]) == {"D-050"}


def test_one_deployment_caused_three_incidents_that_overlap(incidents: pd.DataFrame) -> None:
    three = incidents.loc[["I-24", "I-25", "I-27"]]
    assert list(three["deployment_id"].unique()) == ["D-066"]
    assert three["started_at"].max() < three["resolved_at"].min()


@pytest.mark.parametrize(
    ("earlier", "later"), [("I-09", "I-10"), ("I-15", "I-16"), ("I-24", "I-26"), ("I-29", "I-30")]
)
def test_incidents_overlap(incidents: pd.DataFrame, earlier: str, later: str) -> None:
    assert incidents.loc[later, "started_at"] < incidents.loc[earlier, "resolved_at"]


def test_outages_of_others_name_no_deployment(incidents: pd.DataFrame) -> None:
    nobody = incidents.index[incidents["deployment_id"].isna()]
    assert list(nobody) == ["I-01", "I-11", "I-18", "I-21", "I-26", "I-34"]


def test_one_incident_is_still_open(incidents: pd.DataFrame) -> None:
    still_open = incidents[incidents["resolved_at"].isna()]
    assert list(still_open.index) == ["I-36"]
    assert list(still_open["deployment_id"]) == ["D-100"]


def test_some_finish_on_another_day_in_berlin_than_in_utc(deployments: pd.DataFrame) -> None:
    finished = deployments["finished_at"]
    other = finished.dt.tz_convert(BERLIN).dt.date != finished.dt.date
    assert list(finished.index[other]) == ["D-029", "D-040", "D-041", "D-056", "D-078", "D-079"]


def test_some_weeks_have_no_deployment(deployments: pd.DataFrame) -> None:
    finished = deployments.loc[deployments["status"] == "succeeded", "finished_at"]
    local = finished.dt.tz_convert(BERLIN).dt.tz_localize(None)
    weeks = pd.period_range("2025-01-01", "2026-01-04", freq="W")
    empty = weeks.difference(pd.PeriodIndex(local.dt.to_period("W")))
    assert list(empty.start_time.strftime("%m-%d")) == [
        *("07-07", "07-14", "08-04"),
        *("12-08", "12-22", "12-29"),
    ]


def test_some_changes_were_never_deployed(changes: pd.DataFrame) -> None:
    waiting = changes[changes["deployment_id"].isna()]
    assert len(waiting) == 27
    assert (waiting["committed_at"] < pd.Timestamp("2025-04-05", tz="UTC")).sum() == 3
    deployed = set(changes.dropna(subset="deployment_id")["change_id"])
    assert deployed.isdisjoint(waiting["change_id"])
