"""The break/fix: somebody has tidied up the account by hand, and the shop is down."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook.chapters.capstone.account import CLUSTER, SERVICE, STACK, chapter, scene
from devops_workbook.chapters.capstone.looking import healthy_targets, image_of, running, service
from devops_workbook.chapters.capstone.reference import build_all
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import client
from devops_workbook.shop_repository import tip_of_main
from devops_workbook.stack_drift import detect_drift

_LEAST = 2


def arrange_rebuild(lab: Lab) -> None:
    """A shop that works, and a hand that deletes its service and closes its entrance."""
    build_all(lab)
    lab.clock.advance(minutes=10)
    boto3.client("ecs").delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    elbv2: Any = boto3.client("elbv2")
    elbv2.modify_rule(
        RuleArn=_rule(),
        Actions=[
            {
                "Type": "fixed-response",
                "FixedResponseConfig": {"StatusCode": "503", "MessageBody": "Back soon"},
            }
        ],
    )
    lab.clock.advance(minutes=5)
    scene(lab).broken_at = lab.clock.now()


@chapter.exercise(
    "rebuild",
    title="Somebody has tidied up",
    minutes=10,
    kind="break/fix",
    hints=(
        "detect_stack_drift, then describe_stack_resource_drifts, as in chapter 06: what does the "
        "stack say that is there, and is not?",
        "An update changes what the template changes, and the template has not changed. A change "
        "set with DeploymentMode='REVERT_DRIFT' compares with what is really there.",
        "create_change_set(StackName='shop', ChangeSetName='back', UsePreviousTemplate=True, "
        "DeploymentMode='REVERT_DRIFT', Parameters=[...UsePreviousValue...], Capabilities=[...]), "
        "wait, look, execute_change_set, wait.",
    ),
    arrange=arrange_rebuild,
)
def check_rebuild(lab: Lab, answer: Any) -> str:
    """Customers reach the newest image again, by the template and not by hand."""
    begun = scene(lab).broken_at
    if begun is None:
        raise SetupMissing('Nothing was broken here yet. `lab.catch_up("rebuild")` brings it.')
    require(_stack(), f"There is no stack {STACK} any more: deploy its template.")
    found = service()
    if found is None and lab.clock.now() == begun:
        raise NotStarted("The shop is down, and nothing has changed yet.")
    if found is None:
        raise NotYet("There is no service orders: nobody would answer.")
    healthy = healthy_targets()
    require(healthy >= _LEAST, f"{healthy} targets are healthy. Let some time pass.")
    require(
        _actions()[:1] == ["forward"],
        "The service runs, and customers do not reach it: look at what the rule does.",
    )
    image = image_of(tip_of_main()) or {}
    require(
        running() == {image.get("imageDigest")},
        "The service runs, but not the image of the last commit on main.",
    )
    in_sync = _as_the_template_says()
    for name, physical in (("service", found["serviceArn"]), ("rule Customers", _rule())):
        require(
            physical in in_sync,
            f"The {name} differs from the template: the next update will be surprised by it.",
        )
    minutes = (lab.clock.now() - begun).total_seconds() / 60
    return f"Back by the template alone, {minutes:.0f} minutes of lab time after you were called."


def by_hand() -> None:
    """Make the service and the rule again by calls, as somebody in a hurry would."""
    ecs, elbv2 = client("ecs"), client("elbv2")
    group = elbv2.describe_target_groups(Names=["orders-blue"])["TargetGroups"][0]
    elbv2.modify_rule(
        RuleArn=_rule(), Actions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]
    )
    subnets = [each["SubnetId"] for each in client("ec2").describe_subnets()["Subnets"][:2]]
    balancer = {"targetGroupArn": group["TargetGroupArn"], "containerName": "orders"}
    ecs.create_service(
        cluster=CLUSTER,
        serviceName=SERVICE,
        taskDefinition=SERVICE,
        desiredCount=_LEAST,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
        loadBalancers=[{**balancer, "containerPort": 8080}],
        healthCheckGracePeriodSeconds=60,
    )


def _stack() -> bool:
    stacks = client("cloudformation").describe_stacks()["Stacks"]
    return STACK in {each["StackName"] for each in stacks}


def _rule() -> str:
    """Return the ARN of the rule by which customers come in, "" where there is none."""
    elbv2 = client("elbv2")
    try:
        [balancer] = elbv2.describe_load_balancers(Names=["shop"])["LoadBalancers"]
    except elbv2.exceptions.LoadBalancerNotFoundException:
        return ""
    found = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    rules = [
        rule
        for listener in found
        for rule in elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    ]
    return next((str(each["RuleArn"]) for each in rules if not each["IsDefault"]), "")


def _actions() -> list[str]:
    """Return what the load balancer does with a customer's request, [] where it has no rule."""
    rule = _rule()
    if not rule:
        return []
    [found] = client("elbv2").describe_rules(RuleArns=[rule])["Rules"]
    return [each["Type"] for each in found["Actions"]]


def _as_the_template_says() -> set[str]:
    """Return the physical ids of what the stack has, as its template has it."""
    cloudformation = client("cloudformation")
    detect_drift(STACK, cloudformation)
    drifts = cloudformation.describe_stack_resource_drifts(
        StackName=STACK, StackResourceDriftStatusFilters=["IN_SYNC"]
    )
    return {each["PhysicalResourceId"] for each in drifts["StackResourceDrifts"]}
