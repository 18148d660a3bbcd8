"""The picture of a deployment, drawn from states that were made up for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from devops_workbook.deployment_picture import DeploymentPicture
from devops_workbook.deployment_state import (
    Alarm,
    DeploymentState,
    Event,
    Minute,
    Target,
    Weight,
)

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOSTILE = '"><script>alert("orders & co")</script>'


def state(status: str = "in progress", error: str = "", **more: object) -> DeploymentState:
    events = (
        Event("BeforeInstall", "succeeded", NINE, NINE + timedelta(seconds=1)),
        Event("Install", "in progress", NINE + timedelta(seconds=1)),
        Event("AfterInstall", "pending"),
    )
    weights = (Weight("original (blue)", 90, "4 tasks run"), Weight("replacement (green)", 10))
    target = Target("shop:orders", status, events, weights)
    return DeploymentState(
        "d-1",
        status,
        "Canary",
        "production",
        NINE,
        None,
        (target,),
        error,
        **more,  # type: ignore[arg-type]
    )


def texts(picture: DeploymentPicture) -> str:
    root = ElementTree.fromstring(picture.to_svg())
    return " | ".join(text for text in root.itertext() if text.strip())


def test_weights_events_and_alarms_stand_in_words() -> None:
    picture = DeploymentPicture(state(), (Alarm("orders-blue", "OK"),))
    said = texts(picture)
    for words in ("90 %", "10 %", "Install in progress", "alarm orders-blue: OK"):
        assert words in said
    assert "original (blue) gets 90 % of the requests." in picture.alt
    assert "AfterInstall pending" in picture.alt


def test_each_status_has_a_mark_of_its_own() -> None:
    said = texts(DeploymentPicture(state(), (Alarm("a", "ALARM"), Alarm("b", "OK"))))
    assert {"✓", "▶", "✗", "○"} <= set(said)


def test_failures_are_told_of_all_and_of_the_new_version() -> None:
    minutes = (Minute(NINE, 600, 6), Minute(NINE + timedelta(minutes=1), 600, 6, 60, 3))
    picture = DeploymentPicture(state(), (), minutes)
    assert "09:00 1.0, 09:01 1.0 (new version 5.0)" in picture.alt
    assert "of the new version (outlined)" in texts(picture)


def test_a_rollback_brings_its_weights_and_leaves_the_events() -> None:
    back = DeploymentState(
        "d-2",
        "succeeded",
        "AllAtOnce",
        "production",
        NINE,
        NINE,
        (Target("shop:orders", "succeeded", (), (Weight("original (blue)", 100),)),),
    )
    picture = DeploymentPicture(state("stopped", "ALARM_ACTIVE: stopped", rollback=back))
    said = texts(picture)
    assert "rolled back by d-2: succeeded" in said
    assert "100 %" in said
    assert "90 %" not in said
    assert "BeforeInstall succeeded" in said
    assert picture.state.working is False


def test_what_aws_says_is_escaped() -> None:
    picture = DeploymentPicture(state("failed", HOSTILE))
    assert "<script>" not in picture.to_html()
    assert 'alert("orders & co")' in texts(picture)


def test_targets_that_were_not_touched_are_one_line_each() -> None:
    skipped = Target("i-2", "skipped", (Event("Install", "skipped"),))
    failed = Target("i-1", "failed", (Event("Install", "failed", NINE, NINE, "it is there"),))
    whole = DeploymentState("d-1", "failed", "OneAtATime", "p", NINE, NINE, (failed, skipped))
    said = texts(DeploymentPicture(whole))
    assert "Install: it is there" in said
    assert "i-2: skipped" in said
    assert said.count("Install") == 2
