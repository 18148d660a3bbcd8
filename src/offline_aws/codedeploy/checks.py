"""Register CodeDeploy's operations, with what is required and malformed named by AWS's codes.

CodeDeploy has an error of its own for almost every parameter. What its model forbids and has no
such error for is a ValidationException, as for every service of AWS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, wraps

import botocore.session
from botocore.exceptions import ClientError

from offline_aws.codedeploy.store import Shape
from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck
from offline_aws.operations import Call, Operation, operation
from offline_aws.refusals import not_simulated_with, unmodelled

SERVICE = "codedeploy"
_CHECK = ModelCheck(SERVICE)
_PATH = re.compile(r" at '(\w+)")

#: The error of a parameter that is missing or empty.
_REQUIRED = {
    "applicationName": ("ApplicationNameRequiredException", "An application name is required"),
    "applicationNames": ("ApplicationNameRequiredException", "An application name is required"),
    "deploymentGroupName": ("DeploymentGroupNameRequiredException", "Group name is missing"),
    "currentDeploymentGroupName": (
        "DeploymentGroupNameRequiredException",
        "Current deployment group name is missing",
    ),
    "deploymentGroupNames": ("DeploymentGroupNameRequiredException", "Group name is missing"),
    "deploymentConfigName": (
        "DeploymentConfigNameRequiredException",
        "Deployment configuration name is required",
    ),
    "deploymentId": ("DeploymentIdRequiredException", "Deployment id is required"),
    "deploymentIds": ("DeploymentIdRequiredException", "Deployment id is required"),
    "instanceId": ("InstanceIdRequiredException", "Instance id is required"),
    "instanceIds": ("InstanceIdRequiredException", "Instance id is required"),
    "targetId": ("DeploymentTargetIdRequiredException", "Target id is required"),
    "targetIds": ("DeploymentTargetIdRequiredException", "Target id is required"),
    "instanceName": ("InstanceNameRequiredException", "Instance name is required"),
    "instanceNames": ("InstanceNameRequiredException", "Instance name is required"),
    "revision": ("RevisionRequiredException", "Revision is required"),
    "revisions": ("RevisionRequiredException", "Revision is required"),
    "serviceRoleArn": ("RoleRequiredException", "Role ARN is required"),
    "tags": ("TagRequiredException", "A tag is required"),
    "Tags": ("TagRequiredException", "A tag is required"),
    "TagKeys": ("TagRequiredException", "A tag key is required"),
    "ResourceArn": ("ResourceArnRequiredException", "A resource ARN is required"),
    "tokenName": ("GitHubAccountTokenNameRequiredException", "Token name is required"),
}
#: What an operation requires and its model does not.
_REQUIRED_TOO = {
    "UpdateApplication": ("applicationName",),
    "CreateDeployment": ("deploymentGroupName",),
    "ContinueDeployment": ("deploymentId",),
    "SkipWaitTimeForInstanceTermination": ("deploymentId",),
    "PutLifecycleEventHookExecutionStatus": ("deploymentId",),
    "DeleteGitHubAccountToken": ("tokenName",),
}
#: The errors of a parameter that is malformed: the first that the operation has.
_INVALID: dict[str, tuple[str, ...]] = {
    "applicationName": ("InvalidApplicationNameException",),
    "applicationNames": ("InvalidApplicationNameException",),
    "newApplicationName": ("InvalidApplicationNameException",),
    "deploymentGroupName": ("InvalidDeploymentGroupNameException",),
    "deploymentGroupNames": ("InvalidDeploymentGroupNameException",),
    "currentDeploymentGroupName": ("InvalidDeploymentGroupNameException",),
    "newDeploymentGroupName": ("InvalidDeploymentGroupNameException",),
    "deploymentConfigName": ("InvalidDeploymentConfigNameException",),
    "computePlatform": ("InvalidComputePlatformException",),
    "minimumHealthyHosts": ("InvalidMinimumHealthyHostValueException",),
    "trafficRoutingConfig": ("InvalidTrafficRoutingConfigurationException",),
    "zonalConfig": ("InvalidZonalDeploymentConfigurationException",),
    "ec2TagFilters": ("InvalidEC2TagException",),
    "ec2TagSet": ("InvalidEC2TagException",),
    "onPremisesInstanceTagFilters": ("InvalidTagException",),
    "onPremisesTagSet": ("InvalidTagException",),
    "triggerConfigurations": ("InvalidTriggerConfigException",),
    "alarmConfiguration": ("InvalidAlarmConfigException",),
    "overrideAlarmConfiguration": ("InvalidAlarmConfigException",),
    "autoRollbackConfiguration": ("InvalidAutoRollbackConfigException",),
    "deploymentStyle": ("InvalidDeploymentStyleException",),
    "blueGreenDeploymentConfiguration": ("InvalidBlueGreenDeploymentConfigurationException",),
    "loadBalancerInfo": ("InvalidLoadBalancerInfoException",),
    "ec2DeploymentOptions": ("InvalidAutoScalingGroupProcessToSuspendException",),
    "fileExistsBehavior": ("InvalidFileExistsBehaviorException",),
    "targetInstances": ("InvalidTargetInstancesException",),
    "revision": ("InvalidRevisionException",),
    "revisions": ("InvalidRevisionException",),
    "sortBy": ("InvalidSortByException",),
    "sortOrder": ("InvalidSortOrderException",),
    "deployed": ("InvalidDeployedStateFilterException",),
    "instanceStatusFilter": ("InvalidInstanceStatusException",),
    "instanceTypeFilter": ("InvalidInstanceTypeException",),
    "targetFilters": ("InvalidTargetFilterNameException",),
    "registrationStatus": ("InvalidRegistrationStatusException",),
    "tagFilters": ("InvalidTagFilterException",),
    "includeOnlyStatuses": ("InvalidDeploymentStatusException",),
    "deploymentWaitType": ("InvalidDeploymentWaitTypeException",),
    "status": ("InvalidLifecycleEventHookExecutionStatusException",),
    "ResourceArn": ("InvalidArnException",),
    "tags": ("InvalidTagsToAddException", "InvalidTagException"),
}


def codedeploy_operation(name: str) -> Callable[[Operation], Operation]:
    """Register an operation of CodeDeploy, with its parameters checked."""

    def register(function: Operation) -> Operation:
        @wraps(function)
        def checked(call: Call, parameters: Shape) -> Shape:
            given = {key: value for key, value in parameters.items() if value is not None}
            _require(name, given)
            for text in _CHECK.mistakes(name, given):
                raise _invalid(name, text)
            return function(call, given)

        return operation(SERVICE, name)(checked)

    return register


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with(SERVICE, operation_name, what, instead)


def _require(name: str, parameters: Shape) -> None:
    errors, required = _model(name)
    for member in (*required, *_REQUIRED_TOO.get(name, ())):
        code, message = _REQUIRED.get(member, ("", ""))
        if code in errors and not parameters.get(member):
            raise AwsError(code, message)


def _invalid(name: str, text: str) -> Exception:
    errors, _ = _model(name)
    found = _PATH.search(text)
    message = f"1 validation error detected: {text}"
    for code in _INVALID.get(found[1], ()) if found else ():
        if code in errors:
            return AwsError(code, message)
    return unmodelled(name, AwsError("ValidationException", message))


@cache
def _model(name: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the errors that an operation has, and the parameters that it requires."""
    model = botocore.session.get_session().get_service_model(SERVICE).operation_model(name)
    shape = model.input_shape
    required = tuple(shape.required_members) if shape else ()
    return frozenset(each.name for each in model.error_shapes), required
