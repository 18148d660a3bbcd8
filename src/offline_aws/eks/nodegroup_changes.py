"""Change a node group: its size and labels, and its nodes for ones of another version."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from offline_aws.eks import nodes, updates
from offline_aws.eks.checks import (
    eks_operation,
    find_cluster,
    find_nodegroup,
    in_use,
    invalid,
    invalid_request,
)
from offline_aws.eks.durations import (
    EVICTION_RETRY,
    EVICTION_TIMEOUT,
    NODEGROUP_CONFIG,
    NODES_JOIN,
)
from offline_aws.eks.nodegroups import checked_scaling, node_version
from offline_aws.eks.store import Cluster, Nodegroup, Shape, Update
from offline_aws.eks.versions import find_version, minor_of
from offline_aws.operations import Call
from offline_aws.workloads import workloads_of

_SIZES = {"minSize": "MinSize", "maxSize": "MaxSize", "desiredSize": "DesiredSize"}


def _free(call: Call, parameters: Shape) -> tuple[Cluster, Nodegroup]:
    cluster = find_cluster(call, parameters["clusterName"])
    group = find_nodegroup(cluster, parameters["nodegroupName"])
    if group.shape["status"] != "ACTIVE":
        text = "Nodegroup cannot be updated as it is currently not in Active State"
        raise in_use(text, clusterName=cluster.name, nodegroupName=group.name)
    return cluster, group


@eks_operation("UpdateNodegroupConfig")
def update_nodegroup_config(call: Call, parameters: Shape) -> Shape:
    """Change the size, the labels, the taints and the update config of a node group."""
    cluster, group = _free(call, parameters)
    shape = group.shape
    params: Shape = {}
    sizes = parameters.get("scalingConfig") or {}
    wanted = checked_scaling(sizes, shape["scalingConfig"])
    params |= {_SIZES[name]: value for name, value in sizes.items() if value is not None}
    params |= _change_labels(shape, parameters.get("labels") or {})
    params |= _change_taints(shape, parameters.get("taints") or {})
    for name, title in (
        ("updateConfig", "UpdateStrategy"),
        ("nodeRepairConfig", "NodeRepairConfig"),
    ):
        if given := parameters.get(name):
            shape[name] = {**shape.get(name, {}), **given} if name != "updateConfig" else given
            params |= _unavailable(given) if name == "updateConfig" else {title: json.dumps(given)}
    if not params:
        raise invalid("No changes needed for the nodegroup config provided")
    shape |= {"scalingConfig": wanted, "status": "UPDATING", "modifiedAt": call.clock.now()}
    update = updates.begin(call, cluster, "ConfigUpdate", params, nodegroup=group.name)
    _resize(call, cluster, group, wanted["desiredSize"])
    call.clock.call_later(NODEGROUP_CONFIG, lambda: _end(call, group, update))
    return {"update": update.shape}


def _unavailable(given: Shape) -> Shape:
    names = {"maxUnavailable": "MaxUnavailable", "updateStrategy": "UpdateStrategy"}
    names["maxUnavailablePercentage"] = "MaxUnavailablePercentage"
    return {names[name]: value for name, value in given.items() if value is not None}


def _change_labels(shape: Shape, given: Shape) -> Shape:
    added, removed = given.get("addOrUpdateLabels") or {}, given.get("removeLabels") or []
    shape["labels"] = {k: v for k, v in {**shape["labels"], **added}.items() if k not in removed}
    params = {"LabelsToAdd": added, "LabelsToRemove": removed}
    return {name: json.dumps(value) for name, value in params.items() if value}


def _change_taints(shape: Shape, given: Shape) -> Shape:
    added, removed = given.get("addOrUpdateTaints") or [], given.get("removeTaints") or []
    gone = {(each.get("key"), each.get("effect")) for each in [*added, *removed]}
    left = [t for t in shape["taints"] if (t.get("key"), t.get("effect")) not in gone]
    shape["taints"] = left + added
    params = {"TaintsToAdd": added, "TaintsToRemove": removed}
    return {name: json.dumps(value) for name, value in params.items() if value}


def _resize(call: Call, cluster: Cluster, group: Nodegroup, size: int) -> None:
    more = size - len(group.instances)
    if more > 0:
        made = nodes.launch(call, cluster, group, more, group.shape["version"])
        call.clock.call_later(NODES_JOIN, lambda: _joined(call, group, made))
    elif more < 0:
        # The newest go first, as nobody can say which one AWS would choose.
        nodes.leave(call, group, tuple(group.instances[more:]))


def _joined(call: Call, group: Nodegroup, made: list[str]) -> None:
    if group.shape["status"] == "DELETING":
        nodes.terminate(call, made)
    else:
        nodes.join(call, group, made)


def _end(call: Call, group: Nodegroup, update: Update) -> None:
    update.shape["status"] = "Successful"
    if group.shape["status"] == "UPDATING":
        group.shape |= {"status": "ACTIVE", "modifiedAt": call.clock.now()}


@eks_operation("UpdateNodegroupVersion")
def update_nodegroup_version(call: Call, parameters: Shape) -> Shape:
    """Replace the nodes of a node group by ones of another version, a few at a time."""
    cluster, group = _free(call, parameters)
    given = parameters.get("version")
    if given and minor_of(given) < minor_of(group.shape["version"]):
        text = "Requested Nodegroup Kubernetes version is older than the current one"
        raise invalid(f"{text}: {given}, {group.shape['version']}", clusterName=cluster.name)
    version = node_version(call, cluster, given)
    latest = find_version(call.clock.now(), version).release
    release = parameters.get("releaseVersion") or latest
    if not release.startswith(f"{version}."):
        text = f"Requested release version {release} is not valid for kubernetes version {version}."
        raise invalid_request(text, clusterName=cluster.name)
    if parameters.get("launchTemplate") and not group.shape.get("launchTemplate"):
        raise invalid("This node group was made without a launch template.")
    params = {"Version": version, "ReleaseVersion": release}
    update = updates.begin(call, cluster, "VersionUpdate", params, nodegroup=group.name)
    group.shape["status"] = "UPDATING"
    replacing = Replacing(call, cluster, group, update, version, release)
    replacing.force = bool(parameters.get("force"))
    replacing.next_batch()
    return {"update": update.shape}


class Replacing:
    """The replacement of a node group's nodes: new ones join, old ones are drained and ended."""

    def __init__(
        self,
        call: Call,
        cluster: Cluster,
        group: Nodegroup,
        update: Update,
        version: str,
        release: str,
    ) -> None:
        self._call, self._cluster, self._group, self._update = call, cluster, group, update
        self._version, self._release = version, release
        self._old = list(group.instances)
        self._new: list[str] = []
        self.force = False

    def next_batch(self) -> None:
        """Start as many new nodes as may be replaced at once; end where none is left."""
        if not self._old:
            self._group.shape |= {"version": self._version, "releaseVersion": self._release}
            _end(self._call, self._group, self._update)
            return
        count = min(len(self._old), _at_once(self._group))
        self._new = nodes.launch(self._call, self._cluster, self._group, count, self._version)
        self._later(NODES_JOIN, lambda: self._drain(self._old[:count]))

    def _later(self, delay: timedelta, then: Callable[[], None]) -> None:
        self._call.clock.call_later(delay, then)

    def _drain(self, batch: list[str]) -> None:
        nodes.join(self._call, self._group, self._new)
        self._wait_until_empty(batch, self._call.clock.now() + EVICTION_TIMEOUT)

    def _wait_until_empty(self, batch: list[str], until: datetime) -> None:
        evict = workloads_of(self._call).evict
        full = [each for each in batch if not evict(each)]
        if full and not self.force:
            if self._call.clock.now() >= until:
                self._give_up(full)
            else:
                self._later(EVICTION_RETRY, lambda: self._wait_until_empty(batch, until))
            return
        nodes.leave(self._call, self._group, batch)
        self._old = self._old[len(batch) :]
        self.next_batch()

    def _give_up(self, full: list[str]) -> None:
        name = self._group.name
        text = f"Reached max retries while trying to evict pods from nodes in node group {name}"
        updates.fail(self._update, "PodEvictionFailure", text, full)
        for each in self._old:
            workloads_of(self._call).admit(each)
        nodes.leave(self._call, self._group, self._new)
        self._group.shape["status"] = "ACTIVE"


def _at_once(group: Nodegroup) -> int:
    config = group.shape["updateConfig"]
    if percent := config.get("maxUnavailablePercentage"):
        return max(1, len(group.instances) * int(percent) // 100)
    return int(config.get("maxUnavailable") or 1)
