"""The service: the image runs, behind the load balancer, with a collector of traces."""

from __future__ import annotations

from typing import Any, NoReturn

from devops_workbook.chapters.capstone.account import CLUSTER, SERVICE, chapter
from devops_workbook.chapters.capstone.looking import (
    Shape,
    containers,
    declared,
    definition,
    healthy_targets,
    in_stacks,
    moving,
    rolled_back,
    running,
    service,
    services,
    why_stopped,
)
from devops_workbook.chapters.capstone.reference import build_pipeline
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import collects_traces, is_traced

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
        _refuse_none()
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
    _check_containers()
    _check_role()
    require(
        healthy_targets() >= _LEAST,
        f"{healthy_targets()} targets of the load balancer are healthy. Customers reach nobody. "
        "Are the tasks behind it? A target that is new needs half a minute.",
    )
    count = found["runningCount"]
    return f"{count} tasks are healthy behind the load balancer, and traced.{_pinned(found)}"


def _check_containers() -> None:
    images = [each["image"] for each in containers()]
    for each in moving():
        raise NotYet(f"{each} moves: two tasks of one service may run different code.")
    require(
        is_traced(),
        f"No container beside orders collects traces. Found the images {images}.",
    )
    for collector in filter(collects_traces, containers()):
        require(
            not collector.get("essential", True),
            f"The container {collector['name']} is essential: when what collects the traces falls "
            "over, it takes orders with it.",
        )


def _check_role() -> None:
    require(
        definition().get("executionRoleArn"),
        "The task definition has no ExecutionRoleArn. The lab looks at no role, but on AWS Fargate "
        "refuses an image of ECR without one: ECS pulls the image with it.",
    )


def _refuse_none() -> NoReturn:
    """Raise what there is to say where there is no service."""
    none = f"There is no ECS service {SERVICE} in the cluster {CLUSTER}."
    others = services()
    require(not others, f"{none} Found {', '.join(others)}.")
    why = why_stopped()
    if not (why and rolled_back()):
        raise NotStarted(none)
    raise NotYet(
        f"{none} CloudFormation took it back, because it never came to rest. Its tasks had "
        f"stopped: “{why}”."
    )


def _pinned(found: Shape) -> str:
    """Return what to say of a service whose template names one revision, "" for any other."""
    controller = found.get("deploymentController", {}).get("type", "ECS")
    named = declared("AWS::ECS::Service", found["serviceArn"]).get("TaskDefinition", SERVICE)
    if controller != "ECS" or (isinstance(named, str) and ":" not in named):
        return ""
    return (
        " One thing is left: the template names one revision of the task definition, and on AWS "
        "the next change of the service in it brings that one back. Name the family alone."
    )
