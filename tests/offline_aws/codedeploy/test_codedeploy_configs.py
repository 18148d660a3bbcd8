"""Deployment configurations: the seventeen of AWS, and those of an account."""

from __future__ import annotations

from typing import Any

import pytest
from deploy_lab import ROLE, DeployLab, code_of

NAMES = {
    *("AllAtOnce", "HalfAtATime", "OneAtATime"),
    *("ECSAllAtOnce", "ECSCanary10Percent5Minutes", "ECSCanary10Percent15Minutes"),
    *("ECSLinear10PercentEvery1Minutes", "ECSLinear10PercentEvery3Minutes"),
    *("LambdaAllAtOnce", "LambdaCanary10Percent5Minutes", "LambdaCanary10Percent10Minutes"),
    *("LambdaCanary10Percent15Minutes", "LambdaCanary10Percent30Minutes"),
    *("LambdaLinear10PercentEvery1Minute", "LambdaLinear10PercentEvery2Minutes"),
    *("LambdaLinear10PercentEvery3Minutes", "LambdaLinear10PercentEvery10Minutes"),
}


def test_the_seventeen_of_aws_are_listed(lab: DeployLab) -> None:
    listed = lab.client.list_deployment_configs()["deploymentConfigsList"]
    assert len(listed) == 17
    assert {name.removeprefix("CodeDeployDefault.") for name in listed} == NAMES


def _get(lab: DeployLab, name: str) -> dict[str, Any]:
    found = lab.client.get_deployment_config(deploymentConfigName=f"CodeDeployDefault.{name}")
    info: dict[str, Any] = found["deploymentConfigInfo"]
    return info


@pytest.mark.parametrize(
    ("name", "member", "value"),
    [
        ("OneAtATime", "minimumHealthyHosts", {"type": "MOST_CONCURRENCY", "value": 1}),
        ("HalfAtATime", "minimumHealthyHosts", {"type": "FLEET_PERCENT", "value": 50}),
        ("AllAtOnce", "minimumHealthyHosts", {"type": "HOST_COUNT", "value": 0}),
        ("ECSAllAtOnce", "trafficRoutingConfig", {"type": "AllAtOnce"}),
        (
            "ECSCanary10Percent15Minutes",
            "trafficRoutingConfig",
            {
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 15},
            },
        ),
        (
            "LambdaLinear10PercentEvery1Minute",
            "trafficRoutingConfig",
            {
                "type": "TimeBasedLinear",
                "timeBasedLinear": {"linearPercentage": 10, "linearInterval": 1},
            },
        ),
    ],
)
def test_the_shapes_are_aws_s(lab: DeployLab, name: str, member: str, value: object) -> None:
    assert _get(lab, name)[member] == value


def _hosts(kind: str, value: int) -> dict[str, Any]:
    return {"minimumHealthyHosts": {"type": kind, "value": value}}


def _routing(kind: str, **more: Any) -> dict[str, Any]:
    return {"trafficRoutingConfig": {"type": kind, **more}}


CANARY = {"canaryPercentage": 20, "canaryInterval": 7}


def test_what_an_account_makes_comes_back_and_is_listed_last(lab: DeployLab) -> None:
    zonal = {
        "firstZoneMonitorDurationInSeconds": 600,
        "monitorDurationInSeconds": 60,
        "minimumHealthyHostsPerZone": {"type": "HOST_COUNT", "value": 1},
    }
    made = lab.client.create_deployment_config(
        deploymentConfigName="ThreeQuartersHealthy",
        **_hosts("FLEET_PERCENT", 75),
        zonalConfig=zonal,
    )
    found = lab.client.get_deployment_config(deploymentConfigName="ThreeQuartersHealthy")
    info = found["deploymentConfigInfo"]
    assert info["deploymentConfigId"] == made["deploymentConfigId"]
    assert info["minimumHealthyHosts"] == {"type": "FLEET_PERCENT", "value": 75}
    assert info["zonalConfig"] == zonal
    assert info["computePlatform"] == "Server"
    listed = lab.client.list_deployment_configs()["deploymentConfigsList"]
    assert listed[-1] == "ThreeQuartersHealthy"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "InvalidMinimumHealthyHostValueException"),
        (_hosts("HOST_COUNT", -1), "InvalidMinimumHealthyHostValueException"),
        (_hosts("FLEET_PERCENT", 100), "InvalidMinimumHealthyHostValueException"),
        (_hosts("MOST_CONCURRENCY", 1), "InvalidMinimumHealthyHostValueException"),
        (
            _hosts("HOST_COUNT", 1) | _routing("AllAtOnce"),
            "InvalidTrafficRoutingConfigurationException",
        ),
        ({"computePlatform": "ECS"}, "InvalidTrafficRoutingConfigurationException"),
        (
            {"computePlatform": "ECS", **_hosts("HOST_COUNT", 1)},
            "InvalidMinimumHealthyHostValueException",
        ),
        (
            {"computePlatform": "Lambda", **_routing("TimeBasedCanary")},
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            {"computePlatform": "Lambda", **_routing("TimeBasedLinear", timeBasedCanary=CANARY)},
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            {
                "computePlatform": "Lambda",
                **_routing("TimeBasedCanary", timeBasedCanary=CANARY | {"canaryPercentage": 100}),
            },
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            _hosts("HOST_COUNT", 1) | {"zonalConfig": {"monitorDurationInSeconds": -1}},
            "InvalidZonalDeploymentConfigurationException",
        ),
        ({"computePlatform": "Server2"}, "InvalidComputePlatformException"),
    ],
)
def test_what_means_nothing_is_refused(lab: DeployLab, parameters: Any, code: str) -> None:
    create = lab.client.create_deployment_config
    assert code_of(create, deploymentConfigName="mine", **parameters) == code


def test_names_are_checked_and_taken_once(lab: DeployLab) -> None:
    hosts = _hosts("HOST_COUNT", 1)
    create = lab.client.create_deployment_config
    code = "InvalidDeploymentConfigNameException"
    assert code_of(create, deploymentConfigName="CodeDeployDefault.Mine", **hosts) == code
    assert code_of(create, deploymentConfigName="two words", **hosts) == code
    create(deploymentConfigName="mine", **hosts)
    code = "DeploymentConfigAlreadyExistsException"
    assert code_of(create, deploymentConfigName="mine", **hosts) == code


def test_what_is_in_use_and_what_is_aws_s_cannot_be_deleted(lab: DeployLab) -> None:
    delete = lab.client.delete_deployment_config
    name = "CodeDeployDefault.AllAtOnce"
    assert code_of(delete, deploymentConfigName=name) == "InvalidOperationException"
    lab.client.create_deployment_config(deploymentConfigName="mine", **_hosts("HOST_COUNT", 1))
    lab.application()
    lab.group(deploymentConfigName="mine")
    assert code_of(delete, deploymentConfigName="mine") == "DeploymentConfigInUseException"
    lab.client.delete_deployment_group(applicationName="shop", deploymentGroupName="prod")
    delete(deploymentConfigName="mine")
    delete(deploymentConfigName="mine")
    code = "DeploymentConfigDoesNotExistException"
    assert code_of(lab.client.get_deployment_config, deploymentConfigName="mine") == code
    group = {"applicationName": "shop", "deploymentGroupName": "prod", "serviceRoleArn": ROLE}
    create = lab.client.create_deployment_group
    assert code_of(create, **group, deploymentConfigName="mine") == code
