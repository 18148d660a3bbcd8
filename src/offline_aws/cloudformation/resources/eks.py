"""AWS::EKS::Cluster and AWS::EKS::Nodegroup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags, all_tags, shown_tags
from offline_aws.cloudformation.resources._values import ID, bit, live

_CLUSTER = {"name": ID}


def _logging(_: Resource, value: Properties) -> Properties:
    """Return the logs to send, named one by one in CloudFormation, as EKS takes them."""
    enabled = value.get("ClusterLogging", {}).get("EnabledTypes", [])
    kinds = [each["Type"] for each in enabled]
    return {"clusterLogging": [{"types": kinds, "enabled": True}]}


def _logging_back(it: Resource) -> Properties | None:
    setups = (it.live.get("logging") or {}).get("clusterLogging") or []
    kinds = [kind for each in setups if each.get("enabled") for kind in each["types"]]
    if not kinds:
        return None
    return {"ClusterLogging": {"EnabledTypes": [{"Type": kind} for kind in kinds]}}


def _change(property: str) -> Any:
    """Return what changes one thing: EKS takes no two at once."""

    def change(it: Resource, _: Properties) -> None:
        Call("update_cluster_config", _CLUSTER, property).run(it)

    return Do(property, change)


register(
    Declared(
        "AWS::EKS::Cluster",
        service="eks",
        properties="""
            EncryptionConfig KubernetesNetworkConfig Logging Name ResourcesVpcConfig RoleArn Tags
            Version
        """,
        takes=timedelta(minutes=9),
        named=Named("Name", 100),
        make=Call(
            "create_cluster",
            told="""
                EncryptionConfig KubernetesNetworkConfig Logging Name ResourcesVpcConfig RoleArn
                Version
            """,
        ),
        send={"Logging": _logging},
        look=Look("describe_cluster", _CLUSTER, "cluster"),
        remove=Call("delete_cluster", _CLUSTER),
        parts=(
            _change("ResourcesVpcConfig"),
            _change("Logging"),
            Tags(resource=live("arn"), path="tags"),
        ),
        show={
            "CertificateAuthorityData": "certificateAuthority.data",
            "ClusterSecurityGroupId": "resourcesVpcConfig.clusterSecurityGroupId",
            "Logging": _logging_back,
            "OpenIdConnectIssuerUrl": "identity.oidc.issuer",
        },
        fixed="KubernetesNetworkConfig Version",
        accepted="AccessConfig BootstrapSelfManagedAddons UpgradePolicy",
    )
)

_GROUP = {"clusterName": bit(0), "nodegroupName": bit(1)}


def _scale(it: Resource, _: Properties) -> None:
    Call("update_nodegroup_config", _GROUP, "ScalingConfig").run(it)


register(
    Declared(
        "AWS::EKS::Nodegroup",
        service="eks",
        properties="""
            AmiType CapacityType ClusterName DiskSize InstanceTypes Labels NodeRole NodegroupName
            RemoteAccess ReleaseVersion ScalingConfig Subnets Tags Taints Version
        """,
        takes=timedelta(minutes=3),
        named=Named("NodegroupName", 63),
        id=lambda it: f"{it['ClusterName']}|{it['NodegroupName']}",
        make=Call(
            "create_nodegroup",
            {"tags": all_tags(form="map")},
            """
                AmiType CapacityType ClusterName DiskSize InstanceTypes Labels NodeRole
                NodegroupName RemoteAccess ReleaseVersion ScalingConfig Subnets Taints Version
            """,
        ),
        look=Look("describe_nodegroup", _GROUP, "nodegroup"),
        remove=Call("delete_nodegroup", _GROUP),
        parts=(Do("ScalingConfig", _scale),),
        show={"Arn": "nodegroupArn", "Id": lambda it: it.id, "Tags": shown_tags("tags")},
        fixed="Labels ReleaseVersion Tags Taints Version",
        accepted="ForceUpdateEnabled UpdateConfig",
    )
)
