"""What the checks read from the account, through boto3."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.capstone.account import CLUSTER, IMAGES, PIPELINE, SERVICE
from devops_workbook.display import Note
from devops_workbook.lab import Lab
from devops_workbook.pipeline_view import PipelineView
from devops_workbook.quarter.pipeline import execution_of
from devops_workbook.quarter.watch import client
from devops_workbook.shop_repository import tip_of_main

Shape = dict[str, Any]


def in_stacks(kind: str) -> set[str]:
    """Return the physical ids of a type of resources that stacks have made."""
    live = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    found = set[str]()
    for stack in _stacks():
        if stack["StackStatus"] in live:
            found |= set(_resources(stack["StackName"], kind))
    return found


def declared(kind: str, physical: str) -> Shape:
    """Return the properties that a template in JSON gives to a resource, {} where there is none."""
    for stack in _stacks():
        logical = _resources(stack["StackName"], kind).get(physical)
        if logical:
            asked = {"StackName": stack["StackName"]}
            body = client("cloudformation").get_template(**asked)["TemplateBody"]
            if isinstance(body, dict):  # a template in YAML comes as its text
                return dict(body["Resources"][logical].get("Properties", {}))
    return {}


def rolled_back() -> bool:
    """Return whether the last change of a stack was taken back."""
    return any("ROLLBACK" in each["StackStatus"] for each in _stacks())


def _stacks() -> list[Shape]:
    return list(client("cloudformation").describe_stacks()["Stacks"])


def _resources(stack: str, kind: str) -> dict[str, str]:
    """Return the logical ids of a stack's resources of a type, by their physical ids."""
    pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        each["PhysicalResourceId"]: each["LogicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == kind and "PhysicalResourceId" in each
    }


def images() -> list[Shape]:
    """Return the images of ``orders``, none where there is no repository."""
    try:
        pages = client("ecr").get_paginator("describe_images").paginate(repositoryName=IMAGES)
        return [each for page in pages for each in page["imageDetails"]]
    except ClientError:
        return []


def image_of(commit: str) -> Shape | None:
    """Return the image that has a commit's id, or the start of it, in one of its tags."""
    for each in images():
        tags = each.get("imageTags", ())
        if any(commit.startswith(tag) or commit[:7] in tag for tag in tags if len(tag) >= 7):
            return each
    return None


def pipeline() -> Shape | None:
    """Return the declaration of the pipeline ``orders``, None where there is none."""
    try:
        return dict(client("codepipeline").get_pipeline(name=PIPELINE)["pipeline"])
    except ClientError:
        return None


def view(lab: Lab) -> PipelineView | Note:
    """Return the pipeline ``orders`` as it stands, to look at and to step through."""
    if pipeline() is None:
        return Note("No pipeline yet.", f"Deploy a pipeline {PIPELINE}, then look at it here.")
    return PipelineView(client("codepipeline"), PIPELINE, lab.clock)


def newest_execution() -> Shape:
    """Return the newest execution of the pipeline that has the last commit of ``main``."""
    return execution_of(tip_of_main())


def kind_of(action: Shape) -> tuple[str, str]:
    """Return the category and the provider of an action that ran."""
    kind = action["input"]["actionTypeId"]
    return str(kind["category"]), str(kind["provider"])


def said(action: Shape) -> str:
    """Return what an action that runs commands has written to its log, "" for any other."""
    result = action.get("output", {}).get("executionResult", {})
    if kind_of(action)[1] == "CodeBuild":
        name = result.get("externalExecutionId", "")
        builds = client("codebuild").batch_get_builds(ids=[name])["builds"] if name else []
        places = [(b["logs"]["groupName"], b["logs"]["streamName"]) for b in builds if _logs(b)]
    else:
        _, found, rest = str(result.get("logStreamARN", "")).partition(":log-group:")
        group, _, stream = rest.partition(":log-stream:")
        places = [(group, stream)] if found else []
    return "".join(line for place in places for line in _log(*place))


def _logs(build: Shape) -> bool:
    return "streamName" in build.get("logs", {})


def _log(group: str, stream: str) -> list[str]:
    try:
        found = client("logs").get_log_events(
            logGroupName=group, logStreamName=stream, startFromHead=True
        )
    except ClientError:
        return []
    return [each["message"] for each in found["events"]]


def service() -> Shape | None:
    """Return the ECS service ``orders``, None where there is none."""
    try:
        found = client("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    except ClientError:
        return None
    return next((dict(each) for each in found if each["status"] == "ACTIVE"), None)


def services() -> list[str]:
    """Return the names of the services of every cluster."""
    ecs = client("ecs")
    arns = [
        arn
        for cluster in ecs.list_clusters()["clusterArns"]
        for arn in ecs.list_services(cluster=cluster)["serviceArns"]
    ]
    return sorted(arn.rpartition("service/")[2] for arn in arns)


def running() -> set[str]:
    """Return the digests of the images that the running tasks of ``orders`` have."""
    ecs = client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=SERVICE)["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    known = {each["imageDigest"] for each in images()}
    found = {
        container.get("imageDigest", "")
        for task in tasks
        if task["lastStatus"] == "RUNNING"
        for container in task["containers"]
    }
    return found & known


def definition() -> Shape:
    """Return the task definition that the service has now, {} where there is no service."""
    found = service()
    if found is None:
        return {}
    asked = {"taskDefinition": found["taskDefinition"]}
    return dict(client("ecs").describe_task_definition(**asked)["taskDefinition"])


def containers() -> list[Shape]:
    """Return the containers of the task definition that the service has now."""
    return list(definition().get("containerDefinitions", ()))


def why_stopped() -> str:
    """Return why the last task of the cluster has stopped, "" where none has."""
    ecs = client("ecs")
    try:
        arns = ecs.list_tasks(cluster=CLUSTER, desiredStatus="STOPPED")["taskArns"]
    except ClientError:
        return ""
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns[:100])["tasks"] if arns else []
    last: Shape = max(tasks, key=lambda each: each["createdAt"], default={})
    return str(last.get("stoppedReason", "")).partition(" in (")[0]


def moving() -> list[str]:
    """Return the images of the service's containers whose tag moves: ``latest``, or none at all."""
    found = [str(each["image"]) for each in containers()]
    return [each for each in found if _tag(each) in ("", "latest")]


def _tag(image: str) -> str:
    """Return what comes after an image's name, "" where it has neither tag nor digest."""
    return image.rpartition("/")[2].replace("@", ":").partition(":")[2]


def healthy_targets() -> int:
    """Return how many healthy targets the groups have that get customers' requests."""
    elbv2 = client("elbv2")
    groups = {group["TargetGroupArn"] for group in elbv2.describe_target_groups()["TargetGroups"]}
    states = [
        each["TargetHealth"]["State"]
        for arn in groups
        for each in elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    ]
    return states.count("healthy")
