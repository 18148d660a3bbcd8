"""The service scheduler: it looks at a service whenever something about it is another."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from offline_aws.ecs import deployments, notices, rolling, task_set_scheduler
from offline_aws.ecs.group_tasks import Look, look_at
from offline_aws.ecs.lifecycle import Course
from offline_aws.ecs.outcomes import task_changed, wake
from offline_aws.ecs.store import Deployment, Group, Service, Store
from offline_aws.event_bus import Event, EventBus
from offline_aws.operations import Call
from offline_aws.workloads import workloads_of


def watch(call: Call) -> None:
    """Hear of the health of targets and of alarms, from the first service on."""
    store = call.state(Store)
    if store.listening:
        return
    store.listening, store.look = True, look
    name = f"ecs/{call.account}/{call.region}"
    workloads_of(call).listen_to_health(name, partial(_health_changed, call))
    call.state(EventBus).listen(partial(_event, call))


def look(call: Call, service: Service) -> None:
    """Bring a service one step nearer to what it should be."""
    if service.status == "INACTIVE":
        return
    seen = look_at(call, service)
    for group in service.groups:
        _count_health(service, group, seen)
        _stop_unhealthy(call, service, group, seen)
    if service.status == "DRAINING":
        _drain(call, service)
    elif service.course is not None:
        service.course.look(seen)
    elif service.controller == "ECS":
        rolling.step(call, service, seen)
    else:
        task_set_scheduler.step(call, service, seen)
    for group in service.groups:
        if group.not_before is not None and group.not_before > call.clock.now():
            wake(call, service, group.not_before - call.clock.now())


def _count_health(service: Service, group: Group, seen: Look) -> None:
    """Note which tasks have become healthy; that ends a row of failures."""
    for task in group.live:
        if seen.healthy(task) and not task.was_healthy:
            task.was_healthy = True
            group.failed_starts, group.not_before = 0, None
            if rolling.resets(service):
                group.failed = 0


def _stop_unhealthy(call: Call, service: Service, group: Group, seen: Look) -> None:
    """Stop the tasks whose health checks fail once their grace period is over."""
    grace = timedelta(seconds=service.settings.get("healthCheckGracePeriodSeconds") or 0)
    for task in group.live:
        cause = seen.unhealthy(task)
        if not cause or not task.running:
            continue
        over = task.times["startedAt"] + grace
        if call.clock.now() < over:
            wake(call, service, over - call.clock.now())
            continue
        task.failed_health = True
        if cause.event:
            notices.note(call, service, cause.event)
        Course(call, task, task_changed).stop("ServiceSchedulerInitiated", cause.reason)


def _drain(call: Call, service: Service) -> None:
    """End a deleted service when its tasks have."""
    for group in service.groups:
        for task in group.live:
            reason = f"Scaling activity initiated by (deployment {group.id})"
            Course(call, task, task_changed).stop("ServiceSchedulerInitiated", reason)
    if not any(group.there for group in service.groups):
        service.status, service.groups = "INACTIVE", []


def _health_changed(call: Call, target_group: str) -> None:
    for service in call.state(Store).services.values():
        if any(t[0] == target_group for task in service.tasks for t in task.targets):
            wake(call, service)


def _event(call: Call, event: Event) -> None:
    if event.detail_type == "CloudWatch Alarm State Change":
        state = event.detail.get("state", {}).get("value")
        name = str(event.detail.get("alarmName", ""))
        for service in call.state(Store).services.values():
            if state == "ALARM" and service.status == "ACTIVE":
                _alarm(call, service, name)


def _alarm(call: Call, service: Service, name: str) -> None:
    """Fail the deployment that watches an alarm which has gone off."""
    primary = service.primary
    watches = isinstance(primary, Deployment) and name in primary.watched_alarms
    if not watches or primary.state != "IN_PROGRESS":
        return
    deployments.note_alarm(service, primary, name)
    if service.course is not None:
        service.course.fail(deployments.ALARM_DETECTED, "alarm detected.")
    else:
        deployments.fail_by_alarm(call, service, primary)
    wake(call, service)
