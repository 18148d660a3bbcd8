"""Start a task: of a service, or by RunTask and StartTask."""

from __future__ import annotations

from typing import Any

from offline_aws.ecs import placement
from offline_aws.ecs.fargate import units
from offline_aws.ecs.lifecycle import Changed, Course
from offline_aws.ecs.names import arn, new_id, new_uuid
from offline_aws.ecs.store import Run, Shape, Store, Task
from offline_aws.operations import Call

_FARGATE = ("FARGATE", "FARGATE_SPOT")
_PLATFORM = "1.4.0"


def resolved_settings(given: Shape, cluster: Shape) -> Shape:
    """Return settings with the launch type that follows from them and from the cluster."""
    settings = dict(given)
    if not settings.get("launchType") and not settings.get("capacityProviderStrategy"):
        strategy = cluster.get("defaultCapacityProviderStrategy")
        settings["capacityProviderStrategy"] = strategy or []
        settings["launchType"] = "" if strategy else "EC2"
    if is_fargate(settings):
        settings["platformVersion"] = _platform(settings.get("platformVersion"))
        settings["platformFamily"] = "Linux"
    return settings


def _platform(given: str | None) -> str:
    return _PLATFORM if given in (None, "", "LATEST") else str(given)


def is_fargate(settings: Shape) -> bool:
    """Return whether tasks run on Fargate."""
    return settings.get("launchType") == "FARGATE" or provider_of(settings) in _FARGATE


def provider_of(settings: Shape) -> str:
    """Return the capacity provider of tasks, "" for none: the first with the largest weight."""
    strategy = settings.get("capacityProviderStrategy") or []
    if not strategy:
        return ""
    return str(max(strategy, key=lambda each: each.get("weight", 0))["capacityProvider"])


def launch(
    call: Call,
    cluster: str,
    definition: Shape,
    settings: Shape,
    changed: Changed,
    instance: str = "",
    **more: Any,
) -> Task:
    """Make a task, give it a place and start it. Raises ``CannotPlace``."""
    identifier = new_id(call)
    fargate = is_fargate(settings)
    task = Task(
        id=identifier,
        arn=arn(call, f"task/{cluster}/{identifier}"),
        cluster=cluster,
        definition=definition,
        launch_type="FARGATE" if fargate else "EC2",
        created=call.clock.now(),
        runs=[],
        settings=_task_settings(settings, definition, fargate),
        **more,
    )
    task.runs = [_run(call, task, each) for each in definition["containerDefinitions"]]
    count = len(call.state(Store).tasks)
    if not fargate:
        placement.place(call, task, instance)
    if definition.get("networkMode") == "awsvpc":
        placement.attach(call, task, settings["networkConfiguration"], count)
    Course(call, task, changed).begin()
    return task


def _task_settings(settings: Shape, definition: Shape, fargate: bool) -> Shape:
    overrides = {
        "containerOverrides": [{"name": c["name"]} for c in definition["containerDefinitions"]],
        "inferenceAcceleratorOverrides": [],
    }
    given = settings.get("overrides", {})
    for each in given.get("containerOverrides", []):
        for mine in overrides["containerOverrides"]:
            if mine["name"] == each.get("name"):
                mine.update(each)
    overrides |= {n: v for n, v in given.items() if n not in overrides}
    made = {
        "overrides": overrides,
        "enableExecuteCommand": settings.get("enableExecuteCommand", False),
    }
    sizes = {"cpu": ("vcpu", definition.get("cpu")), "memory": ("gb", definition.get("memory"))}
    for name, (unit, default) in sizes.items():
        if text := given.get(name) or default:
            made[name] = str(units(str(text), unit))
    for name in ("tags", "platformVersion"):
        if settings.get(name):
            made[name] = settings[name]
    if provider := provider_of(settings):
        made["capacityProviderName"] = provider
    return made


def _run(call: Call, task: Task, definition: Shape) -> Run:
    place = f"container/{task.cluster}/{task.id}/{new_uuid(call)}"
    return Run(definition, arn(call, place), definition["image"])
