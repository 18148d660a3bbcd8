"""Pods are placed by what they ask for, probed, restarted, and held by what they refer to."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from kube_lab import Lab, column, deployment, manifest, role

from devops_workbook.kubernetes import KubernetesError, nodes
from devops_workbook.kubernetes.kubectl import Kubectl


def big(**requests: str) -> dict[str, Any]:
    return {"resources": {"requests": requests}}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"container": big(cpu="3")}, "0/2 nodes are available: 2 Insufficient cpu."),
        ({"container": big(memory="8Gi")}, "2 Insufficient memory."),
        ({"container": big(cpu="3", memory="8Gi")}, "2 Insufficient cpu, 2 Insufficient memory."),
        (
            {"pod": {"nodeSelector": {"disk": "ssd"}}},
            "2 node(s) didn't match Pod's node affinity/selector.",
        ),
    ],
)
def test_a_pod_that_fits_nowhere_waits_and_the_scheduler_says_why(
    kube: Kubectl, more: dict[str, Any], words: str
) -> None:
    kube.apply(deployment(replicas=1, **more))
    assert column(kube.get("pods"), "Status") == ["Pending"]
    (message,) = [row[3] for row in kube.events("pod/orders").rows if row[2] == "FailedScheduling"][
        -1:
    ]
    assert words in message
    assert "preemption: 0/2 nodes are available: 2 No preemption victims" in message


def test_nodes_fill_up_and_a_new_one_takes_what_waits(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(replicas=5, container=big(cpu="800m")))
    assert column(kube.get("pods"), "Status").count("Pending") == 1, "two of 800m on each node"
    lab.add_nodes("more", scalingConfig={"minSize": 1, "maxSize": 1, "desiredSize": 1})
    assert "Pending" not in column(kube.get("pods"), "Status")
    lab.eks.delete_nodegroup(clusterName="shop", nodegroupName="more")
    lab.eks.get_waiter("nodegroup_deleted").wait(clusterName="shop", nodegroupName="more")
    assert column(kube.get("pods"), "Status").count("Pending") == 1
    assert len(kube.get("nodes").rows) == 2


def test_an_instance_that_is_ended_by_hand_is_no_node_any_more(lab: Lab, kube: Kubectl) -> None:
    one = {"minSize": 1, "maxSize": 1, "desiredSize": 1}
    taint = {"key": "only", "value": "batch", "effect": "NO_SCHEDULE"}
    lab.add_nodes("hand", scalingConfig=one, labels={"disk": "ssd"}, taints=[taint])
    kube.apply(deployment(replicas=1, pod={"nodeSelector": {"disk": "ssd"}}))
    said = " ".join(row[3] for row in kube.events("pod/orders").rows)
    assert "1 node(s) had untolerated taint {only: batch}" in said
    toleration = {"key": "only", "value": "batch", "effect": "NoSchedule"}
    pod = {"nodeSelector": {"disk": "ssd"}, "tolerations": [toleration]}
    kube.apply(deployment(replicas=1, pod=pod))
    assert "successfully" in kube.rollout_status("orders")
    filters = [{"Name": "tag:eks:nodegroup-name", "Values": ["hand"]}]
    (found,) = lab.ec2.describe_instances(Filters=filters)["Reservations"]
    lab.ec2.terminate_instances(InstanceIds=[found["Instances"][0]["InstanceId"]])
    assert column(kube.get("pods"), "Status") == ["Pending"]
    lab.eks.delete_nodegroup(clusterName="shop", nodegroupName="hand")
    lab.clock.advance(minutes=5)


def test_a_pod_that_crashes_is_restarted_ever_more_seldom(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(replicas=1, tag="crashing"))
    lab.clock.advance(minutes=3)
    pods = kube.get("pods")
    assert column(pods, "Status") == ["CrashLoopBackOff"]
    assert column(pods, "Restarts") == ["5"], "at once, then after 10, 20, 40 and 80 seconds"


def test_a_pod_that_takes_more_than_its_limit_is_killed(lab: Lab, kube: Kubectl) -> None:
    limited = {"resources": {"limits": {"memory": "512Mi"}}}
    kube.apply(deployment(replicas=1, tag="greedy", container=limited))
    lab.clock.advance(seconds=9)
    assert column(kube.get("pods"), "Status") == ["OOMKilled"]


def test_a_pod_that_hangs_is_restarted_by_its_liveness_probe(lab: Lab, kube: Kubectl) -> None:
    probe = {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 10}
    kube.apply(deployment(replicas=1, tag="hanging", container={"livenessProbe": probe}))
    kube.rollout_status("orders")
    lab.clock.advance(minutes=3, seconds=20)
    assert column(kube.get("pods"), "Ready") == ["0/1"]
    lab.clock.advance(seconds=30)
    assert column(kube.get("pods"), "Restarts") == ["1"]
    assert column(kube.get("pods"), "Ready") == ["1/1"]


def test_a_startup_probe_holds_the_liveness_probe_back(lab: Lab, kube: Kubectl) -> None:
    get = {"httpGet": {"path": "/health", "port": 8080}, "periodSeconds": 10}
    kube.apply(deployment(replicas=1, tag="slow", container={"livenessProbe": get}))
    lab.clock.advance(minutes=1)
    assert column(kube.get("pods"), "Restarts") == ["1"], "killed before it had started"
    kube.delete("deployment", "orders")
    startup = {**get, "failureThreshold": 6}
    probes = {"livenessProbe": get, "startupProbe": startup}
    kube.apply(deployment(replicas=1, tag="slow", container=probes))
    lab.clock.advance(minutes=1)
    assert column(kube.get("pods"), "Restarts")[-1:] == ["0"]
    assert column(kube.get("pods"), "Ready")[-1:] == ["1/1"]


def test_without_a_readiness_probe_a_pod_counts_before_it_answers(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(tag="slow", container={"readinessProbe": None}))
    begin = lab.clock.now()
    kube.rollout_status("orders")
    assert (lab.clock.now() - begin).total_seconds() == 4, "it listens after forty more"


def test_an_image_that_ecr_has_not_is_not_pulled(lab: Lab, kube: Kubectl) -> None:
    boto3.client("ecr").create_repository(repositoryName="orders")
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:9"
    kube.apply(deployment(replicas=1, container={"image": image}))
    lab.clock.advance(seconds=5)
    assert column(kube.get("pods"), "Status") == ["ErrImagePull"]
    lab.clock.advance(seconds=20)
    assert column(kube.get("pods"), "Status") == ["ImagePullBackOff"]
    assert any(f'Failed to pull image "{image}"' in row[3] for row in kube.events("pod/").rows)


def test_a_secret_that_is_missing_holds_a_pod_until_it_is_there(lab: Lab, kube: Kubectl) -> None:
    reference = {"name": "orders-db", "key": "PASSWORD"}
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": reference}}]
    kube.apply(deployment(replicas=1, container={"env": env}))
    lab.clock.advance(seconds=5)
    assert column(kube.get("pods"), "Status") == ["CreateContainerConfigError"]
    assert kube.events("pod/").rows[-1][3] == 'secret "orders-db" not found'
    kube.apply(manifest("Secret", "v1", "orders-db", stringData={"USER": "shop"}))
    lab.clock.advance(seconds=10)
    assert (
        "couldn't find key PASSWORD in Secret default/orders-db" in kube.events("pod/").rows[-1][3]
    )
    kube.apply(manifest("Secret", "v1", "orders-db", data={"PASSWORD": "aHVzaA=="}))
    seen: list[Any] = []
    lab.aws.workloads.provide(seen.append)
    assert "successfully" in kube.rollout_status("orders")
    assert seen[0].environment == {"PASSWORD": "hush"}


def test_a_config_map_gives_all_its_values_at_once(lab: Lab, kube: Kubectl) -> None:
    seen: list[Any] = []
    lab.aws.workloads.provide(seen.append)
    kube.apply(manifest("ConfigMap", "v1", "settings", data={"LEVEL": "info"}))
    source = [{"prefix": "LOG_", "configMapRef": {"name": "settings"}}]
    kube.apply(deployment(replicas=1, container={"envFrom": source}))
    kube.rollout_status("orders")
    assert seen[0].environment == {"LOG_LEVEL": "info"}


def test_a_service_account_that_is_missing_forbids_pods(lab: Lab, kube: Kubectl) -> None:
    kube.apply(deployment(replicas=1, pod={"serviceAccountName": "orders"}))
    assert not kube.get("pods").rows
    assert 'serviceaccount "orders" not found' in kube.events("replicaset/").rows[-1][3]
    kube.apply(manifest("ServiceAccount", "v1", "orders"))
    assert len(kube.get("pods").rows) == 1


def test_fargate_gives_every_pod_a_machine_of_its_own(lab: Lab, kube: Kubectl) -> None:
    lab.eks.create_fargate_profile(
        clusterName="shop",
        fargateProfileName="jobs",
        podExecutionRoleArn=role("eks-fargate-pods"),
        selectors=[{"namespace": "default", "labels": {"app": "jobs"}}],
    )
    waiter = lab.eks.get_waiter("fargate_profile_active")
    waiter.wait(clusterName="shop", fargateProfileName="jobs")
    kube.apply(deployment("jobs", replicas=2))
    begin = lab.clock.now()
    kube.rollout_status("jobs")
    assert (lab.clock.now() - begin).total_seconds() >= 45
    places = column(kube.get("pods"), "Node")
    assert all(each.startswith("fargate-") for each in places)
    assert len(set(places)) == 2
    kube.apply(deployment("jobs", replicas=2, container=big(cpu="20")))
    assert "not supported on Fargate" in kube.events("pod/jobs").rows[-1][3]


def test_what_a_node_and_fargate_have_for_pods() -> None:
    assert [nodes.allocatable_cpu(cores) for cores in (1, 2, 4, 8)] == [940, 1930, 3920, 7910]
    assert nodes.allocatable_memory(4096, 17) == 4096 - 255 - 187 - 100
    assert nodes.fargate_size(250, 256) == (250, 512)
    assert nodes.fargate_size(250, 512) == (250, 1024)
    assert nodes.fargate_size(1000, 100) == (1000, 2048)
    assert nodes.fargate_size(17_000, 100) is None


def test_what_is_not_there_is_said(kube: Kubectl) -> None:
    for call, words in (
        (lambda: kube.apply(deployment(), namespace="shop"), 'namespaces "shop" not found'),
        (lambda: kube.delete("service", "x"), 'services "x" not found'),
        (lambda: kube.get("cars"), 'doesn\'t have a resource type "cars"'),
        (lambda: kube.endpoints("x"), 'services "x" not found'),
        (lambda: kube.drain("x"), 'nodes "x" not found'),
        (lambda: kube.uncordon("x"), 'nodes "x" not found'),
    ):
        with pytest.raises(KubernetesError, match=words):
            call()
    text = json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    kube.apply(f"{text}\n---\n{deployment()}", namespace="shop")
    assert len(kube.get("pods", namespace="shop").rows) == 3
    assert kube.delete("namespace", "shop") == "namespace shop deleted"
    assert set(column(kube.get("pods", namespace="shop"), "Status")) == {"Terminating"}
