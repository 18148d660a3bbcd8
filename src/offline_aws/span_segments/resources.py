"""Where a service runs, out of the attributes of its resource."""

from __future__ import annotations

from typing import Any

from offline_aws.span_segments.attributes import Attributes

_ORIGINS = {
    "aws_app_runner": "AWS::AppRunner::Service",
    "aws_ec2": "AWS::EC2::Instance",
    "aws_ecs": "AWS::ECS::Container",
    "aws_eks": "AWS::EKS::Container",
    "aws_elastic_beanstalk": "AWS::ElasticBeanstalk::Environment",
}
_LAUNCH_TYPES = {"ec2": "AWS::ECS::EC2", "fargate": "AWS::ECS::Fargate"}


def origin_of(resource: Attributes) -> str:
    """Return the type of the AWS resource on which a service runs, "" for another cloud."""
    if resource.get("cloud.provider", "aws") != "aws":
        return ""
    platform = str(resource.get("cloud.platform", ""))
    launch_type = str(resource.get("aws.ecs.launchtype", "")).lower()
    if platform == "aws_ecs" and launch_type in _LAUNCH_TYPES:
        return _LAUNCH_TYPES[launch_type]
    return _ORIGINS.get(platform, "")


def aws_of_resource(resource: Attributes) -> dict[str, Any]:
    """Return the ``aws`` of a segment: the SDK that made it, the instance and the container."""
    language = resource.get("telemetry.sdk.language")
    aws: dict[str, Any] = {}
    if language:
        sdk = {"sdk": f"opentelemetry for {language}"}
        version = resource.get("telemetry.sdk.version")
        aws["xray"] = sdk | ({"sdk_version": version} if version else {})
    account = resource.get("cloud.account.id")
    if account:
        aws["account_id"] = account
    instance, zone = resource.get("host.id"), resource.get("cloud.availability_zone")
    if instance:
        aws["ec2"] = {"instance_id": instance} | ({"availability_zone": zone} if zone else {})
    container = resource.get("container.id") or resource.get("aws.ecs.container.arn")
    if container:
        aws["ecs"] = {"container": container}
    return aws
