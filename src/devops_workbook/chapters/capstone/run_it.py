"""The service: the image runs, behind the load balancer, with a collector of traces."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.capstone.account import SERVICE, chapter
from devops_workbook.chapters.capstone.looking import (
    containers,
    healthy_targets,
    in_stacks,
    running,
    service,
)
from devops_workbook.chapters.capstone.reference import build_pipeline
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import is_traced

_LEAST = 2


@chapter.exercise(
    "service",
    title="Run it, and make it traceable",
    minutes=12,
    hints=(
        "Chapter 09 has a task definition for Fargate and the service to it. In a template the "
        "names begin with a capital letter: ContainerDefinitions, LoadBalancers. The subnets are "
        "{'Ref': 'Subnets'}, a parameter of the ground plan. As ExecutionRoleArn either of its "
        "roles will do here, since the lab checks none.",
        "The service needs the rule Customers first, or its target group has no load balancer: "
        "DependsOn. Its LoadBalancers name the target group Blue, container orders, port 8080.",
        "TaskDefinition: 'orders', the family alone. The pipeline will register revisions that the "
        "template does not know, and the family's newest is then the right one.",
    ),
    arrange=build_pipeline,
)
def check_service(lab: Lab, answer: Any) -> str:
    """Tasks of an image of the registry are healthy behind the load balancer, and traced."""
    found = service()
    if found is None:
        raise NotStarted(f"There is no ECS service {SERVICE} in the cluster shop.")
    require(
        found["serviceArn"] in in_stacks("AWS::ECS::Service"),
        f"The service {SERVICE} is there, but no stack made it.",
    )
    require(
        found["desiredCount"] >= _LEAST,
        f"{found['desiredCount']} task is wanted. When it is replaced or falls over, none serves.",
    )
    require(
        found["runningCount"] == found["desiredCount"] and running(),
        f"{found['runningCount']} of {found['desiredCount']} tasks run an image of the registry. "
        "The events of the service say why.",
    )
    images = [each["image"] for each in containers()]
    moving = [each for each in images if each.rpartition("/")[2].endswith(":latest")]
    require(not moving, f"{moving[:1]} moves: two tasks of one service may run different code.")
    require(
        healthy_targets() >= _LEAST,
        f"{healthy_targets()} targets of the load balancer are healthy. Customers reach nobody.",
    )
    require(
        is_traced(),
        f"No container beside orders collects traces. Found the images {images}.",
    )
    return f"{found['runningCount']} tasks are healthy behind the load balancer, and traced."
