"""The seventeen deployment configurations that AWS provides.

Source: AWS CodeDeploy User Guide, "Working with deployment configurations". ECS says
``Every1Minutes`` where Lambda says ``Every1Minute``.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from offline_aws.codedeploy.shapes import Shape

PREFIX = "CodeDeployDefault."
#: The configuration of a group that names none, by platform.
DEFAULTS = {
    "Server": f"{PREFIX}OneAtATime",
    "Lambda": f"{PREFIX}LambdaAllAtOnce",
    "ECS": f"{PREFIX}ECSAllAtOnce",
}
_IDS = uuid.UUID("00000000-0000-0000-0000-000000000001")
_CREATED = datetime(2014, 11, 12, tzinfo=UTC)
_PERCENT = 10


def _server(name: str, kind: str, value: int) -> Shape:
    return _config(name, "Server", {"minimumHealthyHosts": {"type": kind, "value": value}})


def _all_at_once(platform: str) -> Shape:
    routing = {"trafficRoutingConfig": {"type": "AllAtOnce"}}
    return _config(f"{platform}AllAtOnce", platform, routing)


def _canary(platform: str, minutes: int) -> Shape:
    canary = {"canaryPercentage": _PERCENT, "canaryInterval": minutes}
    routing = {"type": "TimeBasedCanary", "timeBasedCanary": canary}
    name = f"{platform}Canary{_PERCENT}Percent{minutes}Minutes"
    return _config(name, platform, {"trafficRoutingConfig": routing})


def _linear(platform: str, minutes: int, unit: str) -> Shape:
    linear = {"linearPercentage": _PERCENT, "linearInterval": minutes}
    routing = {"type": "TimeBasedLinear", "timeBasedLinear": linear}
    name = f"{platform}Linear{_PERCENT}PercentEvery{minutes}{unit}"
    return _config(name, platform, {"trafficRoutingConfig": routing})


def _config(name: str, platform: str, more: Shape) -> Shape:
    return {
        "deploymentConfigId": str(uuid.uuid5(_IDS, name)),
        "deploymentConfigName": PREFIX + name,
        "computePlatform": platform,
        "createTime": _CREATED,
        **more,
    }


#: AWS's ``DeploymentConfigInfo`` of each, by name. OneAtATime's type is in no enum of AWS's.
PREDEFINED: dict[str, Shape] = {
    each["deploymentConfigName"]: each
    for each in (
        _server("AllAtOnce", "HOST_COUNT", 0),
        _server("HalfAtATime", "FLEET_PERCENT", 50),
        _server("OneAtATime", "MOST_CONCURRENCY", 1),
        _all_at_once("ECS"),
        _canary("ECS", 5),
        _canary("ECS", 15),
        _linear("ECS", 1, "Minutes"),
        _linear("ECS", 3, "Minutes"),
        _all_at_once("Lambda"),
        *(_canary("Lambda", minutes) for minutes in (5, 10, 15, 30)),
        _linear("Lambda", 1, "Minute"),
        *(_linear("Lambda", minutes, "Minutes") for minutes in (2, 3, 10)),
    )
}
