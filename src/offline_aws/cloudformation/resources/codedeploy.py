"""AWS::CodeDeploy::Application, DeploymentConfig and DeploymentGroup."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, prop


def _arn(kind: str, name: Any) -> Any:
    return lambda it: (
        f"arn:aws:codedeploy:{it.context.region}:{it.context.account}:{kind}:{name(it)}"
    )


register(
    Declared(
        "AWS::CodeDeploy::Application",
        service="codedeploy",
        properties="ApplicationName ComputePlatform Tags",
        named=Named("ApplicationName", 100),
        make=Call("create_application"),
        look=Look("get_application", {"applicationName": ID}, "application"),
        remove=Call("delete_application", {"applicationName": ID}),
        parts=(Tags(resource=_arn("application", ID), aws_tags=False),),
    )
)

register(
    Declared(
        "AWS::CodeDeploy::DeploymentConfig",
        service="codedeploy",
        properties="""
            ComputePlatform DeploymentConfigName MinimumHealthyHosts TrafficRoutingConfig
            ZonalConfig
        """,
        named=Named("DeploymentConfigName", 100),
        make=Call("create_deployment_config"),
        look=Look("get_deployment_config", {"deploymentConfigName": ID}, "deploymentConfigInfo"),
        remove=Call("delete_deployment_config", {"deploymentConfigName": ID}),
    )
)


def _tag_set(property: str, group: str) -> Any:
    """Return what turns groups of tags, objects in CloudFormation, into lists."""

    def send(_: Resource, value: Properties) -> Properties:
        groups = [each[group] for each in value.get(f"{property}List", ())]
        return {f"{property}List": groups}

    return send


def _tag_set_back(property: str, group: str) -> Any:
    word = property[0].lower() + property[1:]

    def show(it: Resource) -> Properties | None:
        groups = (it.live.get(word) or {}).get(f"{word}List")
        return {f"{property}List": [{group: each} for each in groups]} if groups else None

    return show


_SETTINGS = """
    AlarmConfiguration AutoRollbackConfiguration AutoScalingGroups BlueGreenDeploymentConfiguration
    DeploymentConfigName DeploymentStyle ECSServices Ec2TagFilters Ec2TagSet LoadBalancerInfo
    OnPremisesInstanceTagFilters OnPremisesTagSet OutdatedInstancesStrategy ServiceRoleArn
    TerminationHookEnabled TriggerConfigurations
"""
_GROUP = {"applicationName": prop("ApplicationName")}
_SETS = {"Ec2TagSet": "Ec2TagGroup", "OnPremisesTagSet": "OnPremisesTagGroup"}
register(
    Declared(
        "AWS::CodeDeploy::DeploymentGroup",
        service="codedeploy",
        properties=f"ApplicationName DeploymentGroupName {_SETTINGS} Tags",
        named=Named("DeploymentGroupName", 100),
        make=Call("create_deployment_group"),
        look=Look(
            "get_deployment_group",
            {**_GROUP, "deploymentGroupName": ID},
            "deploymentGroupInfo",
        ),
        change=(
            Call(
                "update_deployment_group",
                {**_GROUP, "currentDeploymentGroupName": ID},
                _SETTINGS,
            ),
        ),
        remove=Call("delete_deployment_group", {**_GROUP, "deploymentGroupName": ID}),
        words={"OnPremisesInstanceTagFilters": "onPremisesInstanceTagFilters"},
        send={name: _tag_set(name, group) for name, group in _SETS.items()},
        parts=(
            Tags(
                resource=_arn("deploymentgroup", lambda it: f"{it['ApplicationName']}/{it.id}"),
                aws_tags=False,
            ),
        ),
        show={
            **{name: _tag_set_back(name, group) for name, group in _SETS.items()},
            "AutoScalingGroups": "autoScalingGroups[].name",
        },
        defaults={
            "AlarmConfiguration": {"Enabled": False, "Alarms": []},
            "AutoRollbackConfiguration": {"Enabled": False},
            "TriggerConfigurations": [],
        },
        accepted="Deployment",
    )
)
