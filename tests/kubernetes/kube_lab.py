"""A cluster with two nodes, and manifests for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from devops_workbook import kubernetes
from devops_workbook.kubernetes.kubectl import Kubectl
from offline_aws import OfflineAWS
from offline_aws.workloads import Behaviour, Container

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: What the tags of the image orders do.
BEHAVIOURS = {
    "broken": Behaviour(health=503),
    "crashing": Behaviour(exits_after=timedelta(seconds=2), exit_code=1),
    "greedy": Behaviour(memory=600),
    "hanging": Behaviour(becomes=((timedelta(minutes=3), 0),)),
    "slow": Behaviour(starts_after=timedelta(seconds=40)),
}


class Lab:
    """The cluster ``shop``; its two nodes are t3.medium."""

    def __init__(self, aws: OfflineAWS, *, wait: bool = True) -> None:
        self.aws, self.clock = aws, aws.clock
        self.eks: Any = boto3.client("eks")
        self.ec2: Any = boto3.client("ec2")
        found = self.ec2.describe_subnets()["Subnets"][:2]
        self.subnets = [each["SubnetId"] for each in found]
        aws.workloads.provide(_behaviour)
        self.eks.create_cluster(
            name="shop",
            version="1.33",
            roleArn=role("eks"),
            resourcesVpcConfig={"subnetIds": self.subnets},
            accessConfig={"authenticationMode": "API"},
        )
        if wait:
            self.eks.get_waiter("cluster_active").wait(name="shop")
            self.add_nodes("web")

    def add_nodes(self, name: str, **more: Any) -> None:
        self.eks.create_nodegroup(
            clusterName="shop",
            nodegroupName=name,
            subnets=self.subnets,
            nodeRole=role("ec2"),
            **more,
        )
        self.eks.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName=name)

    def connect(self, session: Any = None) -> Kubectl:
        return kubernetes.connect(self.aws, "shop", session)


def role(service: str) -> str:
    """Return a role that a service may take on, made at its first use."""
    iam = boto3.client("iam")
    try:
        return str(iam.get_role(RoleName=service)["Role"]["Arn"])
    except iam.exceptions.NoSuchEntityException:
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = json.dumps({"Statement": [{"Effect": "Allow", "Principal": principal}]})
        made = iam.create_role(RoleName=service, AssumeRolePolicyDocument=trust)
        return str(made["Role"]["Arn"])


def _behaviour(container: Container) -> Behaviour | None:
    return BEHAVIOURS.get(container.tag) if container.repository == "orders" else None


def deployment(
    name: str = "orders", tag: str = "1", *, container: dict[str, Any] | None = None, **spec: Any
) -> str:
    """Return the manifest of a Deployment, whose probe is asked every five seconds."""
    probe = {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 5}
    first: dict[str, Any] = {
        "name": "orders",
        "image": f"orders:{tag}",
        "readinessProbe": probe,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        **(container or {}),
    }
    more = spec.pop("pod", {})
    labels = {"app": name}
    document = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [first], **more},
            },
            **spec,
        },
    }
    return json.dumps(document)


def manifest(kind: str, version: str, name: str, **rest: Any) -> str:
    """Return the manifest of any object."""
    return json.dumps({"apiVersion": version, "kind": kind, "metadata": {"name": name}, **rest})


def column(table: Any, name: str) -> list[str]:
    """Return a column of a table."""
    place = list(table.columns).index(name)
    return [row[place] for row in table.rows]
