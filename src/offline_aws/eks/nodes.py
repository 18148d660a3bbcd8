"""The nodes of a node group: EC2 instances that join a cluster, and leave it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from botocore.exceptions import ClientError

from offline_aws.eks.durations import NODE_STOPS
from offline_aws.eks.store import Cluster, Nodegroup
from offline_aws.eks.surroundings import beside
from offline_aws.operations import Call
from offline_aws.workloads import Behaviour, workloads_of

#: moto knows this Amazon Linux image in every account; the node images of EKS it does not know.
_IMAGE = "ami-0abc1234"


def launch(call: Call, cluster: Cluster, group: Nodegroup, count: int, version: str) -> list[str]:
    """Start instances in the subnets of a node group by turns; return their ids."""
    subnets, there = group.shape["subnets"], group.started
    group.started += count
    tags = {
        "Name": f"{cluster.name}-{group.name}-Node",
        "eks:cluster-name": cluster.name,
        "eks:nodegroup-name": group.name,
        f"kubernetes.io/cluster/{cluster.name}": "owned",
        # On AWS the kubelet says it; here nobody runs one.
        "offline:kubelet-version": version,
    }
    made = []
    for place in range(there, there + count):
        answer = beside("ec2", call).run_instances(
            ImageId=_IMAGE,
            InstanceType=(group.shape.get("instanceTypes") or ["t3.medium"])[0],
            MinCount=1,
            MaxCount=1,
            SubnetId=subnets[place % len(subnets)],
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
                }
            ],
        )
        made.append(str(answer["Instances"][0]["InstanceId"]))
        # It runs, and its kubelet does not yet.
        workloads_of(call).at(made[-1], None)
    return made


def join(call: Call, group: Nodegroup, instances: Sequence[str]) -> None:
    """Let instances be nodes from now on: those who run something there are told."""
    for each in instances:
        group.instances.append(each)
        workloads_of(call).at(each, Behaviour(starts_after=timedelta(0)))


def leave(call: Call, group: Nodegroup, instances: Sequence[str]) -> None:
    """Let instances be no nodes any more, and end them."""
    for each in instances:
        if each in group.instances:
            group.instances.remove(each)
        workloads_of(call).at(each, None)
    call.clock.call_later(NODE_STOPS, lambda: terminate(call, instances))


def terminate(call: Call, instances: Sequence[str]) -> None:
    """End instances."""
    # Somebody may have ended them by hand.
    with suppress(ClientError):
        beside("ec2", call).terminate_instances(InstanceIds=list(instances))
