"""What a deployment does to each of its targets: instances, a function, a service."""

from __future__ import annotations

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.deployment import Deployment, Target
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import find_deployment
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_KINDS = {"Server": "InstanceTarget", "Lambda": "LambdaTarget", "ECS": "ECSTarget"}
_MEMBERS = {"Server": "instanceTarget", "Lambda": "lambdaTarget", "ECS": "ecsTarget"}
_MOST_IN_A_BATCH = 25


@codedeploy_operation("GetDeploymentTarget")
def get_deployment_target(call: Call, parameters: Shape) -> Shape:
    """Return one target of a deployment."""
    deployment = started_deployment(call, parameters["deploymentId"])
    return {"deploymentTarget": _shown(deployment, _find(deployment, parameters["targetId"]))}


@codedeploy_operation("BatchGetDeploymentTargets")
def batch_get_deployment_targets(call: Call, parameters: Shape) -> Shape:
    """Return several targets of a deployment, every one of which has to be there."""
    deployment = started_deployment(call, parameters["deploymentId"])
    ids = parameters["targetIds"]
    if len(ids) > (_MOST_IN_A_BATCH if deployment.platform == "Server" else 1):
        raise AwsError(
            "DeploymentTargetListSizeExceededException",
            "The list of targets has more than a deployment of this platform can have",
        )
    return {"deploymentTargets": [_shown(deployment, _find(deployment, each)) for each in ids]}


@codedeploy_operation("ListDeploymentTargets")
def list_deployment_targets(call: Call, parameters: Shape) -> Shape:
    """Return the ids of the targets, restricted by status and by Blue and Green."""
    deployment = started_deployment(call, parameters["deploymentId"])
    filters = parameters.get("targetFilters") or {}
    statuses, labels = filters.get("TargetStatus"), filters.get("ServerInstanceLabel")
    if labels and not (deployment.platform == "Server" and deployment.blue_green):
        raise AwsError(
            "InvalidDeploymentInstanceTypeException",
            "Instance labels are for blue/green deployments to instances",
        )
    found = [
        target.id
        for target in deployment.targets.values()
        if (not statuses or target.status in statuses) and (not labels or target.label in labels)
    ]
    return page("targetIds", found, parameters)


def started_deployment(call: Call, identifier: str) -> Deployment:
    """Return a deployment that has targets. Raises ``DeploymentNotStartedException``."""
    deployment = find_deployment(call, identifier)
    if deployment.started is None and deployment.active:
        raise AwsError(
            "DeploymentNotStartedException", f"The deployment {identifier} has not started"
        )
    return deployment


def _find(deployment: Deployment, identifier: str) -> Target:
    name = identifier.rpartition("/")[2] if identifier.startswith("arn:") else identifier
    if name not in deployment.targets:
        raise AwsError(
            "DeploymentTargetDoesNotExistException",
            f"The target {identifier} does not belong to the deployment {deployment.id}",
        )
    return deployment.targets[name]


def _shown(deployment: Deployment, target: Target) -> Shape:
    found: Shape = {
        "deploymentId": deployment.id,
        "targetId": target.id,
        "targetArn": target.arn,
        "status": target.status,
        "lastUpdatedAt": target.updated,
        **target.details(),
        "lifecycleEvents": [each.shape() for each in target.events],
    }
    if target.label:
        found["instanceLabel"] = target.label
    return {
        "deploymentTargetType": _KINDS[deployment.platform],
        _MEMBERS[deployment.platform]: found,
    }
