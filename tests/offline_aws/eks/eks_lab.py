"""An account with the roles and subnets that clusters need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS
from offline_aws.clients import client

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REGION = "us-east-1"
SERVICES = ("eks", "ec2", "eks-fargate-pods")


class Lab:
    """The account; ``roles`` are by the service that may take them on."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws, self.clock = aws, aws.clock
        self.eks: Any = client("eks", REGION)
        self.ec2: Any = client("ec2", REGION)
        found = self.ec2.describe_subnets()["Subnets"]
        self.subnets = [each["SubnetId"] for each in found[:2]]
        self.roles = {service: self._role(service) for service in SERVICES}

    def _role(self, service: str) -> str:
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = {"Statement": [{"Effect": "Allow", "Principal": principal}]}
        made = client("iam", REGION).create_role(
            RoleName=service, AssumeRolePolicyDocument=json.dumps(trust)
        )
        return str(made["Role"]["Arn"])

    def cluster(self, name: str, *, wait: bool = True, **changed: Any) -> str:
        settings: dict[str, Any] = {
            "version": "1.33",
            "roleArn": self.roles["eks"],
            "resourcesVpcConfig": {"subnetIds": self.subnets},
            "accessConfig": {"authenticationMode": "API"},
        }
        self.eks.create_cluster(name=name, **(settings | changed))
        if wait:
            self.eks.get_waiter("cluster_active").wait(name=name)
        return name

    def nodes(self, cluster: str, name: str = "web", *, wait: bool = True, **more: Any) -> str:
        self.eks.create_nodegroup(
            clusterName=cluster,
            nodegroupName=name,
            subnets=self.subnets,
            nodeRole=self.roles["ec2"],
            **more,
        )
        if wait:
            self.eks.get_waiter("nodegroup_active").wait(clusterName=cluster, nodegroupName=name)
        return name

    def instances(self, cluster: str, *states: str) -> list[str]:
        """Return the instances of a cluster's nodes that are in one of the states."""
        filters = [{"Name": "tag:eks:cluster-name", "Values": [cluster]}]
        reservations = self.ec2.describe_instances(Filters=filters)["Reservations"]
        return [
            each["InstanceId"]
            for reservation in reservations
            for each in reservation["Instances"]
            if each["State"]["Name"] in (states or ("running",))
        ]

    def status(self, cluster: str) -> str:
        return str(self.eks.describe_cluster(name=cluster)["cluster"]["status"])

    def update(self, cluster: str, made: Any, **of: str) -> dict[str, Any]:
        """Return an update as it stands."""
        identifier = made["update"]["id"]
        found = self.eks.describe_update(name=cluster, updateId=identifier, **of)
        return dict(found["update"])

    @contextmanager
    def taking(self, least: float, most: float) -> Iterator[None]:
        """Require that something takes a number of minutes of the lab's."""
        begin = self.clock.now()
        yield
        taken = self.clock.now() - begin
        assert timedelta(minutes=least) <= taken <= timedelta(minutes=most), taken


@contextmanager
def refused(code: str, words: str = "") -> Iterator[Any]:
    """Require that a call is refused with an error of AWS's."""
    with pytest.raises(ClientError, match=words or None) as caught:
        yield caught
    assert caught.value.response["Error"]["Code"] == code
