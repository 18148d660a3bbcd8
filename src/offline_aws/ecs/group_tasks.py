"""How the tasks of a service are, and how more are started and some stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from offline_aws.ecs import notices
from offline_aws.ecs.definitions import find_definition
from offline_aws.ecs.launch import launch
from offline_aws.ecs.lifecycle import Changed, Course
from offline_aws.ecs.placement import CannotPlace
from offline_aws.ecs.shapes import health_of_task
from offline_aws.ecs.store import Group, Service, Shape, Task, TaskSet
from offline_aws.ecs.targets import target_health
from offline_aws.errors import AwsError
from offline_aws.operations import Call

#: What a target of a group that gets no traffic is: nobody checks it, so nobody finds it ill.
_WELL = ("healthy", "unused", "unavailable")
_SECTION = (
    "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."
)


@dataclass(frozen=True)
class Cause:
    """Why a task is unhealthy: its stoppedReason, and the event of the service, "" for none."""

    reason: str
    event: str = ""


@dataclass(frozen=True)
class Look:
    """The health of a service's tasks at one moment."""

    now: datetime
    targets: dict[tuple[str, str, int], Shape]

    def healthy(self, task: Task) -> bool:
        """Return whether a task runs and passes every check that it has."""
        if not task.running or not task.live:
            return False
        checked = any(run.definition.get("healthCheck") for run in task.runs)
        if checked and health_of_task(task, self.now) != "HEALTHY":
            return False
        found = [self.targets.get(target, {}).get("State") for target in task.targets]
        return all(state in _WELL for state in found)

    def unhealthy(self, task: Task) -> Cause | None:
        """Return why a task has to be replaced, None if it has not."""
        if health_of_task(task, self.now) == "UNHEALTHY":
            return Cause(
                "Task failed container health checks",
                f"(task {task.id}) failed container health checks.",
            )
        for target in task.targets:
            health = self.targets.get(target, {})
            if health.get("State") == "unhealthy":
                arn, host, port = target
                where = f"(instance {host}) (port {port})" if task.instance else f"(port {port})"
                return Cause(
                    f"Task failed ELB health checks in (target-group {arn})",
                    f"{where} is unhealthy in (target-group {arn}) due to (reason "
                    f"{health['Description']}).",
                )
        return None


def look_at(call: Call, service: Service) -> Look:
    """Look at the health of all tasks of a service."""
    return Look(call.clock.now(), target_health(call, service.tasks))


def start(call: Call, service: Service, group: Group, count: int, changed: Changed) -> int:
    """Start tasks of a group; return how many there was room for."""
    now = call.clock.now()
    if count <= 0 or group.frozen or (group.not_before and now < group.not_before):
        return 0
    started: list[Task] = []
    problem = ""
    definition: Shape = {}
    for _ in range(count):
        try:
            # Once for all: nothing but the clock changes it, and that stands still here.
            definition = definition or find_definition(call, group.settings["taskDefinition"])
            started.append(_launch(call, service, group, definition, changed))
        except CannotPlace as error:
            problem = (
                "was unable to place a task because no container instance met all of its "
                f"requirements. Reason: {error} {_SECTION}"
            )
            break
        except (AwsError, ClientError) as error:
            text = error.message if isinstance(error, AwsError) else str(error)
            problem = f"was unable to place a task. Reason: {text}. {_SECTION}"
            break
    if problem and not group.unplaced:
        notices.note(call, service, problem)
        notices.service_action(call, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE")
    group.unplaced = bool(problem)
    if started:
        ids = " ".join(f"(task {task.id})" for task in started)
        notices.note(call, service, f"has started {len(started)} tasks: {ids}.")
    return len(started)


def _launch(
    call: Call, service: Service, group: Group, definition: Shape, changed: Changed
) -> Task:
    settings = {**group.settings, "tags": _tags(service, definition)}
    settings["enableExecuteCommand"] = service.settings.get("enableExecuteCommand", False)
    by = f"{group.id}"
    task = launch(
        call,
        service.cluster,
        definition,
        settings,
        changed,
        group=f"service:{service.name}",
        started_by=by,
        service=service.name,
        load_balancers=group.settings.get("loadBalancers", []),
    )
    group.tasks.append(task)
    return task


def _tags(service: Service, definition: Shape) -> list[Shape]:
    tags: list[Shape] = []
    wanted = service.settings.get("propagateTags")
    if wanted == "SERVICE":
        tags += service.settings.get("tags", [])
    if wanted == "TASK_DEFINITION":
        tags += definition.get("tags", [])
    if service.settings.get("enableECSManagedTags"):
        tags += [
            {"key": "aws:ecs:clusterName", "value": service.cluster},
            {"key": "aws:ecs:serviceName", "value": service.name},
        ]
    return tags


def stop(call: Call, service: Service, group: Group, tasks: list[Task], changed: Changed) -> None:
    """Stop tasks because there are too many of them."""
    if not tasks:
        return
    kind = "taskSet" if isinstance(group, TaskSet) else "deployment"
    reason = f"Scaling activity initiated by ({kind} {group.id})"
    ids = " ".join(f"(task {task.id})" for task in tasks)
    registered = [task for task in tasks if task.targets]
    if registered:
        notices.note(call, service, f"has begun draining connections on {len(registered)} tasks.")
    for task in tasks:
        Course(call, task, changed).stop("ServiceSchedulerInitiated", reason)
    notices.note(call, service, f"has stopped {len(tasks)} running tasks: {ids}.")


def to_stop_first(group: Group, seen: Look, count: int) -> list[Task]:
    """Return the tasks to stop of a group that has too many: the ill, then the newest."""
    places = {task.id: place for place, task in enumerate(group.live)}
    ordered = sorted(
        group.live, key=lambda task: (seen.healthy(task), task.running, -places[task.id])
    )
    return ordered[: max(0, count)]
