"""AWS::EKS::Cluster and AWS::EKS::Nodegroup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find
from offline_aws.cloudformation.resources._declared import Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._slow import Slow
from offline_aws.cloudformation.resources._tags import Tags, all_tags, shown_tags
from offline_aws.cloudformation.resources._values import ID, bit, live

_CLUSTER = {"name": ID}
_DELETING = "DELETING"
_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


_BUSY = ("CREATING", "UPDATING")


class _OfEks(Slow):
    """A cluster, or a group of its nodes."""

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether it is active; raises ``Failed`` when it cannot be made."""
        status = self.status_of(context, physical_id)
        if status in (None, "CREATE_FAILED", _DELETING):
            raise Failed("The resource failed to stabilize: EKS could not create it.")
        return bool(status == "ACTIVE")


def _described(it: Resource) -> Any:
    """Return it as EKS describes it, also while it is being deleted."""
    cluster, _, group = it.id.partition("|")
    if group:
        found = "describe_nodegroup:nodegroup"
        return it.found(found, clusterName=cluster, nodegroupName=group)
    return it.found("describe_cluster:cluster", name=cluster)


_STATUS = Find(lambda it: _described(it)["status"])


def _unless_deleting(it: Resource) -> Any:
    """Return it as EKS describes it; what is about to be gone counts as gone."""
    found = _described(it)
    return None if found is None or found["status"] == _DELETING else found


def _logging(_: Resource, value: Properties) -> Properties:
    """Return the logs to send, named one by one in CloudFormation, as EKS takes them.

    EKS leaves what is not named as it was, and a template means that it is off.
    """
    enabled = value.get("ClusterLogging", {}).get("EnabledTypes", [])
    on = [each["Type"] for each in enabled]
    off = [kind for kind in _LOGS if kind not in on]
    setups = [{"types": on, "enabled": True}, {"types": off, "enabled": False}]
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


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
    _OfEks(
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
        look=Find(_unless_deleting),
        status=_STATUS,
        busy=_BUSY,
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
    _OfEks(
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
        look=Find(_unless_deleting),
        status=_STATUS,
        busy=_BUSY,
        remove=Call("delete_nodegroup", _GROUP),
        parts=(Do("ScalingConfig", _scale),),
        show={"Arn": "nodegroupArn", "Id": lambda it: it.id, "Tags": shown_tags("tags")},
        fixed="Labels ReleaseVersion Tags Taints Version",
        accepted="ForceUpdateEnabled UpdateConfig",
    )
)
