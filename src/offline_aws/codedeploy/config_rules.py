"""What AWS refuses in a deployment configuration. The sentences are ours where AWS has none."""

from __future__ import annotations

from collections.abc import Callable

from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError

_PERCENT = 100
_LONGEST_INTERVAL = 2880  # minutes: two days
_ROUTING = {
    "TimeBasedCanary": ("timeBasedCanary", "canaryPercentage", "canaryInterval"),
    "TimeBasedLinear": ("timeBasedLinear", "linearPercentage", "linearInterval"),
}


def check_config(platform: str, parameters: Shape) -> None:
    """Refuse what does not belong to the platform, and what has no meaning."""
    hosts, routing = parameters.get("minimumHealthyHosts"), parameters.get("trafficRoutingConfig")
    zonal = parameters.get("zonalConfig")
    if platform == "Server":
        if routing:
            raise _routing("Traffic routing is for the Lambda and ECS compute platforms")
        _check_hosts(hosts, _hosts)
        if zonal:
            _check_zonal(zonal)
        return
    if hosts:
        raise _hosts("Minimum healthy hosts are for the Server compute platform")
    if zonal:
        raise _zonal("A zonal configuration is for the Server compute platform")
    _check_routing(routing)


def _check_hosts(hosts: Shape | None, error: Callable[[str], AwsError]) -> None:
    if not hosts or "type" not in hosts or "value" not in hosts:
        raise error("Minimum healthy hosts need a type and a value")
    if hosts["value"] < 0:
        raise error("The minimum number of healthy hosts may not be negative")
    if hosts["type"] == "FLEET_PERCENT" and hosts["value"] >= _PERCENT:
        raise error("A percentage of healthy hosts is from 0 to 99")


def _check_routing(routing: Shape | None) -> None:
    kind = (routing or {}).get("type")
    if routing is None or kind is None:
        raise _routing("A traffic routing configuration with a type is required")
    own = _ROUTING.get(kind)
    for name, (member, _, _) in _ROUTING.items():
        if member in routing and name != kind:
            raise _routing(f"{member} does not belong to the type {kind}")
    if own is None:
        return
    member, percentage, interval = own
    given = routing.get(member) or {}
    if not 0 < given.get(percentage, 0) < _PERCENT:
        raise _routing(f"{percentage} is from 1 to 99")
    if not 0 < given.get(interval, 0) <= _LONGEST_INTERVAL:
        raise _routing(f"{interval} is from 1 to {_LONGEST_INTERVAL} minutes")


def _check_zonal(zonal: Shape) -> None:
    for member in ("firstZoneMonitorDurationInSeconds", "monitorDurationInSeconds"):
        if zonal.get(member, 0) < 0:
            raise _zonal(f"{member} may not be negative")
    if "minimumHealthyHostsPerZone" in zonal:
        _check_hosts(zonal["minimumHealthyHostsPerZone"], _zonal)


def _hosts(message: str) -> AwsError:
    return AwsError("InvalidMinimumHealthyHostValueException", message)


def _routing(message: str) -> AwsError:
    return AwsError("InvalidTrafficRoutingConfigurationException", message)


def _zonal(message: str) -> AwsError:
    return AwsError("InvalidZonalDeploymentConfigurationException", message)
