"""Updates: what is being changed, with its parameters, until it has come to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from offline_aws.eks.checks import (
    eks_operation,
    find_cluster,
    find_nodegroup,
    in_use,
    new_uuid,
    not_found,
    page,
)
from offline_aws.eks.store import Cluster, Shape, Update
from offline_aws.operations import Call


def begin(
    call: Call, cluster: Cluster, kind: str, params: Shape, *, nodegroup: str = "", addon: str = ""
) -> Update:
    """Record an update of a cluster, a node group or an add-on. ``params`` are by their type."""
    shape: Shape = {
        "id": new_uuid(call),
        "status": "InProgress",
        "type": kind,
        "params": [{"type": name, "value": _text(value)} for name, value in params.items()],
        "createdAt": call.clock.now(),
        "errors": [],
    }
    update = Update(shape, nodegroup, addon)
    cluster.updates.append(update)
    return update


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def require_calm(cluster: Cluster, operation: str) -> None:
    """Raise ``AwsError`` while another update of the control plane is under way."""
    for each in cluster.updates:
        if each.in_progress and not each.nodegroup and not each.addon:
            text = f"Cannot {operation} because cluster {cluster.name} currently has update"
            raise in_use(f"{text} {each.shape['id']} in progress", clusterName=cluster.name)
    if cluster.shape["status"] != "ACTIVE":
        text = f"Cannot {operation} because cluster {cluster.name} currently has status"
        raise in_use(f"{text} {cluster.shape['status']}", clusterName=cluster.name)


def of_control_plane(
    call: Call, cluster: Cluster, update: Update, delay: timedelta, done: Callable[[], None]
) -> Shape:
    """Let a control plane be updated on the clock; return the answer to the request."""
    cluster.shape["status"] = "UPDATING"

    def end() -> None:
        if cluster.shape["status"] == "UPDATING":
            done()
            cluster.shape["status"], update.shape["status"] = "ACTIVE", "Successful"

    call.clock.call_later(delay, end)
    return {"update": update.shape}


def fail(update: Update, code: str, message: str, resources: list[str]) -> None:
    """End an update with an error."""
    update.shape["status"] = "Failed"
    error = {"errorCode": code, "errorMessage": message, "resourceIds": resources}
    update.shape["errors"].append(error)


@eks_operation("DescribeUpdate")
def describe_update(call: Call, parameters: Shape) -> Shape:
    """Return an update by its id."""
    for each in _asked(call, parameters):
        if each.shape["id"] == parameters["updateId"]:
            return {"update": each.shape}
    raise not_found(f"No update found for ID: {parameters['updateId']}")


@eks_operation("ListUpdates")
def list_updates(call: Call, parameters: Shape) -> Shape:
    """Return the ids of the updates of a cluster, a node group or an add-on."""
    ids = [each.shape["id"] for each in _asked(call, parameters)]
    return page("updateIds", ids, parameters)


def _asked(call: Call, parameters: Shape) -> list[Update]:
    cluster = find_cluster(call, parameters["name"])
    nodegroup, addon = parameters.get("nodegroupName", ""), parameters.get("addonName", "")
    if nodegroup:
        find_nodegroup(cluster, nodegroup)
    if addon and addon not in cluster.addons:
        raise not_found(f"No addon: {addon} found in cluster: {cluster.name}", addonName=addon)
    return [u for u in cluster.updates if (u.nodegroup, u.addon) == (nodegroup, addon)]
