"""What one does again and again in this chapter: deploy a version, alarm, guard, look."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import yaml
from botocore.exceptions import ClientError
from yaml import YAMLError

from devops_workbook.chapters.safe_deployments.account import (
    APPLICATION,
    GROUP,
    Shop,
    register,
)
from devops_workbook.lab import REGION
from devops_workbook.shop import version_of
from offline_aws import clients
from offline_aws.clock import Clock

_PATIENCE = timedelta(hours=3)
_ENDS = ("Succeeded", "Failed", "Stopped")


def appspec(task_definition: str) -> str:
    """Return the AppSpec that puts a task definition behind the load balancer, as JSON."""
    properties = {
        "TaskDefinition": task_definition,
        "LoadBalancerInfo": {"ContainerName": "orders", "ContainerPort": 8080},
    }
    service = {"Type": "AWS::ECS::Service", "Properties": properties}
    return json.dumps({"version": 0.0, "Resources": [{"TargetService": service}]})


def deploy(version: str, config: str | None = None, application: str = APPLICATION) -> str:
    """Deploy a version of ``orders`` by CodeDeploy; return the deployment's id.

    ``config`` is a deployment configuration, that of the deployment group by default.
    """
    content = appspec(register(version))
    more = {"deploymentConfigName": config} if config else {}
    found = clients.client("codedeploy", REGION).create_deployment(
        applicationName=application,
        deploymentGroupName=GROUP,
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"content": content}},
        description=f"orders {version}",
        **more,
    )
    return str(found["deploymentId"])


def finish(clock: Clock, deployment: str, patience: timedelta = _PATIENCE) -> dict[str, Any]:
    """Move the clock to the end of a deployment and of its rollback; return what AWS says of it.

    The deployment may still be going on when the patience is over.
    """
    client = clients.client("codedeploy", REGION)
    end = clock.now() + patience

    def ended(name: str) -> bool:
        info = client.get_deployment(deploymentId=name)["deploymentInfo"]
        undone_by = info.get("rollbackInfo", {}).get("rollbackDeploymentId", name)
        return info["status"] in _ENDS and (undone_by == name or ended(undone_by))

    while not ended(deployment) and clock.now() < end:
        clock.advance(seconds=30)
    info = client.get_deployment(deploymentId=deployment)["deploymentInfo"]
    return dict(info)


def guard(*alarms: str, application: str = APPLICATION) -> None:
    """Have CodeDeploy stop and undo a deployment when one of the alarms goes off."""
    clients.client("codedeploy", REGION).update_deployment_group(
        applicationName=application,
        currentDeploymentGroupName=GROUP,
        alarmConfiguration={"enabled": True, "alarms": [{"name": name} for name in alarms]},
        autoRollbackConfiguration={
            "enabled": True,
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        },
    )


def rate_alarm(
    name: str,
    balancer: str,
    group: str,
    *,
    percent: float = 2.0,
    datapoints: int = 2,
    periods: int = 3,
) -> str:
    """Put an alarm on the share of a target group's requests that fail; return its name.

    ``balancer`` and ``group`` are the dimensions in CloudWatch.
    """
    clients.client("cloudwatch", REGION).put_metric_alarm(
        AlarmName=name,
        Metrics=rate_metrics(balancer, group),
        Threshold=percent,
        ComparisonOperator="GreaterThanThreshold",
        DatapointsToAlarm=datapoints,
        EvaluationPeriods=periods,
        TreatMissingData="notBreaching",
    )
    return name


def rate_metrics(balancer: str, group: str) -> Any:
    """Return the metrics of such an alarm: failed in percent of all, zero where none failed."""

    def metric(name: str, key: str) -> dict[str, Any]:
        dimensions = [
            {"Name": "LoadBalancer", "Value": balancer},
            {"Name": "TargetGroup", "Value": group},
        ]
        found = {"Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions}
        return {
            "Id": key,
            "MetricStat": {"Metric": found, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    return [
        metric("RequestCount", "requests"),
        metric("HTTPCode_Target_5XX_Count", "errors"),
        {"Id": "rate", "Expression": "100 * FILL(errors, 0) / requests", "ReturnData": True},
    ]


def rate_alarms(shop: Shop, **settings: Any) -> list[str]:
    """Put such an alarm on each target group of a shop; return their names."""
    colours = ("blue", "green")
    return [
        rate_alarm(f"{shop.name}-{colour}", shop.balancer, shop.dimension(place), **settings)
        for place, colour in enumerate(colours[: len(shop.groups)])
    ]


def deployments(application: str = APPLICATION) -> list[dict[str, Any]]:
    """Return what AWS says of an application's deployments, the oldest first."""
    client = clients.client("codedeploy", REGION)
    ids = client.list_deployments(applicationName=application, deploymentGroupName=GROUP)
    found = [
        client.get_deployment(deploymentId=each)["deploymentInfo"] for each in ids["deployments"]
    ]
    return sorted((dict(each) for each in found), key=_created)


def _created(info: dict[str, Any]) -> Any:
    return info["createTime"]


def version_before(info: dict[str, Any]) -> str:
    """Return the version in production when a deployment was made, "" where none was deployed."""
    done = [
        each
        for each in deployments(info["applicationName"])
        if each["status"] == "Succeeded" and each["completeTime"] <= info["createTime"]
    ]
    return version_deployed(done[-1]) if done else ""


def version_deployed(info: dict[str, Any]) -> str:
    """Return the version that a deployment was to bring, "" where its AppSpec names none.

    GetDeployment has of an AppSpec the hash alone; GetApplicationRevision has the text.
    """
    try:
        found = clients.client("codedeploy", REGION).get_application_revision(
            applicationName=info["applicationName"], revision=info["revision"]
        )
        spec = yaml.safe_load(found["revision"]["appSpecContent"]["content"])
        [resource] = spec.get("Resources") or spec["resources"]
        [service] = resource.values()
        return version_of_definition(service["Properties"]["TaskDefinition"])
    except (ClientError, YAMLError, KeyError, TypeError, ValueError, AttributeError):
        return ""


def version_of_definition(arn: str) -> str:
    """Return the version in a task definition: its image's tag."""
    found = clients.client("ecs", REGION).describe_task_definition(taskDefinition=arn)
    return version_of(found["taskDefinition"]["containerDefinitions"][0]["image"])


def joined(words: Iterable[str]) -> str:
    """Return words as one reads them: ``a, b and c``."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def share_of(table: Any, version: str) -> Sequence[float]:
    """Return the share of the requests that a version got, minute by minute."""
    weights = table[table.version == version].groupby("minute").weight.sum()
    every = table.minute.drop_duplicates()
    return [float(weights.get(minute, 0.0)) for minute in every]
