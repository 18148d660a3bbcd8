"""Clusters take their time, refuse what AWS refuses, and go one minor version at a time."""

from __future__ import annotations

from typing import Any

import pytest
from eks_lab import Lab, refused

from offline_aws.errors import NOT_SIMULATED


def test_a_cluster_answers_minutes_after_it_was_asked_for(lab: Lab) -> None:
    with lab.taking(8, 12):
        lab.cluster("shop", wait=False)
        assert lab.status("shop") == "CREATING"
        assert "endpoint" not in lab.eks.describe_cluster(name="shop")["cluster"]
        with refused("InvalidRequestException", "Cluster 'shop' is not in ACTIVE status"):
            lab.nodes("shop")
        lab.eks.get_waiter("cluster_active").wait(name="shop")
    cluster = lab.eks.describe_cluster(name="shop")["cluster"]
    assert cluster["endpoint"].endswith(".gr7.us-east-1.eks.amazonaws.com")
    group = cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]
    assert lab.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert "shop" in lab.eks.list_clusters()["clusters"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"roleArn": "arn:aws:iam::123456789012:role/none"}, "does not exist or the trusted"),
        ({"roleArn": "none"}, "Invalid Role Arn: 'none'"),
        ({"version": "1.18"}, "unsupported Kubernetes version 1.18"),
        ({"version": "1.35"}, "unsupported Kubernetes version 1.35"),
        ({"resourcesVpcConfig": {"subnetIds": ["subnet-1"]}}, "The subnet ID 'subnet-1' does not"),
        ({"resourcesVpcConfig": {"subnetIds": []}}, "can not be empty"),
        (
            {"resourcesVpcConfig": {"endpointPublicAccess": False}},
            "endpoint access cannot be false",
        ),
        ({"name": "-"}, "failed to satisfy constraint"),
    ],
)
def test_a_cluster_that_could_not_work_is_refused(
    lab: Lab, changed: dict[str, Any], words: str
) -> None:
    changed = {"name": "broken", **changed}
    if network := changed.get("resourcesVpcConfig"):
        network.setdefault("subnetIds", lab.subnets)
    with refused("InvalidParameterException", words):
        lab.cluster(**changed)


def test_a_role_that_trusts_another_service_and_subnets_of_one_zone_are_refused(lab: Lab) -> None:
    with refused("InvalidParameterException", "trusted entity is not correct"):
        lab.cluster("broken", roleArn=lab.roles["ec2"])
    with refused("InvalidParameterException", "at least two different AZs"):
        lab.cluster("broken", resourcesVpcConfig={"subnetIds": lab.subnets[:1]})
    with refused(NOT_SIMULATED, "computeConfig"):
        lab.cluster("broken", computeConfig={"enabled": True})


def test_a_name_is_taken_once(lab: Lab) -> None:
    lab.cluster("twice")
    with refused("ResourceInUseException", "Cluster already exists with name: twice") as caught:
        lab.cluster("twice")
    assert caught.value.response["clusterName"] == "twice"


def test_what_is_attached_or_protected_is_not_deleted(lab: Lab) -> None:
    lab.cluster("kept", deletionProtection=True)
    lab.nodes("kept", scalingConfig={"minSize": 1, "maxSize": 1, "desiredSize": 1})
    with refused("ResourceInUseException", "Cluster has nodegroups attached"):
        lab.eks.delete_cluster(name="kept")
    lab.eks.delete_nodegroup(clusterName="kept", nodegroupName="web")
    lab.eks.get_waiter("nodegroup_deleted").wait(clusterName="kept", nodegroupName="web")
    assert not lab.instances("kept")
    with refused("InvalidRequestException", "deletion protection"):
        lab.eks.delete_cluster(name="kept")
    made = lab.eks.update_cluster_config(name="kept", deletionProtection=False)
    lab.eks.get_waiter("cluster_active").wait(name="kept")
    assert lab.update("kept", made)["type"] == "DeletionProtectionUpdate"
    with lab.taking(2, 5):
        lab.eks.delete_cluster(name="kept")
        assert lab.status("kept") == "DELETING"
        lab.eks.get_waiter("cluster_deleted").wait(name="kept")
    with refused("ResourceNotFoundException", "No cluster found for name: kept."):
        lab.status("kept")


def test_a_control_plane_goes_up_one_minor_version_at_a_time(lab: Lab) -> None:
    lab.cluster("old", version="1.32")
    for version, words in (
        ("1.34", "Unsupported Kubernetes minor version update from 1.32 to 1.34"),
        ("1.31", "Unsupported Kubernetes minor version update from 1.32 to 1.31"),
        ("1.32", "already at the desired configuration"),
        ("new", "unsupported Kubernetes version new"),
    ):
        with refused("InvalidParameterException", words):
            lab.eks.update_cluster_version(name="old", version=version)
    made = lab.eks.update_cluster_version(name="old", version="1.33")
    assert lab.update("old", made)["status"] == "InProgress"
    with refused("ResourceInUseException", "currently has update .* in progress"):
        lab.eks.update_cluster_version(name="old", version="1.33")
    with lab.taking(8, 12):
        lab.eks.get_waiter("cluster_active").wait(name="old")
    update = lab.update("old", made)
    assert (update["type"], update["status"]) == ("VersionUpdate", "Successful")
    assert {"type": "Version", "value": "1.33"} in update["params"]
    assert lab.eks.describe_cluster(name="old")["cluster"]["version"] == "1.33"
    assert made["update"]["id"] in lab.eks.list_updates(name="old")["updateIds"]
    with refused("ResourceNotFoundException", "No update found"):
        lab.eks.describe_update(name="old", updateId="none")


def test_nodes_hold_a_control_plane_back_when_they_are_three_versions_old(lab: Lab) -> None:
    lab.cluster("far", version="1.30")
    lab.nodes("far", scalingConfig={"minSize": 0, "maxSize": 1, "desiredSize": 0})
    for version in ("1.31", "1.32", "1.33"):
        lab.eks.update_cluster_version(name="far", version=version)
        lab.eks.get_waiter("cluster_active").wait(name="far")
    with refused("InvalidRequestException", "Nodegroups web must be updated to match"):
        lab.eks.update_cluster_version(name="far", version="1.34")


def test_settings_are_changed_one_kind_at_a_time(lab: Lab) -> None:
    lab.cluster("set")
    logging = {"clusterLogging": [{"types": ["audit"], "enabled": True}]}
    with refused("InvalidParameterException", "Exactly one type"):
        lab.eks.update_cluster_config(
            name="set", logging=logging, upgradePolicy={"supportType": "STANDARD"}
        )
    changes: list[tuple[dict[str, Any], str]] = [
        ({"logging": logging}, "LoggingUpdate"),
        ({"upgradePolicy": {"supportType": "STANDARD"}}, "UpgradePolicyUpdate"),
        ({"resourcesVpcConfig": {"endpointPrivateAccess": True}}, "EndpointAccessUpdate"),
        ({"resourcesVpcConfig": {"subnetIds": lab.subnets[::-1]}}, "VpcConfigUpdate"),
        ({"zonalShiftConfig": {"enabled": True}}, "ZonalShiftConfigUpdate"),
    ]
    for change, kind in changes:
        made = lab.eks.update_cluster_config(name="set", **change)
        assert lab.status("set") == "UPDATING"
        lab.eks.get_waiter("cluster_active").wait(name="set")
        assert lab.update("set", made)["type"] == kind
    cluster = lab.eks.describe_cluster(name="set")["cluster"]
    on, off = cluster["logging"]["clusterLogging"]
    assert (on["types"], on["enabled"], len(off["types"])) == (["audit"], True, 4)
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
    assert cluster["resourcesVpcConfig"]["endpointPrivateAccess"]
    with refused("InvalidParameterException", "No changes needed"):
        lab.eks.update_cluster_config(name="set", logging=logging)


def test_tags_are_on_clusters_and_on_what_is_in_them(lab: Lab) -> None:
    lab.cluster("tagged", tags={"team": "shop"})
    addon = lab.eks.create_addon(clusterName="tagged", addonName="coredns")["addon"]["addonArn"]
    for arn in (lab.eks.describe_cluster(name="tagged")["cluster"]["arn"], addon):
        lab.eks.tag_resource(resourceArn=arn, tags={"stage": "prod", "x": "y"})
        lab.eks.untag_resource(resourceArn=arn, tagKeys=["x"])
        assert lab.eks.list_tags_for_resource(resourceArn=arn)["tags"]["stage"] == "prod"
    with refused("NotFoundException"):
        lab.eks.list_tags_for_resource(resourceArn=addon + "0")
    with refused("BadRequestException"):
        lab.eks.list_tags_for_resource(resourceArn="shop")
