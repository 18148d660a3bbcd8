"""Deployment configurations: AWS's own and those that an account makes."""

from __future__ import annotations

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.config_catalogue import PREDEFINED, PREFIX
from offline_aws.codedeploy.config_rules import check_config
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_LIMIT = 50


@codedeploy_operation("CreateDeploymentConfig")
def create_deployment_config(call: Call, parameters: Shape) -> Shape:
    """Create a configuration; its platform is Server unless another is said."""
    store, name = call.state(Store), parameters["deploymentConfigName"]
    platform = parameters.get("computePlatform") or "Server"
    if name.startswith(PREFIX):
        raise AwsError(
            "InvalidDeploymentConfigNameException",
            f"Deployment configuration names may not begin with {PREFIX}",
        )
    if name in store.configs:
        raise AwsError(
            "DeploymentConfigAlreadyExistsException",
            f"Deployment configuration already exists: {name}",
        )
    check_config(platform, parameters)
    if len(store.configs) >= _LIMIT:
        raise AwsError(
            "DeploymentConfigLimitExceededException",
            f"An account has at most {_LIMIT} custom deployment configurations",
        )
    made = {
        "deploymentConfigId": store.new_uuid(call),
        "deploymentConfigName": name,
        "computePlatform": platform,
        "createTime": call.clock.now(),
    }
    for member in ("minimumHealthyHosts", "trafficRoutingConfig", "zonalConfig"):
        if parameters.get(member):
            made[member] = parameters[member]
    store.configs[name] = made
    return {"deploymentConfigId": made["deploymentConfigId"]}


@codedeploy_operation("GetDeploymentConfig")
def get_deployment_config(call: Call, parameters: Shape) -> Shape:
    """Return a configuration. That of OneAtATime has the type MOST_CONCURRENCY, as in AWS."""
    return {"deploymentConfigInfo": find_config(call, parameters["deploymentConfigName"])}


@codedeploy_operation("ListDeploymentConfigs")
def list_deployment_configs(call: Call, parameters: Shape) -> Shape:
    """Return the names of all configurations, AWS's own among them."""
    return page("deploymentConfigsList", [*PREDEFINED, *call.state(Store).configs], parameters)


@codedeploy_operation("DeleteDeploymentConfig")
def delete_deployment_config(call: Call, parameters: Shape) -> Shape:
    """Delete a configuration that no group uses; one that is not there is no error."""
    store, name = call.state(Store), parameters["deploymentConfigName"]
    if name in PREDEFINED:
        raise AwsError("InvalidOperationException", f"{name} is a default configuration")
    groups = [g for each in store.applications.values() for g in each.groups.values()]
    if any(group.settings["deploymentConfigName"] == name for group in groups):
        raise AwsError("DeploymentConfigInUseException", f"{name} is in use")
    store.configs.pop(name, None)
    store.config_tags.pop(name, None)
    return {}


def find_config(call: Call, name: str) -> Shape:
    """Return a configuration. Raises ``DeploymentConfigDoesNotExistException``."""
    found = PREDEFINED.get(name) or call.state(Store).configs.get(name)
    if found is None:
        raise AwsError(
            "DeploymentConfigDoesNotExistException",
            f"No deployment configuration found for name: {name}",
        )
    return found
