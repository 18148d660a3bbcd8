"""A cluster is used by those who have an access entry, for what their policies allow."""

from __future__ import annotations

import boto3
import pytest
from kube_lab import MONDAY, Lab, deployment, manifest

from devops_workbook import kubernetes
from devops_workbook.kubernetes import KubernetesError
from offline_aws import OfflineAWS

POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKS{}Policy"


def test_a_cluster_answers_once_it_is_active() -> None:
    with OfflineAWS(now=MONDAY) as aws:
        with pytest.raises(KubernetesError, match="No cluster found for name: shop"):
            kubernetes.connect(aws, "shop")
        lab = Lab(aws, wait=False)
        kube = lab.connect()
        with pytest.raises(KubernetesError, match=r"Unable to connect.*shop is CREATING"):
            kube.get("pods")
        lab.eks.get_waiter("cluster_active").wait(name="shop")
        kube.apply(deployment(replicas=1))
        assert "no nodes available to schedule pods" in kube.events("pod/").rows[-1][3]
        aws.reset()
        lab = Lab(aws, wait=False)
        lab.eks.get_waiter("cluster_active").wait(name="shop")
        assert not lab.connect().get("deployments").rows, "another account, another cluster"


def developer(lab: Lab) -> boto3.Session:
    """Return a session of a user who has no access yet."""
    iam = boto3.client("iam")
    arn = iam.create_user(UserName="developer")["User"]["Arn"]
    key = iam.create_access_key(UserName="developer")["AccessKey"]
    assert arn == "arn:aws:iam::123456789012:user/developer"
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"])


def test_a_caller_does_what_the_entry_allows(lab: Lab) -> None:
    session = developer(lab)
    kube, admin = lab.connect(session), lab.connect()
    with pytest.raises(KubernetesError, match=r"\(Unauthorized\).*no access entry for .*developer"):
        kube.get("pods")
    entry = {"clusterName": "shop", "principalArn": "arn:aws:iam::123456789012:user/developer"}
    lab.eks.create_access_entry(**entry)
    with pytest.raises(KubernetesError, match=r"\(Forbidden\)"):
        kube.get("pods")

    def give(policy: str, *namespaces: str) -> None:
        for each in lab.eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]:
            lab.eks.disassociate_access_policy(**entry, policyArn=each["policyArn"])
        scope = {"type": "namespace" if namespaces else "cluster", "namespaces": list(namespaces)}
        lab.eks.associate_access_policy(**entry, policyArn=POLICY.format(policy), accessScope=scope)

    give("View")
    assert kube.get("pods").rows == []
    with pytest.raises(KubernetesError, match='cannot create resource "deployments" in API group'):
        kube.apply(deployment())
    with pytest.raises(KubernetesError, match='cannot list resource "secrets"'):
        kube.get("secrets")
    admin.apply(manifest("Namespace", "v1", "shop"))
    give("Edit", "shop")
    assert kube.apply(deployment(), namespace="shop") == "deployment.apps/orders created"
    with pytest.raises(KubernetesError, match='in the namespace "default"'):
        kube.apply(deployment())
    with pytest.raises(KubernetesError, match="at the cluster scope"):
        kube.apply(manifest("Namespace", "v1", "other"))
    give("ClusterAdmin")
    assert kube.apply(manifest("Namespace", "v1", "other")) == "namespace/other created"
