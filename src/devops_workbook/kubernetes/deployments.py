"""The deployment controller: Deployments become ReplicaSets, and these become pods."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from devops_workbook.kubernetes import rolling
from devops_workbook.kubernetes.objects import Moment, Pod, ReplicaSet, Rollout, Run, Shape
from devops_workbook.kubernetes.rolling import Limits, Size

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster

#: Kubernetes' letters for names that are made: no vowels, so that no words come out.
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_DEADLINE, _HISTORY = 600, 10
_MOST_STEPS = 500


def sync(cluster: LabCluster, rollout: Rollout) -> None:
    """Bring a Deployment as near to what is desired as may be now."""
    new = _new_set(cluster, rollout)
    allowed = limits_of(rollout)
    _scale(cluster, rollout, new, allowed)
    for _ in range(_MOST_STEPS):
        before = [each.desired for each in rollout.sets]
        if not rollout.spec.get("paused"):
            _step(cluster, rollout, new, allowed)
        if [each.desired for each in rollout.sets] == before:
            break
    for each in rollout.sets:
        each.of_desired, each.of_most = allowed.desired, allowed.most
        fill(cluster, rollout, each)
    _look_at_progress(cluster, rollout, new)
    _record(cluster, rollout, allowed)


def limits_of(rollout: Rollout) -> Limits:
    """Return how far a Deployment's pods may stray from what is desired."""
    strategy = rollout.spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return Limits(rollout.replicas, 0, rollout.replicas)
    given = {n: v for n, v in (strategy.get("rollingUpdate") or {}).items() if v is not None}
    return rolling.limits(
        rollout.replicas, given.get("maxSurge", "25%"), given.get("maxUnavailable", "25%")
    )


def _new_set(cluster: LabCluster, rollout: Rollout) -> ReplicaSet:
    """Return the ReplicaSet of the present template, made where there is none; it is the last."""
    template = rollout.spec["template"]
    found = next((each for each in rollout.sets if each.template == template), None)
    if found is not None and found is rollout.sets[-1]:
        return found
    revision = max((each.revision for each in rollout.sets), default=0) + 1
    rollout.complete, rollout.failed = False, False
    rollout.progressed = cluster.clock.now()
    if found is None:
        digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
        name = f"{rollout.name}-{_letters(digest, 9)}"
        found = ReplicaSet(name, json.loads(json.dumps(template)), revision, cluster.clock.now())
    else:
        # Going back: an old ReplicaSet becomes the newest revision.
        rollout.sets.remove(found)
        found.revision = revision
    rollout.sets.append(found)
    _watch_deadline(cluster, rollout)
    return found


def _letters(digest: bytes, count: int) -> str:
    return "".join(_LETTERS[each % len(_LETTERS)] for each in digest[:count])


def _scale(cluster: LabCluster, rollout: Rollout, new: ReplicaSet, allowed: Limits) -> None:
    """Follow a change of the desired size: of the only ReplicaSet, or of all in proportion."""
    active = [each for each in rollout.sets if each.desired > 0]
    if not any(each.of_desired != allowed.desired for each in active):
        return
    if len(active) == 1 and active[0] is new:
        new.desired = allowed.desired
    elif active:
        before = max(each.of_most for each in active)
        sizes = rolling.spread([each.desired for each in active], before, allowed.most)
        for each, size in zip(active, sizes, strict=True):
            each.desired = size


def _step(cluster: LabCluster, rollout: Rollout, new: ReplicaSet, allowed: Limits) -> None:
    now, old = cluster.clock.now(), [each for each in rollout.sets if each is not new]
    if (rollout.spec.get("strategy") or {}).get("type") == "Recreate":
        for each in old:
            each.desired = 0
            fill(cluster, rollout, each)
        if not any(not pod.gone for each in old for pod in each.pods):
            new.desired = allowed.desired
        return
    sizes = [Size(each.desired, each.available(now, rollout.minimum)) for each in old]
    size = Size(new.desired, new.available(now, rollout.minimum))
    if new.desired > allowed.desired:
        new.desired = allowed.desired
        return
    grown = rolling.grown(size, sizes, allowed)
    if grown != new.desired:
        new.desired = grown
        return
    for each, shrunk in zip(old, rolling.shrunk(size, sizes, allowed), strict=True):
        each.desired = shrunk


def fill(cluster: LabCluster, rollout: Rollout, each: ReplicaSet) -> None:
    """Give a ReplicaSet as many pods as it is to have."""
    each.pods = [pod for pod in each.pods if not pod.gone]
    live = each.live
    for pod in sorted(live, key=_first_to_go)[: max(0, len(live) - each.desired)]:
        cluster.kubelet.stop(pod)
    each.failure = ""
    for _ in range(each.desired - len(live)):
        if not _make_pod(cluster, rollout, each):
            break


def _first_to_go(pod: Pod) -> tuple[bool, bool, float]:
    """Order pods as a ReplicaSet that shrinks does: without a node, not ready, the youngest."""
    age = (pod.ready_since or pod.created).timestamp()
    return bool(pod.node), pod.ready, -age


def _make_pod(cluster: LabCluster, rollout: Rollout, each: ReplicaSet) -> bool:
    spec, namespace = each.template["spec"], rollout.namespace
    account = spec.get("serviceAccountName") or "default"
    name = f"{each.name}-{_letters(cluster.new_digest(), 5)}"
    if account != "default" and cluster.find("ServiceAccount", namespace, account) is None:
        each.failure = (
            f'Error creating: pods "{each.name}-" is forbidden: error looking up service account '
            f'{namespace}/{account}: serviceaccount "{account}" not found'
        )
        cluster.note(f"replicaset/{each.name}", "FailedCreate", each.failure, once=True)
        return False
    labels = dict((each.template.get("metadata") or {}).get("labels") or {})
    runs = [Run(container) for container in spec["containers"]]
    now = cluster.clock.now()
    pod = Pod(name, namespace, labels, spec, now, each.revision, runs)
    each.pods.append(pod)
    return True


def _look_at_progress(cluster: LabCluster, rollout: Rollout, new: ReplicaSet) -> None:
    """Find out whether a rollout is complete, has come further, or has come no further for long."""
    now = cluster.clock.now()
    available = new.available(now, rollout.minimum)
    total = sum(len(each.live) for each in rollout.sets)
    there = (len(new.live), -total + len(new.live), available)
    if rollout.history:
        last = rollout.history[-1]
        updated = last.pods.get(new.revision, 0)
        before = (updated, updated - sum(last.pods.values()), last.available.get(new.revision, 0))
        if any(mine > its for mine, its in zip(there, before, strict=True)):
            rollout.progressed = now
            _watch_deadline(cluster, rollout)
    if len(new.live) == total == available == rollout.replicas and not rollout.complete:
        rollout.complete, rollout.failed = True, False
        _forget_old(rollout)
    for each in rollout.sets:
        for pod in each.pods:
            if pod.ready_since and rollout.minimum and now < pod.ready_since + rollout.minimum:
                cluster.look_again(pod.ready_since + rollout.minimum)


def _watch_deadline(cluster: LabCluster, rollout: Rollout) -> None:
    given = rollout.spec.get("progressDeadlineSeconds")
    deadline = timedelta(seconds=_DEADLINE if given is None else given)
    since = rollout.progressed

    def late() -> None:
        if rollout.progressed == since and not rollout.complete and not rollout.deleted:
            rollout.failed = True
            text = f'ReplicaSet "{rollout.sets[-1].name}" has timed out progressing.'
            cluster.note(f"deployment/{rollout.name}", "ProgressDeadlineExceeded", text)

    cluster.clock.call_later(deadline, late)


def _forget_old(rollout: Rollout) -> None:
    given = rollout.spec.get("revisionHistoryLimit")
    kept = _HISTORY if given is None else given
    old = [each for each in rollout.sets[:-1] if not each.desired]
    for each in old[: max(0, len(old) - kept)]:
        rollout.sets.remove(each)


def _record(cluster: LabCluster, rollout: Rollout, allowed: Limits) -> None:
    now = cluster.clock.now()
    moment = Moment(
        now,
        {each.revision: len(each.live) for each in rollout.sets if each.live},
        {
            each.revision: count
            for each in rollout.sets
            if (count := each.available(now, rollout.minimum))
        },
        allowed.desired,
        allowed.least,
        allowed.most,
    )
    last = rollout.history[-1] if rollout.history else None
    if last is None or (last.pods, last.available, last.desired, last.least, last.most) != (
        moment.pods,
        moment.available,
        moment.desired,
        moment.least,
        moment.most,
    ):
        rollout.history.append(moment)


def undo(rollout: Rollout, revision: int | None = None) -> Shape | None:
    """Return the template of an earlier revision, of the one before by default; None for none."""
    old = sorted(rollout.sets[:-1], key=lambda each: each.revision)
    wanted = [each for each in old if revision in (None, each.revision)]
    return wanted[-1].template if wanted else None


def status(rollout: Rollout) -> str:
    """Return what ``kubectl rollout status`` says of a Deployment now."""
    title = f'deployment "{rollout.name}"'
    new = rollout.sets[-1]
    updated, total = len(new.live), sum(len(each.live) for each in rollout.sets)
    available = rollout.history[-1].available.get(new.revision, 0)
    waiting = f"Waiting for {title} rollout to finish:"
    if rollout.failed:
        return f"error: {title} exceeded its progress deadline"
    if updated < rollout.replicas:
        return f"{waiting} {updated} out of {rollout.replicas} new replicas have been updated..."
    if total > updated:
        return f"{waiting} {total - updated} old replicas are pending termination..."
    if available < updated:
        return f"{waiting} {available} of {updated} updated replicas are available..."
    return f"{title} successfully rolled out"
