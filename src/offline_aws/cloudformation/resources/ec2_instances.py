"""AWS::EC2::Instance and AWS::EC2::LaunchTemplate."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

_INSTANCE = {"InstanceId": ID}


def _flag(name: str, default: bool) -> Own:
    """Return a property that is changed and read as one attribute of an instance."""
    return Own(
        name,
        put=Call("modify_instance_attribute", {**_INSTANCE, name: {"Value": VALUE}}),
        look=Look(
            "describe_instance_attribute",
            {**_INSTANCE, "Attribute": name[0].lower() + name[1:]},
            f"{name}.Value",
        ),
        default=default,
    )


def _running(it: Resource) -> Any:
    """Return what EC2 says of an instance; one that is terminated is gone."""
    found = it.found("describe_instances:Reservations[].Instances[] | [0]", InstanceIds=[it.id])
    return None if found["State"]["Name"] in ("shutting-down", "terminated") else found


def _user_data(_: Resource, value: str) -> str:
    """Return the text: botocore encodes it again for this call."""
    return base64.b64decode(value).decode()


def _change_type(it: Resource, _: Properties) -> None:
    """Stop the instance for another type, and start it again."""
    it.ask("stop_instances", InstanceIds=[it.id])
    kind = {"Value": it["InstanceType"]}
    it.ask("modify_instance_attribute", InstanceId=it.id, InstanceType=kind)
    it.ask("start_instances", InstanceIds=[it.id])


_RUN = """
    BlockDeviceMappings EbsOptimized ImageId InstanceType KeyName LaunchTemplate
    PrivateIpAddress SecurityGroupIds SubnetId UserData
"""
register(
    Declared(
        "AWS::EC2::Instance",
        service="ec2",
        properties=f"""
            {_RUN} AvailabilityZone DisableApiTermination IamInstanceProfile SourceDestCheck Tags
        """,
        takes=timedelta(seconds=40),
        id="Instances[0].InstanceId",
        make=Call(
            "run_instances",
            {
                "MinCount": 1,
                "MaxCount": 1,
                "IamInstanceProfile": lambda it: (
                    {"Name": it["IamInstanceProfile"]} if it["IamInstanceProfile"] else None
                ),
                "Placement": lambda it: (
                    {"AvailabilityZone": it["AvailabilityZone"]} if it["AvailabilityZone"] else None
                ),
            },
            _RUN,
        ),
        send={"UserData": _user_data},
        look=Find(_running),
        remove=Call("terminate_instances", {"InstanceIds": [ID]}),
        parts=(
            Do("InstanceType", _change_type),
            Own(
                "SecurityGroupIds",
                put=Call("modify_instance_attribute", {**_INSTANCE, "Groups": VALUE}),
            ),
            _flag("DisableApiTermination", default=False),
            _flag("SourceDestCheck", default=True),
            Tags(tag="create_tags", untag="delete_tags", path="Tags"),
        ),
        show={
            "AvailabilityZone": "Placement.AvailabilityZone",
            "IamInstanceProfile": lambda it: (
                (it.live.get("IamInstanceProfile") or {}).get("Arn", "").rpartition("/")[2] or None
            ),
            "PrivateIp": "PrivateIpAddress",
            "PublicIp": "PublicIpAddress",
            "SecurityGroups": "SecurityGroups[].GroupName",
            "SecurityGroupIds": "SecurityGroups[].GroupId",
            "UserData": lambda it: Look(
                "describe_instance_attribute",
                {**_INSTANCE, "Attribute": "userData"},
                "UserData.Value",
            ).run(it),
        },
        fixed="BlockDeviceMappings EbsOptimized IamInstanceProfile UserData",
        unread="BlockDeviceMappings LaunchTemplate",
        accepted="""
            CreditSpecification MetadataOptions Monitoring PropagateTagsToVolumeOnCreation Tenancy
        """,
    )
)

_TEMPLATE = {"LaunchTemplateId": ID}


def _new_version(it: Resource) -> None:
    Call("create_launch_template_version", _TEMPLATE, _OF_VERSION).run(it)


_OF_VERSION = "LaunchTemplateData VersionDescription"
register(
    Declared(
        "AWS::EC2::LaunchTemplate",
        service="ec2",
        properties=f"LaunchTemplateName {_OF_VERSION} TagSpecifications",
        named=Named("LaunchTemplateName", 128),
        id="LaunchTemplate.LaunchTemplateId",
        make=Call("create_launch_template"),
        look=Look("describe_launch_templates", {"LaunchTemplateIds": [ID]}, "LaunchTemplates[0]"),
        change=(By(_new_version, _OF_VERSION),),
        remove=Call("delete_launch_template", _TEMPLATE),
        fixed="TagSpecifications",
        unread=f"{_OF_VERSION} TagSpecifications",
    )
)
