"""The exercise on what a container gets at run time: its secrets, and its roles."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook.chapters.running_containers import ecs
from devops_workbook.chapters.running_containers.account import (
    chapter,
    password,
    role,
    secret_arn,
    there,
)
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

VARIABLE = "DB_PASSWORD"


def arrange_password(lab: Lab) -> None:
    """The service, with the database's password in its task definition."""
    environment = [{"name": VARIABLE, "value": password()}]
    ecs.deploy(Recorder(), "1.4.1", environment=environment)
    ecs.settle(lab)


def definition_of(name: str = "orders") -> dict[str, Any]:
    """Return the task definition that a service is set to."""
    found = there(ecs.service(name), "run-time-secret", f"The service {name}")
    arn = found["taskDefinition"]
    return dict(
        clients.client("ecs", REGION).describe_task_definition(taskDefinition=arn)["taskDefinition"]
    )


@chapter.exercise(
    "run-time-secret",
    title="A secret at run time",
    minutes=5,
    hints=(
        "A container's `secrets` is a list of {'name': variable, 'valueFrom': ARN of the secret}. "
        "ECS reads it when a task starts.",
        "Two roles: executionRoleArn is ECS's own, to pull the image and read the secret. "
        "taskRoleArn is what the program in the container may do.",
        'definition = ecs.definition("1.4.1", secrets=[...]), then definition["taskRoleArn"] = '
        'role("shop-orders"). Register it and update the service.',
    ),
    arrange=arrange_password,
)
def check_run_time_secret(lab: Lab, answer: Any) -> str:
    """The service's definition names the secret, holds no password, and has two roles."""
    definition = definition_of()
    [container] = definition["containerDefinitions"]
    plain = {each["name"] for each in container.get("environment", [])}
    secrets = {each["name"]: each["valueFrom"] for each in container.get("secrets", [])}
    if VARIABLE in plain and not secrets:
        raise NotStarted(f"{VARIABLE} still stands in the environment of the task definition.")
    require(
        password() not in json.dumps(definition, default=str),
        "The password itself still stands in the task definition, where everybody who may describe "
        "it can read it.",
    )
    require(
        VARIABLE in secrets,
        f"The program needs {VARIABLE}. Found among the secrets: {sorted(secrets) or 'none'}.",
    )
    require(
        secrets[VARIABLE].startswith(secret_arn()),
        f"{VARIABLE} comes from {secrets[VARIABLE]}. It should be the ARN of the secret.",
    )
    task_role = definition.get("taskRoleArn", "")
    require(
        definition.get("executionRoleArn") == role("shop-execution"),
        "ECS needs the execution role to pull the image and to read the secret.",
    )
    require(
        task_role == role("shop-orders"),
        f"The task role is {task_role.rpartition('/')[2] or 'missing'}. The program should have "
        "a role of its own, shop-orders, and not what ECS may do.",
    )
    require(ecs.has_settled(), "The service is still on its way. Let it settle.")
    return (
        "The definition names a secret, and holds none. Who may describe the service learns where "
        "the password is, and not what it is."
    )
