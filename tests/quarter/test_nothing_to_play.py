"""An account that is not ready for a quarter is refused in one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.capstone import bad_release, deploy, fire_drill, ground_plan, play
from devops_workbook.chapters.capstone.reference import build_release, build_service
from devops_workbook.lab import Lab
from devops_workbook.quarter import NothingToPlayError


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("capstone")
    yield lab
    lab.close()


def test_without_a_load_balancer_no_customer_can_come(lab: Lab) -> None:
    with pytest.raises(NothingToPlayError, match=r"no load balancer shop .* ground plan first\.$"):
        fire_drill(lab)


def test_without_a_service_nobody_answers_customers(lab: Lab) -> None:
    deploy(lab, ground_plan())
    with pytest.raises(NothingToPlayError, match=r"Nothing behind the load balancer .*minute\.$"):
        fire_drill(lab)


def test_a_pipeline_that_does_not_deploy_is_not_enough(lab: Lab) -> None:
    build_service(lab)
    for of_the_team in (play, bad_release):
        with pytest.raises(NothingToPlayError, match=r"has no action that deploys.* first\.$"):
            of_the_team(lab)


def test_without_a_pipeline_the_team_cannot_release(lab: Lab) -> None:
    deploy(lab, ground_plan())
    for of_the_team in (play, bad_release):
        with pytest.raises(NothingToPlayError, match=r"There is no pipeline orders .*\.$"):
            of_the_team(lab)


@pytest.mark.parametrize("weeks", [0, -1, 14])
def test_a_quarter_has_thirteen_weeks(lab: Lab, weeks: int) -> None:
    with pytest.raises(ValueError, match=rf"^A quarter has 13 weeks: .*, not {weeks}\.$"):
        play(lab, weeks=weeks)


def test_weeks_in_which_nothing_is_planned_are_too_few(lab: Lab) -> None:
    build_release(lab)
    before = lab.clock.now()
    with pytest.raises(NothingToPlayError, match=r"^Nothing is planned before .*: play more weeks"):
        play(lab, weeks=1, seed=13)
    assert lab.clock.now() == before
