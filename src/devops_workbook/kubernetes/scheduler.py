"""Find a node for a pod, or say in the scheduler's words why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from devops_workbook.kubernetes.objects import Node, Pod, Shape

_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute"}


@dataclass(frozen=True)
class Room:
    """What is left on a node."""

    node: Node
    cpu: int
    memory: int
    pods: int


def rooms(nodes: Iterable[Node], pods: Sequence[Pod]) -> list[Room]:
    """Return what the pods leave of every node."""
    found = []
    for node in nodes:
        there = [pod.requests() for pod in pods if pod.node == node.name and not pod.gone]
        cpu, memory = (sum(each) for each in zip(*there, strict=True)) if there else (0, 0)
        found.append(Room(node, node.cpu - cpu, node.memory - memory, node.pods - len(there)))
    return found


def place(pod: Pod, all_rooms: Sequence[Room]) -> tuple[Node | None, str]:
    """Return the node with the most room for a pod, or None and why there is none."""
    if not all_rooms:
        return None, "no nodes available to schedule pods"
    cpu, memory = pod.requests()
    fitting, reasons = [], Counter[str]()
    for room in all_rooms:
        if found := _reasons(pod.template, room, cpu, memory):
            reasons.update(found)
        else:
            fitting.append(room)
    if fitting:
        return max(fitting, key=lambda room: _score(room, cpu, memory)).node, ""
    count = len(all_rooms)
    listed = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
    text = f"0/{count} nodes are available: {listed}."
    return None, f"{text} preemption: 0/{count} nodes are available: {count} {_NO_VICTIMS}"


_NO_VICTIMS = "No preemption victims found for incoming pod."


def _reasons(template: Shape, room: Room, cpu: int, memory: int) -> list[str]:
    """Return why a pod cannot be on a node, as the scheduler's filters say it, in their order."""
    node = room.node
    if not node.schedulable:
        return ["node(s) were unschedulable"]
    for taint in node.taints:
        if taint["effect"] in _EFFECTS and not _tolerated(taint, template.get("tolerations") or []):
            key, value = taint["key"], taint.get("value", "")
            return [f"node(s) had untolerated taint {{{key}: {value}}}"]
    if not (template.get("nodeSelector") or {}).items() <= node.labels.items():
        return ["node(s) didn't match Pod's node affinity/selector"]
    found = ["Too many pods"] if room.pods < 1 else []
    found += ["Insufficient cpu"] if cpu > room.cpu else []
    return found + (["Insufficient memory"] if memory > room.memory else [])


def _tolerated(taint: Shape, tolerations: list[Shape]) -> bool:
    for each in tolerations:
        same_key = not each.get("key") or each["key"] == taint["key"]
        exists = each.get("operator") == "Exists"
        same_value = exists or each.get("value", "") == taint.get("value", "")
        effect = each.get("effect") in (None, "", _EFFECTS[taint["effect"]])
        if same_key and same_value and effect:
            return True
    return False


def _score(room: Room, cpu: int, memory: int) -> float:
    """Return how much of a node would be left: the scheduler prefers the least allocated."""
    left = (room.cpu - cpu) / room.node.cpu + (room.memory - memory) / room.node.memory
    # Pods that ask for nothing are spread too.
    return left / 2 + (room.pods - 1) / room.node.pods / 100
