"""CreateDeployment: what AWS refuses at once, and the beginning of the rest."""

from __future__ import annotations

from offline_aws.codedeploy.appspec import AppSpecError, read_ecs_spec, read_lambda_spec
from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.configs import find_config
from offline_aws.codedeploy.making import make
from offline_aws.codedeploy.revision_text import inline_text
from offline_aws.codedeploy.revisions import check_description, checked_location
from offline_aws.codedeploy.settings_checks import check_alarms, check_processes, check_rollback
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Group, find_group
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_BUNDLES = {"Server": ("zip", "tar", "tgz"), "Lambda": ("YAML", "JSON"), "ECS": ("YAML", "JSON")}
_TYPES = {
    "Server": ("S3",),
    "Lambda": ("S3", "String", "AppSpecContent"),
    "ECS": ("S3", "AppSpecContent"),
}
_READERS = {"Lambda": read_lambda_spec, "ECS": read_ecs_spec}
#: What a deployment takes from its group unless the request says otherwise.
_OF_GROUP = (
    *("deploymentStyle", "blueGreenDeploymentConfiguration", "loadBalancerInfo"),
    *("autoRollbackConfiguration", "ec2DeploymentOptions"),
)
_OWN = (
    *("description", "autoRollbackConfiguration", "targetInstances", "fileExistsBehavior"),
    *("overrideAlarmConfiguration", "ec2DeploymentOptions"),
)


@codedeploy_operation("CreateDeployment")
def create_deployment(call: Call, parameters: Shape) -> Shape:
    """Create a deployment, which begins on the clock.

    A group has one at a time. An AppSpec in the request is looked at now; one in S3 when the
    deployment begins, as in AWS.
    """
    group = find_group(call, parameters["applicationName"], parameters["deploymentGroupName"])
    check_description(parameters)
    _check_options(group, parameters)
    revision = _revision(group, parameters)
    name = parameters.get("deploymentConfigName") or group.settings["deploymentConfigName"]
    config = find_config(call, name)
    if config["computePlatform"] != group.application.platform:
        raise AwsError(
            "InvalidDeploymentConfigNameException",
            f"{name} is for {config['computePlatform']}, and the application is for "
            f"{group.application.platform}",
        )
    if group.active:
        raise AwsError(
            "DeploymentLimitExceededException",
            f"The Deployment Group '{group.name}' already has an active Deployment "
            f"'{group.active.id}'",
        )
    made = make(call, group, revision, config, _settings(group, parameters))
    made.course.begin()
    return {"deploymentId": made.id}


def _settings(group: Group, parameters: Shape) -> Shape:
    settings = {name: group.settings[name] for name in _OF_GROUP if name in group.settings}
    settings |= {name: parameters[name] for name in _OWN if name in parameters}
    settings["ignoreApplicationStopFailures"] = parameters.get(
        "ignoreApplicationStopFailures", False
    )
    settings["updateOutdatedInstancesOnly"] = parameters.get("updateOutdatedInstancesOnly", False)
    if group.application.platform == "Server":
        settings.setdefault("fileExistsBehavior", "DISALLOW")
    if parameters.get("deploymentMode") == "RESTART":
        settings["deploymentMode"] = "RESTART"
    return settings


def _check_options(group: Group, parameters: Shape) -> None:
    server = group.application.platform == "Server"
    check_alarms(parameters.get("overrideAlarmConfiguration"))
    check_rollback(parameters.get("autoRollbackConfiguration"))
    check_processes(parameters.get("ec2DeploymentOptions"))
    if not server:
        for member, code in (
            ("ignoreApplicationStopFailures", "InvalidIgnoreApplicationStopFailuresValue"),
            ("updateOutdatedInstancesOnly", "InvalidUpdateOutdatedInstancesOnlyValue"),
            ("fileExistsBehavior", "InvalidFileExistsBehavior"),
            ("ec2DeploymentOptions", "InvalidInput"),
        ):
            if parameters.get(member):
                text = f"{member} is for the EC2/On-premises compute platform"
                raise AwsError(f"{code}Exception", text)
    blue_green = group.settings["deploymentStyle"]["deploymentType"] == "BLUE_GREEN"
    if parameters.get("targetInstances") and not (server and blue_green):
        raise AwsError(
            "InvalidTargetInstancesException",
            "Target instances are for blue/green deployments to instances",
        )
    if parameters.get("deploymentMode") == "RESTART":
        _check_restart(parameters, server and not blue_green)


def _check_restart(parameters: Shape, in_place: bool) -> None:
    if not in_place:
        raise AwsError(
            "InvalidInputException",
            "The deployment mode RESTART is for in-place deployments to instances",
        )
    if parameters.get("revision"):
        raise AwsError(
            "InvalidInputException", "A revision may not be specified with the mode RESTART"
        )
    if parameters.get("updateOutdatedInstancesOnly"):
        raise AwsError(
            "InvalidUpdateOutdatedInstancesOnlyValueException",
            "updateOutdatedInstancesOnly may not be true with the mode RESTART",
        )


def _revision(group: Group, parameters: Shape) -> Shape:
    """Return the revision to be deployed. Raises AWS's errors for what cannot be one."""
    platform = group.application.platform
    if parameters.get("deploymentMode") == "RESTART":
        if group.last_successful is None:
            raise AwsError(
                "RevisionDoesNotExistException",
                "The deployment group has no successful deployment to restart",
            )
        return group.last_successful.revision
    if not parameters.get("revision"):
        raise AwsError("RevisionRequiredException", "Revision is required")
    location = checked_location("CreateDeployment", parameters["revision"])
    kind = location["revisionType"]
    if kind not in _TYPES[platform]:
        raise _invalid(f"A revision for {platform} is of type {', '.join(_TYPES[platform])}")
    if kind == "S3" and location["s3Location"]["bundleType"] not in _BUNDLES[platform]:
        raise _invalid(f"A bundle for {platform} is {', '.join(_BUNDLES[platform])}")
    text = inline_text(location)
    if text is not None:
        try:
            _READERS[platform](text)
        except AppSpecError as error:
            raise _invalid(str(error)) from error
    return location


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRevisionException", message)
