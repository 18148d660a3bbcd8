"""The targets of target groups, beside the groups themselves, which are moto's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from offline_aws import clients
from offline_aws.elbv2.health_check import HealthCheck, health_check_of
from offline_aws.elbv2.target import Target
from offline_aws.operations import Call
from offline_aws.workloads import workloads_of

_DELAY = "deregistration_delay.timeout_seconds"


@dataclass
class Group:
    """A target group: its health check, its targets, and those that are draining."""

    arn: str
    port: int
    kind: str
    check: HealthCheck
    delay: timedelta
    used: bool = False
    targets: dict[tuple[str, int], Target] = field(default_factory=dict)
    draining: list[Target] = field(default_factory=list)
    wakes: set[datetime] = field(default_factory=set)
    #: Whether its settings have been changed since they were read from moto.
    stale: bool = False


@dataclass
class Groups:
    """The target groups of one account and region that have had targets."""

    by_arn: dict[str, Group] = field(default_factory=dict)
    listening: bool = False


def group_of(call: Call, arn: str) -> Group:
    """Return a target group with its settings and health as they are now.

    Raises moto's ``TargetGroupNotFound`` for none.
    """
    groups = call.state(Groups)
    if not groups.listening:
        groups.listening = True
        name = f"elbv2/{call.account}/{call.region}"
        workloads_of(call).listen_to_hosts(name, partial(_host_changed, call))
    group = groups.by_arn.get(arn)
    if group is None:
        group = groups.by_arn[arn] = _read(call, arn)
        # What becomes of one that is known is heard of: see traffic.py.
        set_used(call, group, arn in used_groups(call))
    settle(call, group)
    if group.stale:
        read = _read(call, arn)
        group.check, group.delay, group.stale = read.check, read.delay, False
    return group


def _read(call: Call, arn: str) -> Group:
    """Return a target group as moto describes it, without targets."""
    client = clients.client("elbv2", call.region, call.account)
    (described,) = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"]
    attributes = client.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    delays = [int(each["Value"]) for each in attributes if each["Key"] == _DELAY]
    delay = timedelta(seconds=delays[0] if delays else 300)
    kind, port = described.get("TargetType", "instance"), int(described.get("Port") or 0)
    return Group(arn, port, kind, health_check_of(described), delay)


def settle(call: Call, group: Group) -> None:
    """Bring the health of the targets up to now, and forget those that have drained."""
    now, workloads = call.clock.now(), workloads_of(call)
    if group.used:
        for target in group.targets.values():
            target.settle(group.check, workloads, now)
    group.draining = [each for each in group.draining if (each.draining_until or now) > now]


def set_used(call: Call, group: Group, used: bool) -> None:
    """Note whether a load balancer forwards to a group; its targets are checked if one does."""
    if used and not group.used:
        for target in group.targets.values():
            target.restart(call.clock.now())
    group.used = used


def used_groups(call: Call) -> set[str]:
    """Return the ARNs of the target groups to which a listener or a rule forwards."""
    client = clients.client("elbv2", call.region, call.account)
    found: set[str] = set()
    for balancer in client.describe_load_balancers()["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        for listener in client.describe_listeners(LoadBalancerArn=arn)["Listeners"]:
            found.update(forwarded(listener.get("DefaultActions", [])))
            rules = client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
            for rule in rules:
                found.update(forwarded(rule.get("Actions", [])))
    return found


def forwarded(actions: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the ARNs of the target groups to which actions forward."""
    for action in actions:
        if "TargetGroupArn" in action:
            yield action["TargetGroupArn"]
        for each in action.get("ForwardConfig", {}).get("TargetGroups", []):
            if "TargetGroupArn" in each:
                yield each["TargetGroupArn"]


def note_used(call: Call, arns: Iterable[str]) -> None:
    """Note that a load balancer forwards to these groups, whatever it did before."""
    known = call.state(Groups).by_arn
    for group in [known[arn] for arn in arns if arn in known]:
        settle(call, group)
        if not group.used:
            set_used(call, group, used=True)
            changed(call, group)


def traffic_changed(call: Call) -> None:
    """Look anew which groups are in use: listeners or rules were changed."""
    used = used_groups(call)
    for arn, group in call.state(Groups).by_arn.items():
        settle(call, group)
        if group.used != (arn in used):
            set_used(call, group, arn in used)
            changed(call, group)


def changed(call: Call, group: Group) -> None:
    """Tell those who watch the group, and see to it that they hear of its next turn."""
    workloads_of(call).health_changed(group.arn)
    plan(call, group)


def plan(call: Call, group: Group) -> None:
    """Have those who watch the group told when the state of one of its targets turns."""
    now, workloads = call.clock.now(), workloads_of(call)
    turns = [
        turn
        for target in group.targets.values()
        if group.used and (turn := target.next_turn(group.check, workloads, now))
    ]
    if turns and (first := min(turns)) not in group.wakes:
        group.wakes.add(first)
        call.clock.call_at(first, partial(_wake, call, group, first))


def _wake(call: Call, group: Group, when: datetime) -> None:
    group.wakes.discard(when)
    if call.state(Groups).by_arn.get(group.arn) is group:
        settle(call, group)
        changed(call, group)


def _host_changed(call: Call, host: str) -> None:
    for group in call.state(Groups).by_arn.values():
        if any(target.id == host for target in group.targets.values()):
            settle(call, group)
            plan(call, group)
