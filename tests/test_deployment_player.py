"""The deployment player, on the shop of chapter 04 and a release that trips its alarm."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets as w
import pytest

from devops_workbook import DeploymentPlayer, chapters
from devops_workbook.chapters.safe_deployments.operate import deploy
from devops_workbook.lab import Lab
from devops_workbook.stepped_view import widget

CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapters.load("safe-deployments"), recording=False)
    lab.catch_up("predict")
    yield lab
    lab.close()


@pytest.fixture(scope="module")
def told(lab: Lab) -> tuple[DeploymentPlayer, str]:
    """Return the player of a bad canary that has come to its end, and what it said on the way."""
    player = DeploymentPlayer(deploy("1.5.0", config=CANARY), lab.clock)
    return player, player.settle()


def test_it_tells_of_weights_events_the_alarm_and_the_rollback(
    told: tuple[DeploymentPlayer, str],
) -> None:
    player, said = told
    assert "replacement (orders-green): 10 %, 4 tasks run." in said
    assert "Install: succeeded." in said
    assert "stopped. ALARM_ACTIVE" in said
    state = player.state()
    assert state.rollback is not None
    assert f"Deployment {state.rollback.id}: succeeded." in said
    assert said.endswith("nothing more happens by itself.")


def test_its_table_has_the_alarms_and_the_failures_of_the_new_version(
    told: tuple[DeploymentPlayer, str],
) -> None:
    rows = {row[0]: row for row in told[0].table().rows}
    assert rows["alarm orders-green"][1] == "ALARM"
    assert rows["alarm orders-blue"][1] == "OK"
    assert any("of those to the new version" in row[3] for row in told[0].table().rows)


def test_in_a_terminal_it_is_text_and_in_a_notebook_a_picture_with_buttons(
    told: tuple[DeploymentPlayer, str],
) -> None:
    player = told[0]
    bundle = player._repr_mimebundle_()
    assert "AllowTraffic" in bundle["text/plain"]
    assert "<img alt=" in bundle["text/html"]
    box = widget(player)
    assert isinstance(box, w.VBox)
    buttons = [each for each in box.children[1].children if isinstance(each, w.Button)]
    assert [each.description for each in buttons] == [
        "To the next change",
        "One minute on",
        "Five minutes on",
        "Look again",
    ]
