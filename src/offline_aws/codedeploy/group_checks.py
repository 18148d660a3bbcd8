"""What AWS refuses in a deployment group, by compute platform.

The codes are AWS's; sentences that its documentation does not have are ours.
"""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codedeploy.configs import find_config
from offline_aws.codedeploy.settings_checks import (
    check_alarms,
    check_blue_green,
    check_processes,
    check_rollback,
    check_triggers,
)
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Group, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_SHIFTED = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
_MOST_TAG_GROUPS = 3
_MOST_LOAD_BALANCERS = 10
_PAIR = 2


def check_settings(call: Call, group: Group, settings: Shape) -> None:
    """Refuse settings that contradict each other or the group's platform."""
    platform = group.application.platform
    if not _ROLE.fullmatch(settings["serviceRoleArn"]):
        raise AwsError("InvalidRoleException", "The service role ARN is not valid")
    config = find_config(call, settings["deploymentConfigName"])
    if config["computePlatform"] != platform:
        raise AwsError(
            "InvalidDeploymentConfigNameException",
            f"{config['deploymentConfigName']} is for {config['computePlatform']}, and the "
            f"application is for {platform}",
        )
    check_triggers(settings.get("triggerConfigurations", []))
    check_alarms(settings.get("alarmConfiguration"))
    check_rollback(settings.get("autoRollbackConfiguration"))
    check_processes(settings.get("ec2DeploymentOptions"))
    if platform == "Server":
        _check_server(call, settings)
        return
    if settings["deploymentStyle"] != _SHIFTED:
        raise AwsError(
            "InvalidDeploymentStyleException",
            f"The deployment style of a group for {platform} is BLUE_GREEN with "
            "WITH_TRAFFIC_CONTROL",
        )
    _refuse_instances(platform, settings)
    if platform == "ECS":
        _check_ecs(call, group, settings)
    elif settings.get("ecsServices"):
        raise AwsError("InvalidECSServiceException", "ECS services are for the ECS platform")


def _refuse_instances(platform: str, settings: Shape) -> None:
    if settings["autoScalingGroups"]:
        raise AwsError("InvalidAutoScalingGroupException", f"{platform} has no Auto Scaling groups")
    if settings["ec2TagFilters"] or settings.get("ec2TagSet"):
        raise AwsError("InvalidEC2TagException", f"{platform} has no EC2 instances")
    if settings["onPremisesInstanceTagFilters"] or settings.get("onPremisesTagSet"):
        raise AwsError("InvalidTagException", f"{platform} has no on-premises instances")


def _check_server(call: Call, settings: Shape) -> None:
    if settings.get("ecsServices"):
        raise AwsError("InvalidECSServiceException", "ECS services are for the ECS platform")
    _check_tags(settings)
    if names := settings["autoScalingGroups"]:
        _check_auto_scaling(call, names)
    style = settings["deploymentStyle"]
    if {"deploymentType", "deploymentOption"} - set(style):
        raise AwsError("InvalidDeploymentStyleException", "The style needs a type and an option")
    check_blue_green(settings.get("blueGreenDeploymentConfiguration"), "Server", settings)
    balanced = settings.get("loadBalancerInfo") or {}
    if balanced.get("targetGroupPairInfoList"):
        raise _balancer("Target group pairs are for the ECS platform")
    balancers = [*balanced.get("elbInfoList", []), *balanced.get("targetGroupInfoList", [])]
    if len(balancers) > _MOST_LOAD_BALANCERS:
        raise _balancer(f"A group has at most {_MOST_LOAD_BALANCERS} load balancers")
    if style["deploymentOption"] == "WITH_TRAFFIC_CONTROL" and not balancers:
        raise _balancer("Traffic control needs the name of a load balancer or target group")
    if any(not each.get("name") for each in balancers):
        raise _balancer("A load balancer or target group has no name")


def _check_tags(settings: Shape) -> None:
    sets = (
        ("ec2TagFilters", "ec2TagSet", "ec2TagSetList", "InvalidEC2Tag"),
        (
            *("onPremisesInstanceTagFilters", "onPremisesTagSet", "onPremisesTagSetList"),
            "InvalidOnPremisesTag",
        ),
    )
    for filters, tag_set, members, code in sets:
        groups = (settings.get(tag_set) or {}).get(members, [])
        if settings[filters] and groups:
            raise AwsError(f"{code}CombinationException", f"{filters} and {tag_set} exclude")
        if len(groups) > _MOST_TAG_GROUPS:
            raise AwsError(
                "TagSetListLimitExceededException",
                f"A tag set has at most {_MOST_TAG_GROUPS} groups of tags",
            )
        malformed = code + "Exception" if code == "InvalidEC2Tag" else "InvalidTagException"
        for each in (*settings[filters], *(each for group in groups for each in group)):
            _check_filter(each, malformed)


def _check_filter(given: Shape, code: str) -> None:
    needed = {"KEY_ONLY": ("Key",), "VALUE_ONLY": ("Value",)}.get(
        given.get("Type", ""), ("Key", "Value")
    )
    if "Type" not in given or any(not given.get(each) for each in needed):
        raise AwsError(code, "A tag filter needs a type, and the key and value that it names")


def _check_auto_scaling(call: Call, names: list[str]) -> None:
    client = clients.client("autoscaling", call.region, call.account)
    found = client.describe_auto_scaling_groups(AutoScalingGroupNames=names)["AutoScalingGroups"]
    there = {each["AutoScalingGroupName"] for each in found}
    for name in names:
        if name not in there:
            raise AwsError("InvalidAutoScalingGroupException", f"No Auto Scaling group {name}")


def _check_ecs(call: Call, group: Group, settings: Shape) -> None:
    services = settings.get("ecsServices") or []
    if len(services) != 1 or not all(
        services[0].get(each) for each in ("clusterName", "serviceName")
    ):
        raise AwsError(
            "InvalidECSServiceException", "A group has exactly one ECS service, with its cluster"
        )
    _check_service(call, services[0])
    for application in call.state(Store).applications.values():
        for other in application.groups.values():
            if other is not group and services[0] in other.settings.get("ecsServices", []):
                raise AwsError(
                    "ECSServiceMappingLimitExceededException",
                    f"The service {services[0]['serviceName']} belongs to the deployment group "
                    f"{other.name}",
                )
    check_blue_green(settings.get("blueGreenDeploymentConfiguration"), "ECS", settings)
    _check_pair((settings.get("loadBalancerInfo") or {}).get("targetGroupPairInfoList"))


def _check_service(call: Call, service: Shape) -> None:
    client = clients.client("ecs", call.region, call.account)
    try:
        found = client.describe_services(
            cluster=service["clusterName"], services=[service["serviceName"]]
        )["services"]
    except ClientError:
        found = []
    if not found:
        raise AwsError(
            "InvalidECSServiceException",
            f"The ECS service {service['clusterName']}:{service['serviceName']} was not found",
        )
    if found[0].get("deploymentController", {}).get("type") != "CODE_DEPLOY":
        raise AwsError(
            "InvalidECSServiceException",
            "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment "
            "controller.",
        )


def _check_pair(pairs: list[Shape] | None) -> None:
    if not pairs or len(pairs) != 1:
        raise AwsError("InvalidLoadBalancerInfoException", "One target group pair is required")
    groups = pairs[0].get("targetGroups", [])
    if len(groups) != _PAIR or len({each.get("name") for each in groups} - {None, ""}) != _PAIR:
        raise _pair("A pair is two target groups with different names")
    for route in ("prodTrafficRoute", "testTrafficRoute"):
        arns = (pairs[0].get(route) or {}).get("listenerArns", [])
        if len(arns) > 1 or (route == "prodTrafficRoute" and not arns):
            raise _pair(f"{route} has exactly one listener")


def _pair(message: str) -> AwsError:
    return AwsError("InvalidTargetGroupPairException", message)


def _balancer(message: str) -> AwsError:
    return AwsError("InvalidLoadBalancerInfoException", message)
