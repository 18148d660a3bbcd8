"""Add-ons are checked against their own schema; versions have the dates of their support."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from eks_lab import Lab, refused

CLUSTER = {"clusterName": "shop"}


@pytest.fixture(scope="module", autouse=True)
def _cluster(lab: Lab) -> None:
    lab.cluster("shop")


def test_versions_are_in_support_by_the_clock(lab: Lab) -> None:
    found = lab.eks.describe_cluster_versions()["clusterVersions"]
    status = {each["clusterVersion"]: each["versionStatus"] for each in found}
    assert status["1.34"] == status["1.32"] == "STANDARD_SUPPORT"
    assert status["1.31"] == "EXTENDED_SUPPORT"
    assert "1.35" not in status, "it was released on 28 January 2026"
    (default,) = lab.eks.describe_cluster_versions(defaultOnly=True)["clusterVersions"]
    assert default["clusterVersion"] == "1.34"
    assert default["endOfStandardSupportDate"] == datetime(2026, 12, 2, tzinfo=UTC)
    extended = lab.eks.describe_cluster_versions(versionStatus="EXTENDED_SUPPORT")
    names = [each["clusterVersion"] for each in extended["clusterVersions"]]
    assert names == ["1.31", "1.30", "1.29"]
    asked = lab.eks.describe_cluster_versions(clusterVersions=["1.33"], maxResults=1)
    assert [each["status"] for each in asked["clusterVersions"]] == ["standard-support"]


def test_an_addon_has_versions_for_a_kubernetes_version(lab: Lab) -> None:
    (proxy,) = lab.eks.describe_addon_versions(addonName="kube-proxy", kubernetesVersion="1.33")[
        "addons"
    ]
    assert all(each["addonVersion"].startswith("v1.33.") for each in proxy["addonVersions"])
    networking = lab.eks.describe_addon_versions(types=["networking"])["addons"]
    assert [each["addonName"] for each in networking] == ["coredns", "kube-proxy", "vpc-cni"]
    with refused("ResourceNotFoundException"):
        lab.eks.describe_addon_versions(addonName="none")


def test_an_addon_is_made_configured_changed_and_deleted(lab: Lab) -> None:
    addon = {**CLUSTER, "addonName": "coredns"}
    version = lab.eks.describe_addon_versions(addonName="coredns")["addons"][0]["addonVersions"][1]
    schema = lab.eks.describe_addon_configuration(
        addonName="coredns", addonVersion=version["addonVersion"]
    )["configurationSchema"]
    assert json.loads(schema)["properties"]["replicaCount"]["type"] == "integer"
    with refused("InvalidParameterException", r"schema validation failed.*\$\.replicaCount"):
        lab.eks.create_addon(**addon, configurationValues='{"replicaCount": "two"}')
    with refused("InvalidParameterException", "neither JSON nor YAML"):
        lab.eks.create_addon(**addon, configurationValues="{")
    with refused("InvalidParameterException", "not supported"):
        lab.eks.create_addon(**addon, addonVersion="v0")
    made = lab.eks.create_addon(
        **addon,
        addonVersion=version["addonVersion"],
        configurationValues="replicaCount: 3",
        podIdentityAssociations=[{"serviceAccount": "coredns", "roleArn": lab.roles["ec2"]}],
    )["addon"]
    assert (made["status"], len(made["podIdentityAssociations"])) == ("CREATING", 1)
    with refused("ResourceInUseException", "cannot be updated"):
        lab.eks.update_addon(**addon)
    with refused("ResourceInUseException", "already exists"):
        lab.eks.create_addon(**addon)
    lab.eks.get_waiter("addon_active").wait(**addon)
    newest = lab.eks.describe_addon_versions(addonName="coredns")["addons"][0]["addonVersions"][0]
    update = lab.eks.update_addon(**addon, addonVersion=newest["addonVersion"])
    lab.eks.get_waiter("addon_active").wait(**addon)
    assert lab.update("shop", update, addonName="coredns")["status"] == "Successful"
    shape = lab.eks.describe_addon(**addon)["addon"]
    assert shape["addonVersion"] == newest["addonVersion"]
    assert shape["configurationValues"] == "replicaCount: 3"
    role = [{"serviceAccount": "coredns", "roleArn": lab.roles["eks"]}]
    lab.eks.update_addon(**addon, podIdentityAssociations=role)
    (one,) = lab.eks.list_pod_identity_associations(**CLUSTER)["associations"]
    assert one["ownerArn"] == made["addonArn"]
    lab.eks.get_waiter("addon_active").wait(**addon)
    lab.eks.delete_addon(**addon)
    assert not lab.eks.list_pod_identity_associations(**CLUSTER)["associations"]
    lab.eks.get_waiter("addon_deleted").wait(**addon)
    assert lab.eks.list_addons(**CLUSTER)["addons"] == []
