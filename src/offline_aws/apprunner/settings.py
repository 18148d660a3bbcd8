"""The settings of a service beside its source: checked, and completed with AWS's defaults."""

from __future__ import annotations

from offline_aws.apprunner.auto_scaling import scaling_of
from offline_aws.apprunner.checks import INVALID, invalid
from offline_aws.apprunner.names import find_resource
from offline_aws.apprunner.store import Service, Shape
from offline_aws.operations import Call

#: Memory in MB for each amount of CPU units (App Runner Developer Guide, "vCPU and memory").
_MEMORY = {
    256: (512, 1024),
    512: (1024,),
    1024: (2048, 3072, 4096),
    2048: (4096, 6144),
    4096: (8192, 10240, 12288),
}
_HEALTH: Shape = {
    "Protocol": "TCP",
    "Path": "/",
    "Interval": 5,
    "Timeout": 2,
    "HealthyThreshold": 1,
    "UnhealthyThreshold": 5,
}
_NETWORK: Shape = {
    "EgressConfiguration": {"EgressType": "DEFAULT"},
    "IngressConfiguration": {"IsPubliclyAccessible": True},
    "IpAddressType": "IPV4",
}


def instance(given: Shape, before: Shape) -> Shape:
    """Return AWS's InstanceConfiguration with CPU units and MB, one vCPU and 2 GB by default."""
    whole = {**before, **given}
    cpu = _units(whole.get("Cpu", "1024"), "vCPU")
    memory = _units(whole.get("Memory", "2048"), "GB")
    if memory not in _MEMORY.get(cpu, ()):
        raise invalid(
            f"The combination of {cpu} CPU units and {memory} MB of memory is not supported."
        )
    return {**whole, "Cpu": str(cpu), "Memory": str(memory)}


def _units(text: str, unit: str) -> int:
    if text.endswith(unit):
        return int(float(text.removesuffix(unit)) * 1024)
    return int(text)


def health_check(given: Shape, before: Shape) -> Shape:
    """Return AWS's HealthCheckConfiguration: TCP every five seconds by default."""
    whole = {**_HEALTH, **before, **given}
    if not whole["Path"].startswith("/"):
        raise invalid("The path of a health check has to begin with a slash.")
    return whole


def network(call: Call, given: Shape, before: Shape) -> Shape:
    """Return AWS's NetworkConfiguration: public both ways by default."""
    whole = {**_NETWORK, **before, **given}
    egress = {"EgressType": "DEFAULT", **whole["EgressConfiguration"]}
    connector = egress.get("VpcConnectorArn")
    if egress["EgressType"] == "VPC":
        if not connector:
            raise invalid("VpcConnectorArn is required when EgressType is VPC.")
        egress["VpcConnectorArn"] = find_resource(call, "vpcconnector", connector, INVALID).arn
    elif connector:
        raise invalid("VpcConnectorArn is only valid when EgressType is VPC.")
    ingress = {"IsPubliclyAccessible": True, **whole["IngressConfiguration"]}
    return {**whole, "EgressConfiguration": egress, "IngressConfiguration": ingress}


def observability(call: Call, given: Shape) -> Shape:
    """Return AWS's ServiceObservabilityConfiguration; off by default."""
    on, named = given.get("ObservabilityEnabled"), given.get("ObservabilityConfigurationArn")
    if on and not named:
        raise invalid("ObservabilityConfigurationArn is required when observability is enabled.")
    if named and not on:
        raise invalid("ObservabilityConfigurationArn is only valid when observability is enabled.")
    if not on:
        return {"ObservabilityEnabled": False}
    found = find_resource(call, "observabilityconfiguration", str(named), INVALID)
    return {"ObservabilityEnabled": True, "ObservabilityConfigurationArn": found.arn}


def service_shape(call: Call, service: Service) -> Shape:
    """Return AWS's Service."""
    shape: Shape = {
        "ServiceName": service.name,
        "ServiceId": service.id,
        "ServiceArn": service.arn,
        "ServiceUrl": service.url,
        "CreatedAt": service.created,
        "UpdatedAt": service.updated,
        "Status": service.status,
        "AutoScalingConfigurationSummary": scaling_of(call, service),
        **service.settings,
    }
    return {**shape, "DeletedAt": service.deleted} if service.deleted else shape
