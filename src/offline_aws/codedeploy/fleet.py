"""The instances of a group: of EC2 by tags, of Auto Scaling groups, and on-premises by tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline_aws import clients
from offline_aws.codedeploy.server_spec import ServerSpec
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Store
from offline_aws.codedeploy.tag_filters import matches_all, matches_any
from offline_aws.operations import Call

_GONE = ("terminated", "shutting-down")


@dataclass(frozen=True)
class Host:
    """An instance of a fleet. ``running`` is whether its agent could answer."""

    id: str
    arn: str
    running: bool = True
    zone: str = ""
    auto_scaling: str = ""


@dataclass
class Agent:
    """What an instance's agent knows, for one deployment group."""

    #: The last deployment that succeeded, its revision, bundle and AppSpec; the files that the
    #: last one installed, successful or not, are removed by the next.
    deployment: str = ""
    revision: Shape | None = None
    bundle: Path | None = None
    spec: ServerSpec | None = None
    files: set[Path] = field(default_factory=set)
    healthy: bool = True


@dataclass
class Agents:
    """The agents of an account and region, by instance and group."""

    known: dict[tuple[str, str], Agent] = field(default_factory=dict)

    def of(self, host: str, group: str) -> Agent:
        """Return what an instance knows for a group."""
        return self.known.setdefault((host, group), Agent())


def root_of(call: Call, host: str) -> Path:
    """Return the folder that is an instance's file system, made at its first use."""
    place = call.folder / "codedeploy" / call.account / call.region / host
    (place / "root").mkdir(parents=True, exist_ok=True)
    return place / "root"


def find_fleet(call: Call, settings: Shape) -> list[Host]:
    """Return the instances that a group's or a deployment's settings mean, by their ids."""
    scaled = dict(_scaled(call, settings.get("autoScalingGroups") or ()))
    by_tags = settings.get("ec2TagFilters") or settings.get("tagFilters") or []
    groups = (settings.get("ec2TagSet") or {}).get("ec2TagSetList", [])
    found: dict[str, Host] = {}
    if scaled or by_tags or groups:
        for each in _instances(call):
            tags = [(tag["Key"], tag["Value"]) for tag in each.get("Tags", ())]
            meant = matches_any(tags, by_tags) or matches_all(tags, groups)
            if each["InstanceId"] in scaled or meant:
                host = _host(call, each, scaled.get(each["InstanceId"], ""))
                found[host.id] = host
    filters = settings.get("onPremisesInstanceTagFilters") or []
    groups = (settings.get("onPremisesTagSet") or {}).get("onPremisesTagSetList", [])
    for instance in call.state(Store).instances.values():
        meant = matches_any(instance.tags, filters) or matches_all(instance.tags, groups)
        if not instance.deregistered and meant:
            found[instance.name] = Host(instance.name, instance.arn)
    return [found[name] for name in sorted(found)]


def is_running(call: Call, host: Host) -> bool:
    """Whether an instance is running now; one on-premises always is."""
    if not host.id.startswith("i-"):
        return True
    client = clients.client("ec2", call.region, call.account)
    found = client.describe_instances(InstanceIds=[host.id])["Reservations"]
    return bool(found) and found[0]["Instances"][0]["State"]["Name"] == "running"


def _scaled(call: Call, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the instances of Auto Scaling groups with the names of the groups."""
    names = list(names)
    if not names:
        return
    client = clients.client("autoscaling", call.region, call.account)
    answer = client.describe_auto_scaling_groups(AutoScalingGroupNames=names)
    for group in answer["AutoScalingGroups"]:
        for each in group["Instances"]:
            yield each["InstanceId"], group["AutoScalingGroupName"]


def _instances(call: Call) -> Iterator[dict[str, Any]]:
    client = clients.client("ec2", call.region, call.account)
    for page in client.get_paginator("describe_instances").paginate():
        for reservation in page["Reservations"]:
            for each in reservation["Instances"]:
                if each["State"]["Name"] not in _GONE:
                    yield each


def _host(call: Call, instance: dict[str, Any], group: str) -> Host:
    name = instance["InstanceId"]
    return Host(
        name,
        f"arn:aws:ec2:{call.region}:{call.account}:instance/{name}",
        instance["State"]["Name"] == "running",
        instance.get("Placement", {}).get("AvailabilityZone", ""),
        group,
    )
