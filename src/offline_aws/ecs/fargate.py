"""What Fargate takes of a task definition.

The rules are those of "Task definition differences for the Fargate launch type" in the Amazon ECS
Developer Guide.
"""

from __future__ import annotations

from offline_aws.ecs.checks import client_error
from offline_aws.ecs.store import Shape

#: The memory in MiB that Fargate has for each amount of CPU units (Amazon ECS Developer Guide,
#: "Task CPU and memory").
_FARGATE_MEMORY: dict[int, list[int]] = {
    256: [512, 1024, 2048],
    512: [1024 * n for n in range(1, 5)],
    1024: [1024 * n for n in range(2, 9)],
    2048: [1024 * n for n in range(4, 17)],
    4096: [1024 * n for n in range(8, 31)],
    8192: [1024 * n for n in range(16, 61, 4)],
    16384: [1024 * n for n in range(32, 121, 8)],
    32768: [1024 * n for n in range(60, 245, 4)],
}
#: Ephemeral storage that can be asked for; without asking there are 20 GiB.
_LEAST_STORAGE, _MOST_STORAGE = 21, 200


def check_fargate(parameters: Shape) -> None:
    """Refuse a task definition that Fargate does not take."""
    if parameters.get("networkMode", "awsvpc") != "awsvpc":
        raise client_error("Fargate only supports network mode \u2018awsvpc\u2019.")
    for member in ("cpu", "memory"):
        if not parameters.get(member):
            text = f"Fargate requires that '{member}' be defined at the task level."
            raise client_error(text)
    cpu, memory = units(parameters["cpu"], "vcpu"), units(parameters["memory"], "gb")
    if memory not in _FARGATE_MEMORY.get(cpu, []):
        raise client_error(
            "No Fargate configuration exists for given values: "
            f"{cpu} CPU, {memory} memory. See the Amazon ECS documentation for the valid values."
        )
    for container in parameters["containerDefinitions"]:
        _check_container(container, parameters)
    _check_sums(parameters["containerDefinitions"], cpu, memory)
    if parameters.get("placementConstraints"):
        raise client_error("Task definition placement constraints are not supported on Fargate.")
    storage = parameters.get("ephemeralStorage", {}).get("sizeInGiB", _LEAST_STORAGE)
    if not _LEAST_STORAGE <= storage <= _MOST_STORAGE:
        raise client_error(
            f"Ephemeral storage must be between {_LEAST_STORAGE} and {_MOST_STORAGE} GiB."
        )


def _check_container(container: Shape, parameters: Shape) -> None:
    if container.get("privileged"):
        raise client_error("Fargate does not support privileged containers.")
    if container.get("links"):
        raise client_error("Links are not supported when networkMode=awsvpc.")
    for mapping in container.get("portMappings", []):
        if mapping.get("hostPort") not in (None, 0, mapping.get("containerPort")):
            raise client_error(
                "When networkMode=awsvpc, the host ports and container ports in port mappings "
                "must match."
            )
    driver = container.get("logConfiguration", {}).get("logDriver")
    if driver == "awslogs" and not parameters.get("executionRoleArn"):
        raise client_error(
            "Fargate requires task definition to have execution role ARN to support log driver "
            "awslogs."
        )


def _check_sums(containers: list[Shape], cpu: int, memory: int) -> None:
    """Refuse containers that together want more than the task has."""
    for name, unit, most in (("cpu", "CPU units", cpu), ("memory", "MiB of memory", memory)):
        wanted = sum(each.get(name) or 0 for each in containers)
        if wanted > most:
            raise client_error(
                f"The containers want {wanted} {unit} together, and the task has {most}."
            )


def units(text: str, unit: str) -> int:
    """Return CPU units or MiB of "256", ".25 vCPU" or "0.5 GB"; 0 for what is neither."""
    plain = text.strip().lower()
    try:
        if plain.endswith(unit):
            return int(float(plain.removesuffix(unit)) * 1024)
        return int(plain)
    except ValueError:
        return 0
