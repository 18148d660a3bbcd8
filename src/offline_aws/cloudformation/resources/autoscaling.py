"""AWS::AutoScaling::AutoScalingGroup and LaunchConfiguration."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Each
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import own_tags
from offline_aws.cloudformation.resources._values import ID

_GROUP = {"AutoScalingGroupName": ID}


def _with_group(it: Resource) -> list[Properties]:
    return [{**it.value, "ResourceId": it.id, "ResourceType": "auto-scaling-group"}]


def _tags(it: Resource) -> list[Any]:
    own = own_tags(it, it.live.get("Tags"))
    return [each for each in it.live.get("Tags") or () if each["Key"] in own]


_AT_FIRST = "CapacityRebalance Cooldown TerminationPolicies"
_AT_ANY_TIME = """
    AvailabilityZones DesiredCapacity HealthCheckGracePeriod HealthCheckType
    LaunchConfigurationName LaunchTemplate MaxSize MinSize NewInstancesProtectedFromScaleIn
    VPCZoneIdentifier
"""
register(
    Declared(
        "AWS::AutoScaling::AutoScalingGroup",
        service="autoscaling",
        properties=f"{_AT_ANY_TIME} {_AT_FIRST} AutoScalingGroupName Tags TargetGroupARNs",
        takes=timedelta(minutes=1),
        named=Named("AutoScalingGroupName", 255),
        make=Call("create_auto_scaling_group"),
        send={"VPCZoneIdentifier": lambda _, value: ",".join(value)},
        look=Look(
            "describe_auto_scaling_groups",
            {"AutoScalingGroupNames": [ID]},
            "AutoScalingGroups[0]",
        ),
        change=(Call("update_auto_scaling_group", _GROUP, _AT_ANY_TIME),),
        remove=Call("delete_auto_scaling_group", {**_GROUP, "ForceDelete": True}),
        words={"Cooldown": "DefaultCooldown"},
        parts=(
            Each(
                "TargetGroupARNs",
                add=Call(
                    "attach_load_balancer_target_groups",
                    {**_GROUP, "TargetGroupARNs": lambda it: [it.value]},
                ),
                remove=Call(
                    "detach_load_balancer_target_groups",
                    {**_GROUP, "TargetGroupARNs": lambda it: [it.value]},
                ),
                look=lambda it: it.live["TargetGroupARNs"],
            ),
            Each(
                "Tags",
                add=Call("create_or_update_tags", {"Tags": _with_group}),
                remove=Call("delete_tags", {"Tags": _with_group}),
                look=_tags,
            ),
        ),
        show={
            "VPCZoneIdentifier": lambda it: (it.live.get("VPCZoneIdentifier") or "").split(","),
        },
        fixed=_AT_FIRST,
        accepted="DefaultInstanceWarmup MaxInstanceLifetime MetricsCollection",
    )
)

_CONFIGURATION = {"LaunchConfigurationName": ID}
register(
    Declared(
        "AWS::AutoScaling::LaunchConfiguration",
        service="autoscaling",
        properties="""
            AssociatePublicIpAddress EbsOptimized IamInstanceProfile ImageId InstanceMonitoring
            InstanceType KeyName LaunchConfigurationName SecurityGroups SpotPrice UserData
        """,
        named=Named("LaunchConfigurationName", 255),
        make=Call("create_launch_configuration"),
        # botocore encodes it, and decodes it in the answer.
        send={
            "InstanceMonitoring": lambda _, value: {"Enabled": value},
            "UserData": lambda _, value: base64.b64decode(value).decode(),
        },
        look=Look(
            "describe_launch_configurations",
            {"LaunchConfigurationNames": [ID]},
            "LaunchConfigurations[0]",
        ),
        remove=Call("delete_launch_configuration", _CONFIGURATION),
        show={"InstanceMonitoring": "InstanceMonitoring.Enabled"},
        accepted="BlockDeviceMappings MetadataOptions",
    )
)
