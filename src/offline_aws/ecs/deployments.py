"""Deployments of services whose controller is ECS: their begin, success, failure and rollback."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from offline_aws import clients
from offline_aws.ecs import notices
from offline_aws.ecs.names import arn, new_number, new_uuid
from offline_aws.ecs.store import Deployment, Service, ServiceDeployment, Shape
from offline_aws.operations import Call

#: What a deployment takes of its service.
MEMBERS = (
    *("taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion"),
    *("platformFamily", "networkConfiguration", "loadBalancers", "serviceRegistries"),
    *("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"),
)
_BREAKER = "ECS deployment circuit breaker"
#: AWS's own text is not known.
ALARM_DETECTED = "ECS deployment alarm: alarm detected."


def begin(call: Call, service: Service) -> Deployment:
    """Begin a deployment of a service as its settings are now; the one before becomes ACTIVE."""
    settings = {name: service.settings[name] for name in MEMBERS if service.settings.get(name)}
    revision = _new_revision(call, service, settings)
    now = call.clock.now()
    for each in service.deployments:
        if each.finished is None:
            finish(call, each, "STOPPED", "Superseded by a newer service deployment.")
    configuration = service.settings["deploymentConfiguration"]
    of = ServiceDeployment(
        arn=arn(call, f"service-deployment/{service.cluster}/{service.name}/{new_uuid(call)}"),
        configuration=configuration,
        target=revision,
        sources=[group.revision for group in service.groups if group.there],
        created=now,
        updated=now,
        started=now,
        status="IN_PROGRESS",
    )
    service.deployments.append(of)
    deployment = _push(call, service, settings, revision)
    deployment.of = of.arn
    deployment.given = {name: service.settings.get(name) for name in MEMBERS}
    deployment.reason = f"ECS deployment {deployment.id} in progress."
    alarms = configuration.get("alarms", {})
    if alarms.get("enable"):
        deployment.watched_alarms = _watched(call, alarms.get("alarmNames", []))
    _note_monitors(service, of, deployment)
    name = "SERVICE_DEPLOYMENT_IN_PROGRESS"
    notices.deployment_changed(call, service, deployment.id, "INFO", name, deployment.reason)
    return deployment


def _push(call: Call, service: Service, settings: Shape, revision: str) -> Deployment:
    now = call.clock.now()
    for group in service.groups:
        group.status, group.updated = "ACTIVE", now
    deployment = Deployment(
        id=f"ecs-svc/{new_number(call)}",
        settings=dict(settings),
        created=now,
        updated=now,
        desired=service.desired,
        revision=revision,
    )
    service.groups.insert(0, deployment)
    service.steady = False
    return deployment


def _new_revision(call: Call, service: Service, settings: Shape) -> str:
    number = new_number(call)
    identifier = arn(call, f"service-revision/{service.cluster}/{service.name}/{number}")
    service.revisions[identifier] = {**settings, "createdAt": call.clock.now()}
    return identifier


def _watched(call: Call, names: list[str]) -> tuple[str, ...]:
    """Return the alarms that a deployment watches: none if one is in ALARM when it begins."""
    client = clients.client("cloudwatch", call.region, call.account)
    if not names:
        return ()
    # DescribeAlarms tells of metric alarms alone where it is not asked for both.
    found = client.describe_alarms(
        AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"], StateValue="ALARM"
    )
    return () if found["MetricAlarms"] or found["CompositeAlarms"] else tuple(names)


def service_deployment(service: Service, deployment: Deployment) -> ServiceDeployment | None:
    """Return the service deployment that a deployment is a part of."""
    return next((each for each in service.deployments if each.arn == deployment.of), None)


def threshold(service: Service) -> int:
    """Return how many failures open the circuit breaker: by default half of the desired count.

    At least 3 and at most 200, unless the threshold is a count or unbounded.
    """
    breaker = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker", {})
    given = breaker.get("thresholdConfiguration", {"type": "BOUNDED_PERCENT", "value": 50})
    if given["type"] == "COUNT":
        return max(1, int(given["value"]))
    share: int = ceil(service.desired * given["value"] / 100)
    if given["type"] == "UNBOUNDED_PERCENT":
        return max(1, share)
    return min(200, max(3, share))


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
    back = _push(call, service, good.settings, good.revision)
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


def complete(
    call: Call, service: Service, deployment: Deployment, back: ServiceDeployment | None = None
) -> None:
    """Note the success of a deployment; ``back`` is what failed, if it was gone back to."""
    deployment.state = "COMPLETED"
    deployment.updated = call.clock.now()
    deployment.reason = f"ECS deployment {deployment.id} completed."
    of = back or service_deployment(service, deployment)
    went_back = bool(deployment.rolls_back or back)
    status = "ROLLBACK_SUCCESSFUL" if went_back else "SUCCESSFUL"
    finish(call, of, status, of.reason if of and went_back else "")
    service.completed = deployment
    notices.note(call, service, f"(deployment {deployment.id}) deployment completed.")
    name = "SERVICE_DEPLOYMENT_COMPLETED"
    notices.deployment_changed(call, service, deployment.id, "INFO", name, deployment.reason)


def bake_time(call: Call, service: Service, deployment: Deployment) -> timedelta:
    """Return how long alarms are watched after the last task was replaced.

    What is configured, or else the longest that an alarm needs to go off.
    """
    if not deployment.watched_alarms or deployment.rolls_back:
        return timedelta(0)
    minutes = service.settings["deploymentConfiguration"].get("bakeTimeInMinutes")
    if minutes is not None:
        return timedelta(minutes=minutes)
    client = clients.client("cloudwatch", call.region, call.account)
    found = client.describe_alarms(AlarmNames=list(deployment.watched_alarms))
    seconds = [
        each.get("Period", 60) * each.get("EvaluationPeriods", 1)
        for each in found.get("MetricAlarms", [])
    ]
    return timedelta(seconds=max(seconds, default=0))


def _note_monitors(service: Service, of: ServiceDeployment, deployment: Deployment) -> None:
    configuration = service.settings["deploymentConfiguration"]
    breaker = configuration.get("deploymentCircuitBreaker", {})
    on = bool(breaker.get("enable"))
    of.breaker = {
        "status": "MONITORING" if on else "DISABLED",
        "failureCount": 0,
        "threshold": threshold(service) if on else 0,
    }
    alarms = configuration.get("alarms", {})
    watching = bool(deployment.watched_alarms)
    of.alarms = {"status": "MONITORING" if watching else "DISABLED"}
    if alarms.get("enable"):
        of.alarms["alarmNames"] = alarms["alarmNames"]


def finish(call: Call, of: ServiceDeployment | None, status: str, reason: str) -> None:
    """Note the end of a service deployment."""
    if of is None or of.finished is not None:
        return
    now: datetime = call.clock.now()
    of.status, of.reason, of.finished, of.updated = status, reason, now, now
    if status == "STOPPED":
        of.stopped = now
    for monitor in (of.breaker, of.alarms):
        if monitor.get("status") == "MONITORING":
            monitor["status"] = "MONITORING_COMPLETE"


def stop(call: Call, service: Service, reason: str) -> None:
    """Stop the deployment under way and go back to the last that was completed."""
    primary: Deployment = service.primary
    primary.state, primary.reason, primary.updated = "FAILED", reason, call.clock.now()
    roll_back(call, service, primary, f"ECS deployment stopped: {reason}")
