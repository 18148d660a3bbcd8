"""Deployments that fail, by the circuit breaker, by an alarm or by hand, and their way back."""

from __future__ import annotations

from offline_aws.ecs import notices
from offline_aws.ecs.deployments import finish, push, service_deployment, threshold
from offline_aws.ecs.store import Deployment, Service, ServiceDeployment
from offline_aws.operations import Call

_BREAKER = "ECS deployment circuit breaker"
#: AWS's own text is not known.
ALARM_DETECTED = "ECS deployment alarm: alarm detected."


def breaker_opens(service: Service, deployment: Deployment) -> bool:
    """Return whether a deployment has failed too often for its circuit breaker."""
    breaker = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    of = service_deployment(service, deployment)
    if of is not None and of.breaker["status"] == "MONITORING":
        of.breaker["failureCount"] = deployment.failed
    return bool(breaker.get("enable")) and deployment.failed >= threshold(service)


def fail_by_breaker(call: Call, service: Service, deployment: Deployment) -> Deployment:
    """Fail a deployment whose tasks did not start; return the one that is primary now."""
    of = service_deployment(service, deployment)
    if of is not None:
        of.breaker["status"] = "TRIGGERED"
    breaker = service.settings["deploymentConfiguration"]["deploymentCircuitBreaker"]
    reason = f"{_BREAKER}: tasks failed to start."
    return _fail(
        call, service, deployment, reason, "tasks failed to start.", breaker.get("rollback", False)
    )


def note_alarm(service: Service, deployment: Deployment, name: str) -> None:
    """Note which alarm went off during a deployment."""
    of = service_deployment(service, deployment)
    if of is not None:
        of.alarms |= {"status": "TRIGGERED", "triggeredAlarmNames": [name]}


def fail_by_alarm(call: Call, service: Service, deployment: Deployment) -> Deployment:
    """Fail a deployment during which an alarm went off; return the one that is primary now."""
    alarms = service.settings["deploymentConfiguration"]["alarms"]
    back = alarms["rollback"]
    return _fail(call, service, deployment, ALARM_DETECTED, "alarm detected.", back)


def _fail(
    call: Call, service: Service, deployment: Deployment, reason: str, event: str, back: bool
) -> Deployment:
    note_failure(call, service, deployment, reason, event)
    of = service_deployment(service, deployment)
    if deployment.rolls_back:
        finish(call, of, "ROLLBACK_FAILED", reason)
        return deployment
    if not back or service.completed is None:
        finish(call, of, "STOPPED", reason)
        return deployment
    return roll_back(call, service, deployment, reason)


def note_failure(
    call: Call, service: Service, deployment: Deployment, reason: str, event: str
) -> None:
    """Note that a deployment has failed, which starts no task any more."""
    deployment.state, deployment.reason = "FAILED", reason
    deployment.updated, deployment.frozen = call.clock.now(), True
    notices.note(call, service, f"(deployment {deployment.id}) deployment failed: {event}")
    name = "SERVICE_DEPLOYMENT_FAILED"
    notices.deployment_changed(call, service, deployment.id, "ERROR", name, reason)


def return_to(
    call: Call, service: Service, failed: Deployment, good: Deployment, reason: str
) -> None:
    """Make a deployment whose tasks are still there the primary one again."""
    now = call.clock.now()
    service.settings |= good.given
    failed.status, good.status, good.updated = "ACTIVE", "PRIMARY", now
    service.groups = [good, *(group for group in service.groups if group is not good)]
    notices.note(call, service, f"rolling back to deployment {good.id}.")
    _note_rollback(call, service_deployment(service, failed), good, reason)


def roll_back(call: Call, service: Service, deployment: Deployment, reason: str) -> Deployment:
    """Begin a deployment of what was deployed last with success, and return it."""
    good = service.completed
    if good is None:
        return deployment
    service.settings |= good.given
    cause = reason.partition(":")[0]
    back = push(call, service, good.settings, good.revision)
    back.rolls_back, back.of = cause, deployment.of
    back.reason = f"{cause}: rolling back to deploymentId {good.id}."
    deployment.frozen = True
    notices.note(call, service, f"rolling back to deployment {good.id}.")
    name = "SERVICE_DEPLOYMENT_IN_PROGRESS"
    notices.deployment_changed(call, service, back.id, "INFO", name, back.reason)
    _note_rollback(call, service_deployment(service, deployment), good, reason)
    back.given = good.given
    return back


def _note_rollback(call: Call, of: ServiceDeployment | None, good: Deployment, reason: str) -> None:
    if of is not None:
        now = call.clock.now()
        of.status, of.reason, of.updated = "ROLLBACK_IN_PROGRESS", reason, now
        of.rollback = {"reason": reason, "startedAt": now, "serviceRevisionArn": good.revision}


def stop(call: Call, service: Service, reason: str) -> None:
    """Stop the deployment under way and go back to the last that was completed."""
    primary: Deployment = service.primary
    primary.state, primary.reason, primary.updated = "FAILED", reason, call.clock.now()
    roll_back(call, service, primary, f"ECS deployment stopped: {reason}")
