"""Task definitions: moto's, checked as Fargate checks them, and read for what runs."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from offline_aws.ecs.checks import client_error, ecs_operation, invalid
from offline_aws.ecs.fargate import check_fargate
from offline_aws.ecs.names import ecs
from offline_aws.ecs.store import Shape
from offline_aws.operations import Call


@ecs_operation("RegisterTaskDefinition")
def register_task_definition(call: Call, parameters: Shape) -> Shape:
    """Register a revision; what Fargate does not take is refused as AWS refuses it."""
    for container in parameters["containerDefinitions"]:
        for member in ("name", "image"):
            if not container.get(member):
                raise client_error(f"Container.{member} should not be null or empty.")
    if not any(each.get("essential", True) for each in parameters["containerDefinitions"]):
        raise client_error("Invalid 'containerDefinitions'. At least one must be essential.")
    if "FARGATE" in parameters.get("requiresCompatibilities", []):
        check_fargate(parameters)
    answer = call.moto()
    answer["taskDefinition"]["registeredAt"] = call.clock.now()
    answer["taskDefinition"]["registeredBy"] = call.caller
    return answer


def find_definition(call: Call, given: str) -> Shape:
    """Return an active task definition by family, family and revision, or ARN."""
    try:
        found = ecs(call).describe_task_definition(taskDefinition=given, include=["TAGS"])
    except ClientError as error:
        raise client_error("TaskDefinition not found.") from error
    definition: Shape = found["taskDefinition"]
    if definition.get("status") == "INACTIVE":
        raise client_error("TaskDefinition is inactive")
    definition["tags"] = found.get("tags", [])
    return definition


def check_network(definition: Shape, settings: Shape) -> None:
    """Refuse what does not fit the network mode or the launch type."""
    given = settings.get("networkConfiguration", {}).get("awsvpcConfiguration")
    if definition.get("networkMode") == "awsvpc":
        if not given:
            raise invalid(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified."
            )
        if not given.get("subnets"):
            raise invalid("subnets can not be empty.")
    elif given:
        raise invalid(
            "Network Configuration is not valid for the given networkMode of this task definition."
        )
    launch_type = settings.get("launchType")
    if launch_type and launch_type not in (definition.get("compatibilities") or ["EC2"]):
        raise invalid(f"Task definition does not support launch_type {launch_type}.")


def check_load_balancers(call: Call, definition: Shape, balancers: list[Shape]) -> None:
    """Refuse target groups and containers that a task of the definition cannot have."""
    from offline_aws import clients

    for each in balancers:
        name, port = each.get("containerName"), each.get("containerPort")
        containers = [c for c in definition["containerDefinitions"] if c["name"] == name]
        if not containers:
            raise invalid(f"The container {name} does not exist in the task definition.")
        mapped = [m.get("containerPort") for m in containers[0].get("portMappings", [])]
        if port not in mapped:
            raise invalid(f"The container {name} did not have a container port {port} defined.")
        arns = [each.get("targetGroupArn")]
        arns += [each.get("advancedConfiguration", {}).get("alternateTargetGroupArn")]
        client = clients.client("elbv2", call.region, call.account)
        for target_group in filter(None, arns):
            _check_group(client, definition, target_group)


def _check_group(client: Any, definition: Shape, arn: str) -> None:
    try:
        (group,) = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    except ClientError as error:
        raise invalid(f"Unable to describe target group {arn}: it does not exist.") from error
    wanted = "ip" if definition.get("networkMode") == "awsvpc" else "instance"
    if group.get("TargetType", "instance") != wanted:
        raise invalid(
            f"The provided target group {arn} has target type {group.get('TargetType')}, which is "
            f"incompatible with the {definition.get('networkMode')} network mode specified in the "
            "task definition."
        )
