"""The tasks of a service as targets of load balancers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.ecs.store import Shape, Task
from offline_aws.operations import Call

_DELAY = "deregistration_delay.timeout_seconds"


def _elbv2(call: Call) -> Any:
    return clients.client("elbv2", call.region, call.account)


def register(call: Call, task: Task) -> None:
    """Register a task with the target groups of its load balancers."""
    for balancer in task.load_balancers:
        arn = balancer.get("targetGroupArn")
        if not arn:
            continue
        port = _port(task, balancer)
        target = {"Id": task.host, "Port": port}
        _elbv2(call).register_targets(TargetGroupArn=arn, Targets=[target])
        task.targets.append((arn, task.host, port))


def _port(task: Task, balancer: Shape) -> int:
    port = int(balancer["containerPort"])
    bindings = [
        each["hostPort"]
        for run in task.runs
        if run.name == balancer["containerName"]
        for each in run.bindings
        if each["containerPort"] == port
    ]
    return bindings[0] if bindings else port


def deregister(call: Call, task: Task) -> timedelta:
    """Deregister a task everywhere; return how long its targets drain."""
    longest = timedelta(0)
    for arn, host, port in task.targets:
        client = _elbv2(call)
        target = {"Id": host, "Port": port}
        try:
            client.deregister_targets(TargetGroupArn=arn, Targets=[target])
            health = client.describe_target_health(TargetGroupArn=arn, Targets=[target])
            states = [each["TargetHealth"]["State"] for each in health["TargetHealthDescriptions"]]
            if "draining" not in states:
                continue
            attributes = client.describe_target_group_attributes(TargetGroupArn=arn)
        except ClientError:
            continue  # the group is gone, or somebody deregistered the target by hand
        delays = [int(a["Value"]) for a in attributes["Attributes"] if a["Key"] == _DELAY]
        longest = max([longest, *(timedelta(seconds=each) for each in delays)])
    task.targets = []
    return longest


def target_health(call: Call, tasks: list[Task]) -> dict[tuple[str, str, int], Shape]:
    """Return the health of the targets of tasks, by target group, host and port."""
    asked: dict[str, list[Shape]] = {}
    for task in tasks:
        for arn, host, port in task.targets:
            asked.setdefault(arn, []).append({"Id": host, "Port": port})
    found = {}
    for arn, targets in asked.items():
        try:
            answer = _elbv2(call).describe_target_health(TargetGroupArn=arn, Targets=targets)
        except ClientError:
            continue
        for each in answer["TargetHealthDescriptions"]:
            key = (arn, each["Target"]["Id"], each["Target"]["Port"])
            found[key] = each["TargetHealth"]
    return found
