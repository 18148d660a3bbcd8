"""The copy of an Auto Scaling group that replaces it, and the end of the original."""

from __future__ import annotations

from offline_aws import clients
from offline_aws.codedeploy.fleet import Host
from offline_aws.operations import Call

_COPIED = (
    *("LaunchConfigurationName", "LaunchTemplate", "MixedInstancesPolicy", "MinSize", "MaxSize"),
    *("DesiredCapacity", "DefaultCooldown", "AvailabilityZones", "VPCZoneIdentifier"),
    *("HealthCheckType", "HealthCheckGracePeriod", "TerminationPolicies"),
)


def copy(call: Call, name: str, new: str) -> None:
    """Make a copy of an Auto Scaling group. Raises ``ClientError``, ``LookupError``."""
    client = clients.client("autoscaling", call.region, call.account)
    found = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    group = found["AutoScalingGroups"][0]
    settings = {key: group[key] for key in _COPIED if group.get(key) not in (None, "", [])}
    if "VPCZoneIdentifier" in settings:
        settings.pop("AvailabilityZones", None)
    if template := settings.get("LaunchTemplate"):
        chosen = {"LaunchTemplateId": template["LaunchTemplateId"]}
        settings["LaunchTemplate"] = chosen | {"Version": template.get("Version", "$Default")}
    tags = [
        {
            "Key": tag["Key"],
            "Value": tag["Value"],
            "PropagateAtLaunch": tag.get("PropagateAtLaunch", True),
            "ResourceId": new,
            "ResourceType": "auto-scaling-group",
        }
        for tag in group.get("Tags", ())
    ]
    client.create_auto_scaling_group(AutoScalingGroupName=new, Tags=tags, **settings)


def terminate(call: Call, hosts: list[Host]) -> None:
    """Terminate instances, and delete the Auto Scaling groups that they are in."""
    names = sorted({host.auto_scaling for host in hosts} - {""})
    scaling = clients.client("autoscaling", call.region, call.account)
    for name in names:
        scaling.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
    others = [host.id for host in hosts if not host.auto_scaling and host.id.startswith("i-")]
    if others:
        clients.client("ec2", call.region, call.account).terminate_instances(InstanceIds=others)
