"""The exercise on what a container gets at run time: its secrets, and its roles."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook.chapters.running_containers import ecs
from devops_workbook.chapters.running_containers.account import (
    chapter,
    main_container,
    password,
    role,
    secret_arn,
    there,
)
from devops_workbook.chapters.running_containers.recorder import Recorder
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab

VARIABLE = "DB_PASSWORD"


def arrange_password(lab: Lab) -> None:
    """The service, with the database's password in its task definition."""
    environment = [{"name": VARIABLE, "value": password()}]
    ecs.deploy(Recorder(), "1.4.1", environment=environment)
    ecs.settle(lab)


def definition_of(name: str = "orders") -> dict[str, Any]:
    """Return the task definition that a service is set to."""
    return dict(there(ecs.definition_of(name), "run-time-secret", f"The service {name}"))


def _check_origin(value: str) -> None:
    arn = secret_arn()
    require(
        value == arn or value.startswith(f"{arn}:"),
        f"{VARIABLE} comes from {value}. It should be the ARN of the secret.",
    )
    # After the ARN: a key, where the secret is a JSON object; a stage; a version.
    key = value.removeprefix(arn).lstrip(":") if not value.startswith(f"{arn}::") else ""
    require(
        not key,
        f"{VARIABLE} asks for {key.partition(':')[0]} in the secret, and this secret is the "
        "password itself, no JSON object with keys. Name the ARN alone.",
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
    container = main_container(definition["containerDefinitions"])
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
        VARIABLE not in plain,
        f"{VARIABLE} is among the secrets and in the environment as well. ECS refuses a name that "
        "stands in both: take it out of the environment.",
    )
    _check_origin(secrets[VARIABLE])
    task_role = definition.get("taskRoleArn", "")
    # ECS takes a role by its name as well.
    require(
        definition.get("executionRoleArn") in (role("shop-execution"), "shop-execution"),
        "ECS needs the execution role to pull the image and to read the secret.",
    )
    require(
        task_role in (role("shop-orders"), "shop-orders"),
        f"The task role is {task_role.rpartition('/')[2] or 'missing'}. The program should have "
        "a role of its own, shop-orders, and not what ECS may do.",
    )
    require(ecs.has_settled(), "The service is still on its way. Let it settle.")
    started = {each["taskDefinitionArn"] for each in ecs.tasks()}
    require(
        started == {definition["taskDefinitionArn"]},
        "No task runs with this definition: a secret is read when a task starts.",
    )
    return (
        "The definition names a secret, and holds none. Who may describe the service learns where "
        "the password is, and not what it is."
    )
