"""The settings of an Express service: checked, with AWS's defaults, and as a task definition."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.ecs.checks import invalid
from offline_aws.ecs.definitions import find_definition
from offline_aws.ecs.names import ecs
from offline_aws.ecs.store import Shape
from offline_aws.operations import Call

#: The name of the container that gets the requests.
MAIN = "Main"
_PORT = 80
#: What cannot go with a task definition of the learner's own.
_OF_CONTAINER = (
    *("primaryContainer", "executionRoleArn", "taskRoleArn", "cpu", "memory"),
    "cpuArchitecture",
)
_DEFAULTS: Shape = {"cpu": "256", "memory": "512", "cpuArchitecture": "X86_64"}
_SCALING: Shape = {
    "minTaskCount": 1,
    "maxTaskCount": 20,
    "autoScalingMetric": "AVERAGE_CPU",
    "autoScalingTargetValue": 60,
}


def whole(given: Shape, before: Shape) -> Shape:
    """Return the settings with what a request changes, and with AWS's defaults."""
    own = given.get("taskDefinitionArn")
    if own and any(given.get(member) for member in _OF_CONTAINER):
        raise invalid(f"taskDefinitionArn can't be specified with {', '.join(_OF_CONTAINER)}.")
    kept = {name: value for name, value in before.items() if not (own and name in _OF_CONTAINER)}
    if any(given.get(member) for member in _OF_CONTAINER):
        kept.pop("taskDefinitionArn", None)
    settings = {**kept, **given}
    if not own and "taskDefinitionArn" not in settings:
        _check_container(settings)
        settings = {**_DEFAULTS, **settings}
        container = {"containerPort": _PORT, **settings["primaryContainer"]}
        settings["primaryContainer"] = container
    settings.setdefault("healthCheckPath", "/ping")
    if not settings["healthCheckPath"].startswith("/"):
        raise invalid("healthCheckPath must start with a forward slash.")
    settings["scalingTarget"] = _scaling(
        {**_SCALING, **before.get("scalingTarget", {}), **given.get("scalingTarget", {})}
    )
    return settings


def _check_container(settings: Shape) -> None:
    if not settings.get("primaryContainer"):
        raise invalid("primaryContainer or taskDefinitionArn is required.")
    if not settings["primaryContainer"].get("image"):
        raise invalid("The image of the primaryContainer must not be empty.")
    if not settings.get("executionRoleArn"):
        raise invalid("executionRoleArn is required.")
    port = settings["primaryContainer"].get("containerPort", _PORT)
    if not 1 <= port <= 65535:
        raise invalid(f"containerPort {port} is no port.")


def _scaling(target: Shape) -> Shape:
    if not 1 <= target["minTaskCount"] <= target["maxTaskCount"]:
        raise invalid("minTaskCount must be at least 1, and at most maxTaskCount.")
    if target["autoScalingTargetValue"] < 1:
        raise invalid("autoScalingTargetValue must be at least 1.")
    return target


def settle_definition(
    call: Call, cluster: str, name: str, settings: Shape, log_group: str
) -> tuple[str, int]:
    """Return the ARN of the task definition of some settings, and the port that it listens at."""
    own = settings.get("taskDefinitionArn")
    if own:
        definition = find_definition(call, own)
        return definition["taskDefinitionArn"], _port_of(definition)
    container = settings["primaryContainer"]
    try:
        made = ecs(call).register_task_definition(
            family=f"{cluster}-{name}",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu=settings["cpu"],
            memory=settings["memory"],
            runtimePlatform={
                "operatingSystemFamily": "LINUX",
                "cpuArchitecture": settings["cpuArchitecture"],
            },
            containerDefinitions=[_main_container(container, log_group, call.region)],
            executionRoleArn=settings["executionRoleArn"],
            **({"taskRoleArn": settings["taskRoleArn"]} if settings.get("taskRoleArn") else {}),
        )
    except ClientError as error:
        raise invalid(error.response["Error"]["Message"]) from error
    except BotoCoreError as error:
        raise invalid(str(error)) from error
    return made["taskDefinition"]["taskDefinitionArn"], int(container["containerPort"])


def _main_container(container: Shape, log_group: str, region: str) -> Shape:
    """Return the definition of the container that gets the requests."""
    logs = container.get("awsLogsConfiguration") or {
        "logGroup": log_group,
        "logStreamPrefix": "ecs",
    }
    port = {"containerPort": container["containerPort"], "protocol": "tcp", "name": MAIN.lower()}
    options = {
        "awslogs-group": logs["logGroup"],
        "awslogs-region": region,
        "awslogs-stream-prefix": logs["logStreamPrefix"],
    }
    given = ("command", "environment", "secrets", "repositoryCredentials")
    return {
        "name": MAIN,
        "image": container["image"],
        "essential": True,
        "portMappings": [port],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
        **{member: container[member] for member in given if container.get(member)},
    }


def _port_of(definition: Shape) -> int:
    """Return the one port of the container Main of the learner's own task definition."""
    found = [each for each in definition["containerDefinitions"] if each["name"] == MAIN]
    mappings = found[0].get("portMappings", []) if found else []
    fargate = "FARGATE" in (definition.get("compatibilities") or ())
    if len(mappings) != 1 or not mappings[0].get("name") or not fargate:
        raise invalid(
            f"The task definition needs FARGATE compatibility and a container named {MAIN} with a "
            "single TCP port mapping that has a name."
        )
    return int(mappings[0]["containerPort"])
