"""Deployment groups: to what an application is deployed, and how."""

from __future__ import annotations

from offline_aws.codedeploy import tagging
from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.config_catalogue import DEFAULTS
from offline_aws.codedeploy.deployment import Deployment
from offline_aws.codedeploy.group_checks import check_settings
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import (
    Application,
    Group,
    Store,
    compact,
    find_application,
    find_group,
)
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST_IN_A_BATCH = 100
_MOST_GROUPS = 1000
#: What a group keeps of what it is made of.
_MEMBERS = (
    *("deploymentConfigName", "ec2TagFilters", "onPremisesInstanceTagFilters"),
    *("autoScalingGroups", "serviceRoleArn", "triggerConfigurations", "alarmConfiguration"),
    *("autoRollbackConfiguration", "outdatedInstancesStrategy", "deploymentStyle"),
    *("blueGreenDeploymentConfiguration", "loadBalancerInfo", "ec2TagSet", "ecsServices"),
    *("onPremisesTagSet", "ec2DeploymentOptions", "terminationHookEnabled"),
)
_IN_PLACE = {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}


@codedeploy_operation("CreateDeploymentGroup")
def create_deployment_group(call: Call, parameters: Shape) -> Shape:
    """Create a group. What it leaves out has AWS's default for the compute platform."""
    application = find_application(call, parameters["applicationName"])
    name = parameters["deploymentGroupName"]
    _refuse_taken(application, name)
    if len(application.groups) >= _MOST_GROUPS:
        raise AwsError(
            "DeploymentGroupLimitExceededException",
            f"An application has at most {_MOST_GROUPS} deployment groups",
        )
    settings = _defaults(application) | _given(parameters)
    tags = tagging.checked_tags(parameters.get("tags", []))
    store = call.state(Store)
    group = Group(store.new_uuid(call), name, application, settings, tags)
    check_settings(call, group, settings)
    application.groups[name] = group
    return {"deploymentGroupId": group.id}


@codedeploy_operation("GetDeploymentGroup")
def get_deployment_group(call: Call, parameters: Shape) -> Shape:
    """Return a group with its last deployments."""
    group = find_group(call, parameters["applicationName"], parameters["deploymentGroupName"])
    return {"deploymentGroupInfo": shown(group)}


@codedeploy_operation("BatchGetDeploymentGroups")
def batch_get_deployment_groups(call: Call, parameters: Shape) -> Shape:
    """Return several groups; those that do not exist are named in ``errorMessage``."""
    application = find_application(call, parameters["applicationName"])
    names = parameters["deploymentGroupNames"]
    if len(names) > _MOST_IN_A_BATCH:
        raise AwsError("BatchLimitExceededException", "The limit of 100 names was exceeded")
    groups = [application.groups[name] for name in names if name in application.groups]
    answer: Shape = {"deploymentGroupsInfo": [shown(group) for group in groups]}
    if missing := [name for name in names if name not in application.groups]:
        answer["errorMessage"] = f"No Deployment Group found for name: {', '.join(missing)}"
    return answer


@codedeploy_operation("ListDeploymentGroups")
def list_deployment_groups(call: Call, parameters: Shape) -> Shape:
    """Return the names of an application's groups."""
    application = find_application(call, parameters["applicationName"])
    found = page("deploymentGroups", sorted(application.groups), parameters)
    return {"applicationName": application.name, **found}


@codedeploy_operation("UpdateDeploymentGroup")
def update_deployment_group(call: Call, parameters: Shape) -> Shape:
    """Change what is given of a group, and leave the rest as it is."""
    group = find_group(
        call, parameters["applicationName"], parameters["currentDeploymentGroupName"]
    )
    groups, new = group.application.groups, parameters.get("newDeploymentGroupName")
    if new and new != group.name:
        _refuse_taken(group.application, new)
    settings = group.settings | _given(parameters)
    check_settings(call, group, settings)
    group.settings = settings
    if new and new != group.name:
        groups[new] = groups.pop(group.name)
        group.name = new
        for deployment in group.deployments:
            deployment.group = new
    return {"hooksNotCleanedUp": []}


@codedeploy_operation("DeleteDeploymentGroup")
def delete_deployment_group(call: Call, parameters: Shape) -> Shape:
    """Delete a group; one that is not there is no error.

    What is being deployed to it fails with DEPLOYMENT_GROUP_MISSING.
    """
    application = call.state(Store).applications.get(parameters["applicationName"])
    groups = application.groups if application else {}
    group = groups.pop(parameters["deploymentGroupName"], None)
    if group and group.active:
        group.active.course.fail(
            "DEPLOYMENT_GROUP_MISSING",
            "The deployment group was deleted during the deployment.",
        )
    return {"hooksNotCleanedUp": []}


def shown(group: Group) -> Shape:
    """Return AWS's ``DeploymentGroupInfo``."""
    found = {
        **group.settings,
        "applicationName": group.application.name,
        "deploymentGroupId": group.id,
        "deploymentGroupName": group.name,
        "computePlatform": group.application.platform,
        "targetRevision": group.target_revision,
        "lastSuccessfulDeployment": _last(group.last_successful),
        "lastAttemptedDeployment": _last(group.last_attempted),
    }
    names = group.settings["autoScalingGroups"]
    return compact(found | {"autoScalingGroups": [{"name": name} for name in names]})


def _last(deployment: Deployment | None) -> Shape | None:
    if deployment is None:
        return None
    return compact(
        {
            "deploymentId": deployment.id,
            "status": deployment.status,
            "endTime": deployment.completed,
            "createTime": deployment.created,
        }
    )


def _given(parameters: Shape) -> Shape:
    return {name: parameters[name] for name in _MEMBERS if name in parameters}


def _defaults(application: Application) -> Shape:
    found: Shape = {
        "deploymentConfigName": DEFAULTS[application.platform],
        "ec2TagFilters": [],
        "onPremisesInstanceTagFilters": [],
        "autoScalingGroups": [],
        "triggerConfigurations": [],
        "outdatedInstancesStrategy": "UPDATE",
        "deploymentStyle": _IN_PLACE,
        "terminationHookEnabled": False,
    }
    return found


def _refuse_taken(application: Application, name: str) -> None:
    if name in application.groups:
        raise AwsError(
            "DeploymentGroupAlreadyExistsException",
            f"Deployment group name already exists: {name}",
        )
