"""The add-ons of a cluster."""

from __future__ import annotations

from typing import Any

import jsonschema
import yaml

from offline_aws.eks import updates
from offline_aws.eks.addon_catalogue import Offer, find_offer
from offline_aws.eks.checks import (
    active_cluster,
    arn,
    eks_operation,
    find_cluster,
    in_use,
    invalid,
    new_uuid,
    not_found,
    page,
)
from offline_aws.eks.durations import ADDON, ADDON_DELETION
from offline_aws.eks.pod_identity import associate
from offline_aws.eks.store import Cluster, Shape
from offline_aws.eks.surroundings import role_name
from offline_aws.operations import Call


@eks_operation("CreateAddon")
def create_addon(call: Call, parameters: Shape) -> Shape:
    """Put an add-on into a cluster."""
    cluster, name = active_cluster(call, parameters["clusterName"]), parameters["addonName"]
    if name in cluster.addons:
        raise in_use("Addon already exists.", clusterName=cluster.name, addonName=name)
    offer = find_offer(name)
    version = _version(cluster, offer, parameters.get("addonVersion"))
    values = parameters.get("configurationValues") or ""
    _check_values(offer, values)
    now = call.clock.now()
    addon: Shape = {
        "addonName": name,
        "clusterName": cluster.name,
        "status": "CREATING",
        "addonVersion": version,
        "health": {"issues": []},
        "addonArn": arn(call, f"addon/{cluster.name}/{name}/{new_uuid(call)}"),
        "createdAt": now,
        "modifiedAt": now,
        "tags": dict(parameters.get("tags") or {}),
        "publisher": "eks",
        "owner": "aws",
    }
    _set(call, cluster, addon, parameters)
    cluster.addons[name] = addon
    call.clock.call_later(ADDON, lambda: _became_active(call, addon, "CREATING"))
    return {"addon": addon}


def _became_active(call: Call, addon: Shape, before: str) -> None:
    if addon["status"] == before:
        addon |= {"status": "ACTIVE", "modifiedAt": call.clock.now()}


def _set(call: Call, cluster: Cluster, addon: Shape, given: Shape) -> None:
    for name in ("serviceAccountRoleArn", "configurationValues"):
        if given.get(name) is not None:
            addon[name] = given[name]
    if (wanted := given.get("podIdentityAssociations")) is not None:
        for each in wanted:
            role_name(each["roleArn"])
        _release_accounts(cluster, addon)
        made = [
            associate(call, cluster, "kube-system", each["serviceAccount"], each["roleArn"])
            for each in wanted
        ]
        for each in made:
            each["ownerArn"] = addon["addonArn"]
        addon["podIdentityAssociations"] = [each["associationArn"] for each in made]


def _release_accounts(cluster: Cluster, addon: Shape) -> None:
    """Take the roles from the service accounts of an add-on."""
    for each in addon.pop("podIdentityAssociations", []):
        cluster.associations.pop(each.rpartition("/")[2], None)


def _version(cluster: Cluster, offer: Offer, given: str | None) -> str:
    versions = offer.versions_for(cluster.version)
    if given and given not in versions:
        text = f"Addon version specified is not supported: {given}; for Kubernetes"
        raise invalid(f"{text} {cluster.version} there are {', '.join(versions)}")
    return given or versions[0]


def _check_values(offer: Offer, text: str) -> None:
    if not text:
        return
    said = "ConfigurationValue provided in request is not supported"
    try:
        values: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        raise invalid(f"{said}: it is neither JSON nor YAML", addonName=offer.name) from None
    errors = list(jsonschema.Draft7Validator(offer.schema).iter_errors(values))
    if errors:
        where = ".".join(["$", *map(str, errors[0].absolute_path)])
        reason = f"Json schema validation failed with error: [{where}: {errors[0].message}]"
        raise invalid(f"{said}: {reason}", addonName=offer.name)


def _find(cluster: Cluster, name: str) -> Shape:
    if name not in cluster.addons:
        text = f"No addon: {name} found in cluster: {cluster.name}"
        raise not_found(text, clusterName=cluster.name, addonName=name)
    return cluster.addons[name]


@eks_operation("DescribeAddon")
def describe_addon(call: Call, parameters: Shape) -> Shape:
    """Return an add-on of a cluster."""
    return {"addon": _find(find_cluster(call, parameters["clusterName"]), parameters["addonName"])}


@eks_operation("ListAddons")
def list_addons(call: Call, parameters: Shape) -> Shape:
    """Return the names of the add-ons of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    return page("addons", sorted(cluster.addons), parameters)


@eks_operation("UpdateAddon")
def update_addon(call: Call, parameters: Shape) -> Shape:
    """Change the version or the configuration of an add-on."""
    cluster = active_cluster(call, parameters["clusterName"])
    addon = _find(cluster, parameters["addonName"])
    if addon["status"] in ("CREATING", "UPDATING", "DELETING"):
        text = f"Addon {addon['addonName']} cannot be updated as it is currently in"
        raise in_use(f"{text} {addon['status']} state", addonName=addon["addonName"])
    offer = find_offer(addon["addonName"])
    version = addon["addonVersion"]
    if given := parameters.get("addonVersion"):
        version = _version(cluster, offer, given)
    _check_values(offer, parameters.get("configurationValues") or "")
    params = {
        title: parameters[name]
        for name, title in (
            ("addonVersion", "AddonVersion"),
            ("serviceAccountRoleArn", "ServiceAccountRoleArn"),
            ("resolveConflicts", "ResolveConflicts"),
            ("configurationValues", "ConfigurationValues"),
        )
        if parameters.get(name)
    }
    _set(call, cluster, addon, parameters)
    update = updates.begin(call, cluster, "AddonUpdate", params, addon=addon["addonName"])
    addon["status"] = "UPDATING"

    def done() -> None:
        addon["addonVersion"] = version
        _became_active(call, addon, "UPDATING")
        update.shape["status"] = "Successful"

    call.clock.call_later(ADDON, done)
    return {"update": update.shape}


@eks_operation("DeleteAddon")
def delete_addon(call: Call, parameters: Shape) -> Shape:
    """Take an add-on out of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    addon = _find(cluster, parameters["addonName"])
    if addon["status"] != "DELETING":
        addon["status"] = "DELETING"
        _release_accounts(cluster, addon)
        call.clock.call_later(ADDON_DELETION, lambda: cluster.addons.pop(addon["addonName"], None))
    return {"addon": addon}
