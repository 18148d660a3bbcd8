"""Node groups are EC2 instances that join, are drained and are replaced; Fargate needs none."""

from __future__ import annotations

from typing import Any

import pytest
from eks_lab import Lab, refused

CLUSTER = {"clusterName": "shop"}


@pytest.fixture(scope="module", autouse=True)
def _cluster(lab: Lab) -> None:
    lab.cluster("shop")


def test_nodes_are_instances_that_join_after_minutes(lab: Lab) -> None:
    lab.nodes("shop", "first", wait=False, instanceTypes=["m5.large"])
    assert lab.eks.list_nodegroups(**CLUSTER)["nodegroups"] == ["first"]
    with lab.taking(2, 3.5):
        lab.eks.get_waiter("nodegroup_active").wait(**CLUSTER, nodegroupName="first")
    group = lab.eks.describe_nodegroup(**CLUSTER, nodegroupName="first")["nodegroup"]
    assert group["scalingConfig"] == {"minSize": 1, "maxSize": 2, "desiredSize": 2}
    assert group["releaseVersion"].startswith(f"{group['version']}.")
    assert group["amiType"] == "AL2023_x86_64_STANDARD"
    instances = lab.instances("shop")
    assert len(instances) == 2
    found = lab.ec2.describe_instances(InstanceIds=instances[:1])["Reservations"][0]["Instances"][0]
    tags = {each["Key"]: each["Value"] for each in found["Tags"]}
    assert (found["InstanceType"], tags["eks:nodegroup-name"]) == ("m5.large", "first")
    lab.eks.delete_nodegroup(**CLUSTER, nodegroupName="first")
    lab.eks.get_waiter("nodegroup_deleted").wait(**CLUSTER, nodegroupName="first")
    assert not lab.instances("shop")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"version": "1.34"}, "1.34 is unsupported with cluster version 1.33"),
        ({"version": "1.31"}, "equal to Cluster kubernetes version 1.33 or NodeGroup.* 1.32"),
        ({"instanceTypes": ["x9.none"]}, "instance types do not exist"),
        ({"amiType": "AL2_x86_64"}, "AL2_x86_64 is not supported for kubernetes version 1.33"),
        (
            {"scalingConfig": {"minSize": 3, "maxSize": 3, "desiredSize": 2}},
            "Minimum capacity 3 can't be greater than desired size 2",
        ),
        (
            {"scalingConfig": {"minSize": 1, "maxSize": 1, "desiredSize": 2}},
            "Desired capacity 2 can't be greater than max size 1",
        ),
        ({"launchTemplate": {"name": "x"}, "diskSize": 10}, "within the launch template"),
    ],
)
def test_a_node_group_that_could_not_work_is_refused(
    lab: Lab, more: dict[str, Any], words: str
) -> None:
    with refused("InvalidParameterException", words):
        lab.nodes("shop", "broken", **more)


def test_size_labels_and_taints_change_while_the_group_is_there(lab: Lab) -> None:
    lab.nodes("shop", "sized", labels={"a": "1"})
    group = {**CLUSTER, "nodegroupName": "sized"}
    taint = {"key": "only", "value": "batch", "effect": "NO_SCHEDULE"}
    made = lab.eks.update_nodegroup_config(
        **group,
        scalingConfig={"desiredSize": 3, "maxSize": 3},
        labels={"addOrUpdateLabels": {"b": "2"}, "removeLabels": ["a"]},
        taints={"addOrUpdateTaints": [taint]},
    )
    with refused("ResourceInUseException", "not in Active State"):
        lab.eks.update_nodegroup_config(**group, scalingConfig={"desiredSize": 1})
    lab.clock.advance(minutes=3)
    update = lab.update("shop", made, nodegroupName="sized")
    assert update["status"] == "Successful"
    assert {each["type"] for each in update["params"]} >= {"DesiredSize", "LabelsToAdd"}
    shape = lab.eks.describe_nodegroup(**group)["nodegroup"]
    assert (shape["labels"], shape["taints"]) == ({"b": "2"}, [taint])
    assert len(lab.instances("shop")) == 3
    lab.eks.update_nodegroup_config(**group, scalingConfig={"desiredSize": 1})
    lab.clock.advance(minutes=1)
    assert len(lab.instances("shop")) == 1
    with refused("InvalidParameterException", "No changes needed"):
        lab.eks.update_nodegroup_config(**group)
    lab.eks.delete_nodegroup(**group)
    lab.clock.advance(minutes=5)


def test_nodes_are_replaced_once_they_are_empty(lab: Lab) -> None:
    lab.nodes("shop", "old", version="1.32")
    before, asked = lab.instances("shop"), []

    def evict(host: str, empty: bool) -> bool:
        asked.append(host)
        return asked.count(host) > 2

    lab.aws.workloads.on_eviction("test", evict)
    group = {**CLUSTER, "nodegroupName": "old"}
    made = lab.eks.update_nodegroup_version(**group)
    lab.eks.get_waiter("nodegroup_active").wait(**group)
    assert lab.update("shop", made, nodegroupName="old")["status"] == "Successful"
    assert asked == [before[0]] * 3 + [before[1]] * 3
    lab.clock.advance(minutes=1)
    after = lab.instances("shop")
    assert len(after) == 2
    assert not set(after) & set(before)
    assert lab.eks.describe_nodegroup(**group)["nodegroup"]["version"] == "1.33"
    with refused("InvalidParameterException", "older than the current one"):
        lab.eks.update_nodegroup_version(**group, version="1.32")
    with refused("InvalidRequestException", "is not valid for kubernetes version 1.33"):
        lab.eks.update_nodegroup_version(**group, releaseVersion="1.34.1-20250101")


def test_a_node_that_is_never_empty_fails_the_update_unless_it_is_forced(lab: Lab) -> None:
    group = {**CLUSTER, "nodegroupName": "old"}
    before, admitted = lab.instances("shop"), []

    def hold(host: str, empty: bool) -> bool:
        if not empty:
            admitted.append(host)
        return False

    lab.aws.workloads.on_eviction("test", hold)
    made = lab.eks.update_nodegroup_version(**group)
    with lab.taking(15, 20):
        lab.eks.get_waiter("nodegroup_active").wait(**group)
    update = lab.update("shop", made, nodegroupName="old")
    assert update["status"] == "Failed"
    assert update["errors"][0]["errorCode"] == "PodEvictionFailure"
    assert update["errors"][0]["resourceIds"] == before[:1]
    lab.clock.advance(minutes=1)
    assert lab.instances("shop") == before
    assert set(admitted) == set(before)
    lab.eks.update_nodegroup_version(**group, force=True)
    lab.eks.get_waiter("nodegroup_active").wait(**group)
    lab.clock.advance(minutes=1)
    assert not set(lab.instances("shop")) & set(before)
    lab.aws.workloads.on_eviction("test", lambda host, empty: True)


def test_fargate_profiles_are_made_one_at_a_time(lab: Lab) -> None:
    profile: dict[str, Any] = {
        **CLUSTER,
        "podExecutionRoleArn": lab.roles["eks-fargate-pods"],
        "selectors": [{"namespace": "jobs"}],
    }
    lab.eks.create_fargate_profile(fargateProfileName="jobs", **profile)
    with refused("ResourceInUseException", "transitional state"):
        lab.eks.create_fargate_profile(fargateProfileName="more", **profile)
    lab.eks.get_waiter("fargate_profile_active").wait(**CLUSTER, fargateProfileName="jobs")
    with refused("ResourceInUseException", "already exists"):
        lab.eks.create_fargate_profile(fargateProfileName="jobs", **profile)
    for selectors, words in (
        ([], "at least one selector"),
        ([{"labels": {}}], "at least one namespace"),
        ([{"namespace": "x", "labels": {str(n): "" for n in range(6)}}], "more than 5 Label"),
    ):
        with refused("InvalidParameterException", words):
            broken = {**profile, "selectors": selectors}
            lab.eks.create_fargate_profile(fargateProfileName="none", **broken)
    assert lab.eks.list_fargate_profiles(**CLUSTER)["fargateProfileNames"] == ["jobs"]
    lab.eks.delete_fargate_profile(**CLUSTER, fargateProfileName="jobs")
    lab.eks.get_waiter("fargate_profile_deleted").wait(**CLUSTER, fargateProfileName="jobs")
