"""Rolling deployments: so many tasks at least, so many at most, until all are of the new kind."""

from __future__ import annotations

from offline_aws.ecs import deployments, group_tasks, notices
from offline_aws.ecs.group_tasks import Look
from offline_aws.ecs.names import ecs
from offline_aws.ecs.outcomes import task_changed, wake
from offline_aws.ecs.store import Deployment, Service
from offline_aws.operations import Call

_MIN, _MAX = 100, 200


def step(call: Call, service: Service, seen: Look) -> None:
    """Take the next step of the deployment, or keep the service as it is."""
    primary: Deployment = service.primary
    primary.desired = service.desired
    if primary.state == "IN_PROGRESS" and deployments.breaker_opens(service, primary):
        primary = deployments.fail_by_breaker(call, service, primary)
    if service.settings.get("schedulingStrategy") == "DAEMON":
        primary.desired = service.desired = _daemons(call, service)
    _start(call, service, primary)
    _stop_old(call, service, primary, seen)
    _scale_in(call, service, primary, seen)
    _note_steadiness(call, service, primary, seen)


def resets(service: Service) -> bool:
    """Return whether a healthy task ends a row of failures."""
    breaker = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    return bool(breaker.get("resetOnHealthyTask", True))


def _limits(service: Service) -> tuple[int, int]:
    configuration = service.settings["deploymentConfiguration"]
    least = configuration.get("minimumHealthyPercent", _MIN)
    most = configuration.get("maximumPercent", _MAX)
    # The least rounds up, the most rounds down.
    return -(-service.desired * least // 100), service.desired * most // 100


def _start(call: Call, service: Service, primary: Deployment) -> None:
    _, most = _limits(service)
    there = sum(len(group.there) for group in service.groups)
    wanted = min(primary.desired - len(primary.live), most - there)
    group_tasks.start(call, service, primary, wanted, task_changed)


def _stop_old(call: Call, service: Service, primary: Deployment, seen: Look) -> None:
    """Stop tasks of earlier deployments, as long as enough healthy ones remain."""
    least, _ = _limits(service)
    healthy = sum(seen.healthy(task) for task in service.tasks)
    for group in service.groups:
        if group is primary:
            continue
        stopped = []
        for task in group_tasks.to_stop_first(group, seen, len(group.live)):
            if seen.healthy(task):
                if healthy - 1 < least:
                    break
                healthy -= 1
            stopped.append(task)
        group_tasks.stop(call, service, group, stopped, task_changed)
        group.desired = len(group.live)


def _scale_in(call: Call, service: Service, primary: Deployment, seen: Look) -> None:
    excess = len(primary.live) - primary.desired
    tasks = group_tasks.to_stop_first(primary, seen, excess)
    group_tasks.stop(call, service, primary, tasks, task_changed)


def _note_steadiness(call: Call, service: Service, primary: Deployment, seen: Look) -> None:
    healthy = sum(seen.healthy(task) for task in primary.live)
    others = any(group.there for group in service.groups if group is not primary)
    steady = len(primary.there) == healthy == primary.desired and not others
    if not steady:
        service.steady, primary.completes_at = False, None
        return
    service.groups = [primary]
    now = call.clock.now()
    if primary.state == "IN_PROGRESS":
        if primary.completes_at is None:
            primary.completes_at = now + deployments.bake_time(call, service, primary)
        if now < primary.completes_at:
            wake(call, service, primary.completes_at - now)
            return
        deployments.complete(call, service, primary)
    if not service.steady:
        service.steady = True
        notices.note(call, service, "has reached a steady state.")
        notices.service_action(call, service, "INFO", "SERVICE_STEADY_STATE")


def _daemons(call: Call, service: Service) -> int:
    """Return how many tasks a daemon service has: one on each active container instance."""
    found = ecs(call).list_container_instances(cluster=service.cluster, status="ACTIVE")
    return len(found["containerInstanceArns"])
