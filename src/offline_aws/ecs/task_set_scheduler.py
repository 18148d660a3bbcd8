"""Task sets: each has its share of the service's tasks."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from offline_aws.ecs import group_tasks, notices
from offline_aws.ecs.group_tasks import Look
from offline_aws.ecs.outcomes import task_changed
from offline_aws.ecs.store import Service, TaskSet
from offline_aws.operations import Call


def step(call: Call, service: Service, seen: Look) -> None:
    """Start and stop what each task set lacks or has too many of, and note which are stable."""
    for task_set in list(service.groups):
        if task_set.status == "DRAINING":
            group_tasks.stop(call, service, task_set, task_set.live, task_changed)
            if not task_set.there:
                service.groups.remove(task_set)
            continue
        task_set.desired = computed(service, task_set)
        missing = task_set.desired - len(task_set.live)
        group_tasks.start(call, service, task_set, missing, task_changed)
        excess = group_tasks.to_stop_first(task_set, seen, -missing)
        group_tasks.stop(call, service, task_set, excess, task_changed)
        _note_stability(call, service, task_set, seen)


def computed(service: Service, task_set: TaskSet) -> int:
    """Return the computedDesiredCount: always rounded up."""
    return ceil(service.desired * Fraction(str(task_set.scale)) / 100)


def _note_stability(call: Call, service: Service, task_set: TaskSet, seen: Look) -> None:
    healthy = sum(seen.healthy(task) for task in task_set.live)
    stable = len(task_set.there) == healthy == task_set.desired
    status = "STEADY_STATE" if stable else "STABILIZING"
    if status != task_set.stability:
        now = call.clock.now()
        task_set.stability, task_set.stability_at, task_set.updated = status, now, now
        if stable:
            notices.service_action(
                call, service, "INFO", "TASKSET_STEADY_STATE", taskSetArns=[task_set.arn]
            )
            notices.note(call, service, f"(taskSet {task_set.id}) has reached a steady state.")
    steady = all(group.stability == "STEADY_STATE" for group in service.groups)
    if steady and not service.steady:
        notices.note(call, service, "has reached a steady state.")
        notices.service_action(call, service, "INFO", "SERVICE_STEADY_STATE")
    service.steady = steady
