"""The older view of what a deployment does to instances and functions, which AWS advises against.

It has nothing for ECS. The instance of a Lambda deployment is its function.
"""

from __future__ import annotations

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.deployment import Deployment, Target
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import find_deployment
from offline_aws.codedeploy.targets import started_deployment
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST_IN_A_BATCH = 25


@codedeploy_operation("ListDeploymentInstances")
def list_deployment_instances(call: Call, parameters: Shape) -> Shape:
    """Return the ids of the instances, restricted by status and by Blue and Green."""
    deployment = started_deployment(call, parameters["deploymentId"])
    _refuse_ecs(deployment)
    statuses = parameters.get("instanceStatusFilter")
    labels = parameters.get("instanceTypeFilter")
    if labels and not (deployment.platform == "Server" and deployment.blue_green):
        raise AwsError(
            "InvalidDeploymentInstanceTypeException",
            "An instance type was specified for an in-place deployment",
        )
    found = [
        target.id
        for target in deployment.targets.values()
        if (not statuses or target.status in statuses) and (not labels or target.label in labels)
    ]
    return page("instancesList", found, parameters)


@codedeploy_operation("GetDeploymentInstance")
def get_deployment_instance(call: Call, parameters: Shape) -> Shape:
    """Return what a deployment does to one instance."""
    deployment = find_deployment(call, parameters["deploymentId"])
    _refuse_ecs(deployment)
    name = _name(parameters["instanceId"])
    if name not in deployment.targets:
        raise AwsError(
            "InstanceDoesNotExistException",
            f"The instance {parameters['instanceId']} does not exist in the deployment",
        )
    return {"instanceSummary": _shown(deployment, deployment.targets[name])}


@codedeploy_operation("BatchGetDeploymentInstances")
def batch_get_deployment_instances(call: Call, parameters: Shape) -> Shape:
    """Return what a deployment does to instances; those it does not have are left out."""
    deployment = find_deployment(call, parameters["deploymentId"])
    _refuse_ecs(deployment)
    names = [_name(each) for each in parameters["instanceIds"]]
    if len(names) > _MOST_IN_A_BATCH:
        raise AwsError("BatchLimitExceededException", "The limit of 25 instances was exceeded")
    found = [deployment.targets[name] for name in names if name in deployment.targets]
    answer: Shape = {"instancesSummary": [_shown(deployment, each) for each in found]}
    if missing := [name for name in names if name not in deployment.targets]:
        answer["errorMessage"] = f"Not in the deployment: {', '.join(missing)}"
    return answer


def _refuse_ecs(deployment: Deployment) -> None:
    if deployment.platform == "ECS":
        raise AwsError(
            "InvalidComputePlatformException",
            "ECS deployments have no instances: ask for their targets",
        )


def _name(identifier: str) -> str:
    return identifier.rpartition("/")[2] if identifier.startswith("arn:") else identifier


def _shown(deployment: Deployment, target: Target) -> Shape:
    found: Shape = {
        "deploymentId": deployment.id,
        "instanceId": target.arn,
        "status": target.status,
        "lastUpdatedAt": target.updated,
        "lifecycleEvents": [each.shape() for each in target.events],
    }
    if target.label:
        found["instanceType"] = target.label
    return found
