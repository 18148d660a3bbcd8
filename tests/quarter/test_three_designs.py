"""The capstone built in three ways: what was built decides what the quarter measures."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from devops_workbook import dora, open_lab
from devops_workbook.chapters.capstone import play
from devops_workbook.chapters.capstone.before import measured as before
from devops_workbook.chapters.capstone.reference import Design, build_all
from devops_workbook.chapters.capstone.the_quarter import measured
from devops_workbook.quarter import Quarter

CAREFUL = Design(canary=5)
SOUND = Design()
BARE = Design(tests=False, approval=True, alarms=False, rollback=False, traces=False)


@cache
def played(design: Design) -> tuple[Quarter, dora.Metrics]:
    """Build a design, play the quarter over it, and measure."""
    lab = open_lab("capstone")
    lab.recording = False
    build_all(lab, design)
    quarter = play(lab)
    found = quarter, measured(quarter)
    lab.close()
    return found


def metric(design: Design, name: str) -> Any:
    return getattr(played(design)[1], name).value


def test_every_design_releases_what_the_team_makes() -> None:
    for design in (CAREFUL, SOUND, BARE):
        assert 15 <= played(design)[1].deployment_frequency.n <= 30


def test_who_waits_for_an_approval_is_slower_from_a_commit_to_production() -> None:
    careful, sound, bare = (metric(each, "change_lead_time") for each in (CAREFUL, SOUND, BARE))
    assert sound < 0.25  # hours
    assert sound < careful < 1 < bare


def test_tests_and_a_canary_keep_mistakes_from_customers() -> None:
    careful, sound, bare = (metric(each, "change_fail_rate") for each in (CAREFUL, SOUND, BARE))
    assert careful < sound < bare


def test_a_rollback_recovers_in_minutes_and_people_without_alarms_in_hours() -> None:
    assert metric(SOUND, "failed_deployment_recovery_time") < 0.25  # hours
    assert metric(BARE, "failed_deployment_recovery_time") > 1


def test_traces_and_alarms_end_an_outage_sooner() -> None:
    assert metric(SOUND, "mttr") < metric(BARE, "mttr")


def test_customers_are_harmed_least_by_the_most_careful() -> None:
    careful, sound, bare = (played(each)[0].harmed for each in (CAREFUL, SOUND, BARE))
    assert careful < sound < bare


def test_somebody_is_called_only_where_there_are_alarms() -> None:
    assert played(BARE)[0].called == 0
    assert played(SOUND)[0].called > 0


@pytest.mark.parametrize("name", ["change_lead_time", "failed_deployment_recovery_time"])
def test_the_sound_design_beats_the_quarter_by_hand_beyond_chance(name: str) -> None:
    compared = dora.compare(before(), played(SOUND)[1])
    assert compared.rows[name].verdict == "better"


@pytest.mark.parametrize("name", ["deployment_frequency", "change_fail_rate"])
def test_what_may_be_chance_is_called_so(name: str) -> None:
    compared = dora.compare(before(), played(SOUND)[1])
    assert compared.rows[name].verdict == "no clear difference"
