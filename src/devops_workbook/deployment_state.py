"""How a deployment stands, read through any boto3 clients of CodeDeploy and CloudWatch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

#: Statuses of a deployment in which something can still happen by itself.
_WORKING = ("Created", "Queued", "InProgress", "Baking", "Ready")
_WORDS = {
    "Created": "created",
    "Queued": "queued",
    "InProgress": "in progress",
    "Baking": "baking",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Stopped": "stopped",
    "Ready": "ready, waiting",
    "Pending": "pending",
    "Skipped": "skipped",
    "Unknown": "unknown",
}
_CHUNK = 25  # targets in one BatchGetDeploymentTargets
_MOST_TARGETS = 100


@dataclass(frozen=True)
class Event:
    """One lifecycle event of a target: its status in words, its times, and why it failed."""

    name: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    message: str = ""


@dataclass(frozen=True)
class Weight:
    """What gets a share of the requests: ``percent`` of them; ``detail`` says what runs there.

    ``group`` is the name of its target group, where it has one.
    """

    name: str
    percent: float
    detail: str = ""
    group: str = ""


@dataclass(frozen=True)
class Target:
    """What is deployed to: an ECS service, a Lambda function or an instance."""

    name: str
    status: str
    events: tuple[Event, ...]
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True)
class DeploymentState:
    """One deployment. ``error`` is why it failed, ``rollback`` the deployment that undoes it."""

    id: str
    status: str
    config: str
    group: str
    created: datetime
    completed: datetime | None
    targets: tuple[Target, ...]
    error: str = ""
    undoes: str = ""
    rollback: DeploymentState | None = None

    @property
    def working(self) -> bool:
        """Whether it, or its rollback, may still change by itself."""
        own = self.status in {_WORDS[each] for each in _WORKING}
        return own or bool(self.rollback and self.rollback.working)


def read_deployment(client: Any, deployment: str) -> DeploymentState:
    """Return how a deployment stands, with its rollback, by a boto3 client of CodeDeploy.

    Raises the client's ``ClientError``.
    """
    info = client.get_deployment(deploymentId=deployment)["deploymentInfo"]
    undone_by = info.get("rollbackInfo", {}).get("rollbackDeploymentId", "")
    error = info.get("errorInformation", {})
    return DeploymentState(
        id=deployment,
        status=_words(info["status"]),
        config=info.get("deploymentConfigName", ""),
        group=info.get("deploymentGroupName", ""),
        created=info["createTime"],
        completed=info.get("completeTime"),
        targets=tuple(_targets(client, deployment)),
        error=": ".join(filter(None, (error.get("code"), error.get("message")))),
        undoes=info.get("rollbackInfo", {}).get("rollbackTriggeringDeploymentId", ""),
        rollback=read_deployment(client, undone_by)
        if undone_by and undone_by != deployment
        else None,
    )


def _targets(client: Any, deployment: str) -> Iterator[Target]:
    try:
        ids = client.list_deployment_targets(deploymentId=deployment).get("targetIds", [])
    except client.exceptions.DeploymentNotStartedException:
        return
    for begin in range(0, min(len(ids), _MOST_TARGETS), _CHUNK):
        found = client.batch_get_deployment_targets(
            deploymentId=deployment, targetIds=ids[begin : begin + _CHUNK]
        )
        for each in found["deploymentTargets"]:
            yield _target(each)


def _target(found: dict[str, Any]) -> Target:
    own = next(value for key, value in found.items() if key != "deploymentTargetType")
    events = tuple(_event(each) for each in own.get("lifecycleEvents", ()))
    weights = (*_task_sets(own), *_function(own))
    return Target(own.get("targetId", ""), _words(own.get("status")), events, weights)


def _event(found: dict[str, Any]) -> Event:
    diagnostics = found.get("diagnostics", {})
    return Event(
        found["lifecycleEventName"],
        _words(found.get("status")),
        found.get("startTime"),
        found.get("endTime"),
        diagnostics.get("message", "") if found.get("status") == "Failed" else "",
    )


def _task_sets(target: dict[str, Any]) -> Iterator[Weight]:
    for each in target.get("taskSetsInfo", ()):
        label = {"Blue": "original", "Green": "replacement"}.get(each.get("taskSetLabel"), "")
        group = each.get("targetGroup", {}).get("name", "")
        name = f"{label or each.get('taskSetLabel', 'task set')}" + (f" ({group})" if group else "")
        yield Weight(name, each.get("trafficWeight", 0.0), _tasks(each), group)


def _tasks(task_set: dict[str, Any]) -> str:
    running, desired = task_set.get("runningCount", 0), task_set.get("desiredCount", 0)
    if not desired:
        return "stopped"
    return f"{running} of {desired} tasks run" if running < desired else f"{running} tasks run"


def _function(target: dict[str, Any]) -> Iterator[Weight]:
    info = target.get("lambdaFunctionInfo")
    if info:
        weight = 100 * info.get("targetVersionWeight", 0.0)
        yield Weight(f"original (version {info.get('currentVersion')})", 100 - weight)
        yield Weight(f"replacement (version {info.get('targetVersion')})", weight)


def _words(status: str | None) -> str:
    return _WORDS.get(status, status) if status else _WORDS["Unknown"]


@dataclass(frozen=True)
class Alarm:
    """An alarm that the deployment group watches: its state, and why it is in it."""

    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True)
class Minute:
    """What a load balancer reported of one minute, of all requests and of the new version's."""

    begin: datetime
    requests: float
    errors: float
    new_requests: float = 0.0
    new_errors: float = 0.0

    @property
    def rate(self) -> float:
        """The share of the requests that failed with a 5xx, in percent."""
        return 100 * self.errors / self.requests if self.requests else 0.0

    @property
    def new_rate(self) -> float | None:
        """The same of those that the new version got, None where it got none."""
        return 100 * self.new_errors / self.new_requests if self.new_requests else None


def read_alarms(codedeploy: Any, cloudwatch: Any, deployment: str) -> tuple[Alarm, ...]:
    """Return the alarms of a deployment's group; those that the group ignores are left out."""
    info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
    group = _group(codedeploy, info)
    watched = group.get("alarmConfiguration", {})
    if not watched.get("enabled"):
        return ()
    names = [each["name"] for each in watched.get("alarms", ())]
    found = cloudwatch.describe_alarms(AlarmNames=names) if names else {}
    states = {
        each["AlarmName"]: Alarm(each["AlarmName"], each["StateValue"], each.get("StateReason", ""))
        for kind in ("MetricAlarms", "CompositeAlarms")
        for each in found.get(kind, ())
    }
    return tuple(states.get(name, Alarm(name, "does not exist")) for name in names)


def load_balancer_of(codedeploy: Any, deployment: str) -> str:
    """Return the CloudWatch dimension of the load balancer in front, "" where there is none."""
    info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
    balancing = _group(codedeploy, info).get("loadBalancerInfo", {})
    for pair in balancing.get("targetGroupPairInfoList", ()):
        for arn in pair.get("prodTrafficRoute", {}).get("listenerArns", ()):
            name = str(arn).partition(":listener/")[2]
            return "/".join(name.split("/")[:3])
    return ""


def _group(codedeploy: Any, info: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = codedeploy.get_deployment_group(
        applicationName=info["applicationName"], deploymentGroupName=info["deploymentGroupName"]
    )["deploymentGroupInfo"]
    return found


def read_minutes(
    cloudwatch: Any, balancer: str, group: str, since: datetime, until: datetime
) -> tuple[Minute, ...]:
    """Return requests and errors by minute, as the load balancer reported them.

    ``balancer`` and ``group``, that of the new version, are dimensions; "" for none.
    """
    whole = until.astimezone(UTC).replace(second=0, microsecond=0)
    if not balancer or whole <= since:
        return ()
    of_all = {"LoadBalancer": balancer}
    queries = [
        _query("requests", "RequestCount", of_all),
        _query("errors", "HTTPCode_Target_5XX_Count", of_all),
        _query("refused", "HTTPCode_ELB_5XX_Count", of_all),
    ]
    if group:
        of_new = {"LoadBalancer": balancer, "TargetGroup": group}
        queries += [
            _query("new", "RequestCount", of_new),
            _query("failed", "HTTPCode_Target_5XX_Count", of_new),
        ]
    found = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=since, EndTime=whole, ScanBy="TimestampAscending"
    )["MetricDataResults"]
    series: dict[str, dict[datetime, float]] = {
        each["Id"]: dict(zip(each["Timestamps"], each["Values"], strict=True)) for each in found
    }

    def at(name: str, begin: datetime) -> float:
        return series.get(name, {}).get(begin, 0.0)

    return tuple(
        Minute(
            begin,
            requests,
            at("errors", begin) + at("refused", begin),
            at("new", begin),
            at("failed", begin),
        )
        for begin, requests in series["requests"].items()
    )


def _query(name: str, metric: str, dimensions: dict[str, str]) -> dict[str, Any]:
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/ApplicationELB",
                "MetricName": metric,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": int(timedelta(minutes=1).total_seconds()),
            "Stat": "Sum",
        },
    }
