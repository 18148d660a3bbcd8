"""The nodes of a cluster: asked of EKS and EC2, as any client of AWS can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devops_workbook.kubernetes.objects import Node

#: What the pods that run on every node ask for: aws-node, kube-proxy.
_SYSTEM_CPU, _SYSTEM_PODS = 50 + 100, 2
_EVICTION_THRESHOLD = 100
#: Fargate's sizes of pods: CPU in thousandths, with the least and the most memory in MiB.
FARGATE_SIZES = (
    (250, (512, 1024, 2048)),
    (500, tuple(range(1024, 4097, 1024))),
    (1000, tuple(range(2048, 8193, 1024))),
    (2000, tuple(range(4096, 16385, 1024))),
    (4000, tuple(range(8192, 30721, 1024))),
    (8000, tuple(range(16384, 61441, 4096))),
    (16000, tuple(range(32768, 122881, 8192))),
)
#: Instance types that were looked up, as they are the same in every account.
_SIZES: dict[str, tuple[int, int, int]] = {}
#: What Kubernetes itself needs beside a pod on Fargate.
FARGATE_OVERHEAD = 256


def nodes_of(eks: Any, ec2: Any, cluster: str) -> Iterator[Node]:
    """Yield the nodes of a cluster's node groups, in the order in which they were started."""
    groups = {
        name: eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        for name in eks.list_nodegroups(clusterName=cluster)["nodegroups"]
    }
    filters = [
        {"Name": "tag:eks:cluster-name", "Values": [cluster]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    for reservation in ec2.describe_instances(Filters=filters)["Reservations"]:
        for instance in reservation["Instances"]:
            tags = {each["Key"]: each["Value"] for each in instance["Tags"]}
            if group := groups.get(tags["eks:nodegroup-name"]):
                yield _node(ec2, instance, tags, group)


def _node(ec2: Any, instance: Any, tags: dict[str, str], group: Any) -> Node:
    cores, memory, pods = _size(ec2, instance["InstanceType"])
    zone = instance["Placement"]["AvailabilityZone"]
    labels = {
        "eks.amazonaws.com/nodegroup": group["nodegroupName"],
        "kubernetes.io/hostname": instance["PrivateDnsName"],
        "node.kubernetes.io/instance-type": instance["InstanceType"],
        "topology.kubernetes.io/zone": zone,
        **group.get("labels", {}),
    }
    return Node(
        name=instance["PrivateDnsName"],
        instance=instance["InstanceId"],
        cpu=allocatable_cpu(cores) - _SYSTEM_CPU,
        memory=allocatable_memory(memory, pods),
        pods=pods - _SYSTEM_PODS,
        version=tags["offline:kubelet-version"],
        labels=labels,
        taints=list(group.get("taints", [])),
        group=group["nodegroupName"],
    )


def _size(ec2: Any, kind: str) -> tuple[int, int, int]:
    """Return cores, MiB and the most pods of an instance type.

    A pod takes an address of one of the instance's network interfaces; the first is its own.
    """
    if kind not in _SIZES:
        (found,) = ec2.describe_instance_types(InstanceTypes=[kind])["InstanceTypes"]
        network = found["NetworkInfo"]
        interfaces = network["MaximumNetworkInterfaces"]
        pods = interfaces * (network["Ipv4AddressesPerInterface"] - 1) + 2
        _SIZES[kind] = (found["VCpuInfo"]["DefaultVCpus"], found["MemoryInfo"]["SizeInMiB"], pods)
    return _SIZES[kind]


def allocatable_cpu(cores: int) -> int:
    """Return what EKS leaves for pods of so many cores, in thousandths.

    It keeps 6 % of the first core, 1 % of the next, 0.5 % of the next two, 0.25 % of the others.
    """
    kept = 0.0
    for place in range(cores):
        kept += 60 if place == 0 else 10 if place == 1 else 5 if place < 4 else 2.5
    return int(cores * 1000 - kept)


def allocatable_memory(memory: int, pods: int) -> int:
    """Return what EKS leaves for pods of so many MiB: it keeps 255 MiB and 11 for each pod."""
    return memory - 255 - 11 * pods - _EVICTION_THRESHOLD


def fargate_size(cpu: int, memory: int) -> tuple[int, int] | None:
    """Return the smallest size of Fargate that a pod fits in, None where there is none."""
    for cores, memories in FARGATE_SIZES:
        for each in memories:
            if cpu <= cores and memory + FARGATE_OVERHEAD <= each:
                return cores, each
    return None
