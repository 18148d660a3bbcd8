"""The exercise on ECS: bring a new version by replacing what runs, with a way back."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.running_containers import ecs
from devops_workbook.chapters.running_containers.account import (
    chapter,
    main_container,
    there,
    version_of,
)
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

_WANTED = "1.4.1"


def arrange_service(lab: Lab) -> None:
    """The service with 1.4.0, as in the worked example: nothing watches its deployments."""
    ecs.deploy(Recorder(), "1.4.0", settings={"maximumPercent": 200})
    ecs.settle(lab)


@chapter.exercise(
    "replace",
    title="Roll forward by replacing",
    minutes=5,
    hints=(
        "register_task_definition with the same family makes a new revision. "
        'ecs.definition("1.4.1") returns all its arguments.',
        "update_service takes taskDefinition and deploymentConfiguration. Then move the clock "
        "until the service has settled: ecs.settle(lab).",
        'deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}}',
    ),
    arrange=arrange_service,
)
def check_replace(lab: Lab, answer: Any) -> str:
    """The service runs 1.4.1 alone, on new tasks, with a circuit breaker that goes back."""
    found = there(ecs.service(), "replace", "The service orders")
    versions = ecs.versions()
    image = version_of(main_container(ecs.definition_of()["containerDefinitions"])["image"])
    if image == "1.4.0" and set(versions) == {"1.4.0"}:
        raise NotStarted("The service orders runs 1.4.0, as before.")
    require(image == _WANTED, f"The service is set to {image}. It should be {_WANTED}.")
    breaker = found["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    require(
        breaker.get("enable") and breaker.get("rollback"),
        "It is released without a way back: its circuit breaker is "
        f"{'on, and does not roll back' if breaker.get('enable') else 'off'}. The next version "
        "may never get healthy.",
    )
    require(
        found["deploymentConfiguration"].get("minimumHealthyPercent", 100) > 0,
        "Its minimumHealthyPercent is 0: ECS may stop all old tasks before a new one serves, and "
        "then nobody is served for a while.",
    )
    require(
        found["desiredCount"] >= ecs.TASKS,
        f"It is asked for {found['desiredCount']} tasks now, and {ecs.TASKS} served the customers "
        "before: a release does not change how many there are.",
    )
    if set(versions) != {_WANTED} or not ecs.has_settled():
        raise NotYet(
            f"The service is on its way: its tasks are {', '.join(versions)}. Move the clock until "
            "it has settled."
        )
    return (
        f"{len(versions)} tasks of {_WANTED}, started in this release. Nothing of the old ones was "
        "changed; they are gone."
    )
