"""Who may use a cluster's Kubernetes API, and which role its pods have."""

from __future__ import annotations

from typing import Any

import pytest
from eks_lab import Lab, refused

CLUSTER = {"clusterName": "shop"}
DEVELOPER = "arn:aws:iam::123456789012:role/team/developer"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


@pytest.fixture(scope="module", autouse=True)
def _cluster(lab: Lab) -> None:
    lab.cluster("shop")


def test_the_creator_and_the_nodes_have_entries_of_their_own(lab: Lab) -> None:
    (creator,) = lab.eks.list_access_entries(**CLUSTER)["accessEntries"]
    policies = lab.eks.list_associated_access_policies(**CLUSTER, principalArn=creator)
    (policy,) = policies["associatedAccessPolicies"]
    assert policy["policyArn"].endswith("/AmazonEKSClusterAdminPolicy")
    assert policy["accessScope"]["type"] == "cluster"
    lab.nodes("shop", scalingConfig={"minSize": 0, "maxSize": 1, "desiredSize": 0})
    entry = lab.eks.describe_access_entry(**CLUSTER, principalArn=lab.roles["ec2"])["accessEntry"]
    assert (entry["type"], entry["kubernetesGroups"]) == ("EC2_LINUX", ["system:nodes"])


def test_an_entry_is_given_policies_for_the_cluster_or_for_namespaces(lab: Lab) -> None:
    made = lab.eks.create_access_entry(**CLUSTER, principalArn=DEVELOPER, kubernetesGroups=["dev"])
    session = "arn:aws:sts::123456789012:assumed-role/developer/{{SessionName}}"
    assert made["accessEntry"]["username"] == session
    with refused("ResourceInUseException", "already in use on this cluster"):
        lab.eks.create_access_entry(**CLUSTER, principalArn=DEVELOPER)
    asked: dict[str, Any] = {**CLUSTER, "principalArn": DEVELOPER, "policyArn": VIEW}
    scope = {"type": "namespace", "namespaces": ["orders"]}
    lab.eks.associate_access_policy(**asked, accessScope=scope)
    found = lab.eks.list_associated_access_policies(**CLUSTER, principalArn=DEVELOPER)
    assert found["associatedAccessPolicies"][0]["accessScope"] == scope
    with_view = lab.eks.list_access_entries(**CLUSTER, associatedPolicyArn=VIEW)["accessEntries"]
    assert with_view == [DEVELOPER]
    with refused("InvalidParameterException", "namespaces parameter"):
        lab.eks.associate_access_policy(**asked, accessScope={"type": "namespace"})
    with refused("ResourceNotFoundException", "policyArn could not be found"):
        lab.eks.associate_access_policy(**asked | {"policyArn": VIEW + "0"}, accessScope=scope)
    lab.eks.disassociate_access_policy(**asked)
    with refused("ResourceNotFoundException"):
        lab.eks.disassociate_access_policy(**asked)
    lab.eks.update_access_entry(**CLUSTER, principalArn=DEVELOPER, username="dev")
    entry = lab.eks.describe_access_entry(**CLUSTER, principalArn=DEVELOPER)["accessEntry"]
    assert (entry["username"], entry["kubernetesGroups"]) == ("dev", ["dev"])
    lab.eks.delete_access_entry(**CLUSTER, principalArn=DEVELOPER)
    with refused("ResourceNotFoundException", "principalArn could not be found"):
        lab.eks.describe_access_entry(**CLUSTER, principalArn=DEVELOPER)


def test_reserved_groups_and_what_is_no_principal_are_refused(lab: Lab) -> None:
    with refused("InvalidParameterException", "cannot start with system:"):
        lab.eks.create_access_entry(
            **CLUSTER, principalArn=DEVELOPER, kubernetesGroups=["system:masters"]
        )
    with refused("InvalidParameterException", "principalArn"):
        lab.eks.create_access_entry(**CLUSTER, principalArn="developer")
    with refused("InvalidParameterException", "type"):
        lab.eks.create_access_entry(**CLUSTER, principalArn=DEVELOPER, type="none")
    with refused("InvalidRequestException", "STANDARD"):
        lab.eks.associate_access_policy(
            **CLUSTER,
            principalArn=lab.roles["ec2"],
            policyArn=VIEW,
            accessScope={"type": "cluster"},
        )


def test_entries_need_an_authentication_mode_that_has_them(lab: Lab) -> None:
    lab.cluster("map", accessConfig={})
    shown = lab.eks.describe_cluster(name="map")["cluster"]["accessConfig"]
    assert shown["authenticationMode"] == "CONFIG_MAP"
    with refused("InvalidRequestException", "must be set to one of"):
        lab.eks.list_access_entries(clusterName="map")
    modes = {"authenticationMode": "API_AND_CONFIG_MAP"}
    lab.eks.update_cluster_config(name="map", accessConfig=modes)
    lab.eks.get_waiter("cluster_active").wait(name="map")
    assert len(lab.eks.list_access_entries(clusterName="map")["accessEntries"]) == 1
    with refused("InvalidParameterException", "Unsupported authentication mode update"):
        lab.eks.update_cluster_config(name="map", accessConfig={"authenticationMode": "CONFIG_MAP"})


def test_a_service_account_has_one_role(lab: Lab) -> None:
    account = {**CLUSTER, "namespace": "orders", "serviceAccount": "orders"}
    made = lab.eks.create_pod_identity_association(**account, roleArn=DEVELOPER)["association"]
    with refused("ResourceInUseException", f"Association already exists: {made['associationId']}"):
        lab.eks.create_pod_identity_association(**account, roleArn=DEVELOPER)
    asked = {**CLUSTER, "associationId": made["associationId"]}
    lab.eks.update_pod_identity_association(**asked, roleArn=lab.roles["ec2"])
    found = lab.eks.describe_pod_identity_association(**asked)["association"]
    assert found["roleArn"] == lab.roles["ec2"]
    listed = lab.eks.list_pod_identity_associations(**CLUSTER, namespace="orders")["associations"]
    assert [each["associationId"] for each in listed] == [made["associationId"]]
    assert not lab.eks.list_pod_identity_associations(**CLUSTER, namespace="x")["associations"]
    lab.eks.delete_pod_identity_association(**asked)
    with refused("ResourceNotFoundException", "No association found"):
        lab.eks.describe_pod_identity_association(**asked)
