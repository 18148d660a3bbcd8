"""Chapter 09: other sound answers pass, and end states that would hurt somebody do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers import ecs, eks, upgrade
from devops_workbook.chapters.running_containers.account import (
    SECRET,
    chapter,
    image,
    role,
    secret_arn,
    version_of,
)
from devops_workbook.lab import Lab

SIDECAR = {"name": "log", "image": "fluent-bit:2", "essential": False}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(chapter, recording=False)
    yield lab
    lab.close()


def by_digest(tag: str) -> str:
    found = boto3.client("ecr").describe_images(
        repositoryName="orders", imageIds=[{"imageTag": tag}]
    )["imageDetails"][0]
    return f"{image(tag).rpartition(':')[0]}@{found['imageDigest']}"


def release(lab: Lab, definition: dict[str, Any], **update: Any) -> None:
    client: Any = boto3.client("ecs")
    made = client.register_task_definition(**definition)["taskDefinition"]
    arn = made["taskDefinitionArn"]
    client.update_service(
        cluster="shop",
        service="orders",
        **{"taskDefinition": arn, "deploymentConfiguration": ecs.BREAKER} | update,
    )
    ecs.settle(lab)


def test_a_version_is_known_by_tag_and_by_digest(lab: Lab) -> None:
    assert version_of(image("1.4.1")) == version_of(by_digest("1.4.1")) == "1.4.1"
    assert version_of("busybox:1.4.1") == "busybox:1.4.1"
    other = f"busybox@{by_digest('1.4.1').partition('@')[2]}"
    absent = f"{image('').removesuffix(':')}@sha256:{'0' * 64}"
    assert (version_of(other), version_of(absent)) == (other, absent)


@pytest.mark.parametrize("way", ["digest", "sidecar"])
def test_a_release_by_digest_or_with_a_sidecar_passes(lab: Lab, way: str) -> None:
    lab.catch_up("replace")
    definition = ecs.definition("1.4.1")
    if way == "digest":
        definition["containerDefinitions"][0]["image"] = by_digest("1.4.1")
    else:
        definition["containerDefinitions"].insert(0, SIDECAR)
    release(lab, definition)
    assert lab.check("replace").passed


@pytest.mark.parametrize(
    ("name", "count", "said"),
    [
        ("", 1, "asked for 1 tasks now"),
        ("", 0, "asked for 0 tasks now"),
        ("busybox:1.4.1", 3, "set to busybox:1.4.1"),
    ],
)
def test_a_release_keeps_image_and_number(lab: Lab, name: str, count: int, said: str) -> None:
    lab.catch_up("replace")
    definition = ecs.definition("1.4.1")
    definition["containerDefinitions"][0]["image"] = name or image("1.4.1")
    release(lab, definition, desiredCount=count)
    assert said in lab.check("replace").message


def test_a_release_leaves_old_tasks_until_new_ones_serve(lab: Lab) -> None:
    lab.catch_up("replace")
    at_once = {"minimumHealthyPercent": 0, "maximumPercent": 100}
    release(lab, ecs.definition("1.4.1"), deploymentConfiguration=ecs.BREAKER | at_once)
    assert "Its minimumHealthyPercent is 0" in lab.check("replace").message


@pytest.mark.parametrize(
    ("after", "container", "count", "said"),
    [
        ("", {}, 3, "names a secret, and holds none"),
        ("::AWSCURRENT:", {}, 3, "names a secret, and holds none"),
        (":password::", {}, 3, "asks for password in the secret"),
        ("", {"environment": [{"name": "DB_PASSWORD", "value": "x"}]}, 3, "stands in both"),
        ("", {}, 0, "No task runs with this definition"),
    ],
)
def test_a_secret_has_to_reach_a_task(
    lab: Lab, after: str, container: dict[str, Any], count: int, said: str
) -> None:
    lab.catch_up("run-time-secret")
    variable = {"name": "DB_PASSWORD", "valueFrom": secret_arn() + after}
    definition = ecs.definition("1.4.1", secrets=[variable], **container)
    definition["containerDefinitions"].append(SIDECAR)
    # ECS takes the name of a role for its ARN.
    roles = {"executionRoleArn": "shop-execution", "taskRoleArn": role("shop-orders")}
    release(lab, definition | roles, desiredCount=count)
    assert said in lab.check("run-time-secret").message


def test_a_secret_by_its_name_is_refused(lab: Lab) -> None:
    lab.catch_up("run-time-secret")
    secrets = [{"name": "DB_PASSWORD", "valueFrom": SECRET}]
    release(lab, ecs.definition("1.4.1", secrets=secrets))
    assert not lab.check("run-time-secret").passed


RESOURCES = """          requests: {cpu: 500m, memory: 1Gi}
          limits: {memory: 1Gi}
"""
PROBE = "httpGet: {path: /actuator/health/readiness, port: 8080}"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (RESOURCES, "          limits: {memory: 1024Mi, cpu: 0.5}\n", ""),
        (image("1.4.0"), "digest", ""),
        (PROBE, PROBE.replace("8080", "http"), ""),
        ("cpu: 500m", "cpu: 1m", "requests 1m of CPU"),
        ("{memory: 1Gi}", "{memory: 3Gi}", "is limited to 3Gi of memory"),
        (PROBE, PROBE.replace("8080", "9999"), "asks port 9999"),
        (PROBE, "tcpSocket: {port: 8080}", "has no httpGet"),
    ],
)
def test_a_manifest_is_read_as_kubernetes_reads_it(lab: Lab, old: str, new: str, said: str) -> None:
    if not eks.is_there():
        lab.catch_up("manifest")
    kube = kubernetes.connect(lab.aws, "shop")
    text = eks.manifest("1.4.0").replace(old, by_digest("1.4.0") if new == "digest" else new)
    kube.apply(text.replace("- containerPort: 8080", "- {name: http, containerPort: 8080}"))
    kube.rollout_status("orders")
    result = lab.check("manifest")
    assert result.passed is not bool(said)
    assert said in result.message


KEY, CPU = ("pasword", "password"), ("1500m", "500m")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([KEY], "Insufficient cpu"),
        ([KEY, ("1500m", "1m")], "It requests 1m of CPU"),
        ([CPU, ("key: pasword", "optional: true\n              key: pasword")], "is not the pass"),
        ([CPU, KEY, ("DB_PASSWORD", "PASSWORD")], "is not the password"),
        ([CPU, KEY, ("replicas: 3", "replicas: 1")], "Its replicas: 1"),
        ([KEY, ("1500m", "0.6")], "1.5.1 runs on 2 nodes"),
        ([KEY, (image("1.5.1"), "digest"), CPU], "1.5.1 runs on 2 nodes"),
    ],
)
def test_a_stuck_release_is_mended_whole(
    lab: Lab, changes: list[tuple[str, str]], said: str
) -> None:
    lab.catch_up("stuck-rollout")
    kube = kubernetes.connect(lab.aws, "shop")
    text = kube.show("deployment", "orders")
    for old, new in changes:
        text = text.replace(old, by_digest("1.5.1") if new == "digest" else new)
    kube.apply(text)
    kube.rollout_status("orders")
    assert said in lab.check("stuck-rollout").message


def test_larger_nodes_are_a_way_out_as_well(lab: Lab) -> None:
    lab.catch_up("stuck-rollout")
    size = {"minSize": 2, "desiredSize": 4, "maxSize": 4}
    boto3.client("eks").update_nodegroup_config(
        clusterName="shop", nodegroupName=eks.GROUP, scalingConfig=size
    )
    lab.clock.advance(minutes=5)
    kube = kubernetes.connect(lab.aws, "shop")
    kube.apply(kube.show("deployment", "orders").replace(*KEY))
    kube.rollout_status("orders")
    assert lab.check("stuck-rollout").passed


def upgraded(lab: Lab, replicas: int = 3) -> Any:
    """Bring the cluster to the next version as it should be; return a connection."""
    lab.catch_up("upgrade")
    client, kube = boto3.client("eks"), kubernetes.connect(lab.aws, "shop")
    client.update_cluster_version(name="shop", version=upgrade.WANTED)
    client.get_waiter("cluster_active").wait(name="shop")
    kube.scale("orders", replicas)
    kube.rollout_status("orders")
    kube.apply(upgrade.budget(maxUnavailable=1))
    client.update_nodegroup_version(clusterName="shop", nodegroupName=eks.GROUP)
    client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName=eks.GROUP)
    return kube


def test_the_budget_that_is_left_has_to_be_one(lab: Lab) -> None:
    kube = upgraded(lab)
    assert lab.check("upgrade").passed
    for spec, said in (
        ({"minAvailable": 3}, "gives no pod up again"),
        ({"maxUnavailable": 3}, "gives up 3 of 3 pods at once"),
        ({"maxUnavailable": "0%"}, "gives no pod up again"),
        ({"maxUnavailable": 1, "selector": {"matchLabels": {"app": "x"}}}, "selects none"),
        ({"minAvailable": "50%"}, "Control plane and nodes are at 1.34"),
    ):
        kube.delete("pdb", "orders")
        kube.apply(upgrade.budget(**spec))
        assert said in lab.check("upgrade").message


def test_fewer_pods_are_no_way_to_upgrade(lab: Lab) -> None:
    upgraded(lab, replicas=1)
    assert "Replicas of orders: 1" in lab.check("upgrade").message
    upgraded(lab, replicas=4)
    assert lab.check("upgrade").passed


def test_a_new_node_group_may_take_the_place_of_the_old(lab: Lab) -> None:
    lab.catch_up("upgrade")
    client, kube = boto3.client("eks"), kubernetes.connect(lab.aws, "shop")
    client.update_cluster_version(name="shop", version=upgrade.WANTED)
    client.get_waiter("cluster_active").wait(name="shop")
    group: Any = client.describe_nodegroup(clusterName="shop", nodegroupName=eks.GROUP)["nodegroup"]
    old = [row[0] for row in kube.get("nodes").rows]
    same = {key: group[key] for key in ("nodeRole", "subnets", "instanceTypes", "scalingConfig")}
    client.create_nodegroup(clusterName="shop", nodegroupName="web-2", **same)
    client.get_waiter("nodegroup_active").wait(clusterName="shop", nodegroupName="web-2")
    assert "The nodes are still at" in lab.check("upgrade").message
    kube.apply(upgrade.budget(maxUnavailable=1))
    for node in old:
        kube.drain(node)
    client.delete_nodegroup(clusterName="shop", nodegroupName=eks.GROUP)
    client.get_waiter("nodegroup_deleted").wait(clusterName="shop", nodegroupName=eks.GROUP)
    assert lab.check("upgrade").passed


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"most": 5, "least": 3}, "should be a pair"),
        ("53", "should be a pair"),
        ((5, "three"), "The least should be a number"),
        ([5.0, np.int64(3)], "pod_limits(3, 25, 25)"),
    ],
)
def test_limits_are_a_pair_of_numbers(lab: Lab, found: Any, said: str) -> None:
    assert said in lab.check("pod-limits", lambda *_: found).message


def test_numpy_s_truth_values_are_as_good(lab: Lab) -> None:
    workload = {
        "services": np.int64(2),
        "people": 3,
        "knows_kubernetes": np.bool_(False),
        "needs_kubernetes": False,
        "only_http": True,
        "has_app_runner": False,
        "busy": np.float64(0.5),
    }
    assert lab.check("decision", workload).passed
    assert not lab.check("decision", workload | {"people": np.bool_(True)}).passed
