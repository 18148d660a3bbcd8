"""The traffic of a service whose deployments shift it: weights in the rules of listeners."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from offline_aws import clients
from offline_aws.ecs.checks import invalid
from offline_aws.ecs.store import Shape
from offline_aws.operations import Call

_WHOLE, _FINE = 100, 1000


def check_advanced(balancers: list[Shape]) -> None:
    """Refuse load balancers between which no traffic can be shifted."""
    for each in balancers:
        advanced = each.get("advancedConfiguration", {})
        needed = ("alternateTargetGroupArn", "productionListenerRule", "roleArn")
        if not all(advanced.get(member) for member in needed):
            raise invalid(
                "advancedConfiguration field is required for all loadBalancers when using a "
                "non-ROLLING deployment strategy."
            )


def placed(balancers: list[Shape], taken: set[str]) -> list[Shape]:
    """Return load balancers with the target group of each that is not taken.

    The other one is the alternate then: the weights are of both.
    """
    found = []
    for each in balancers:
        both = _both(each)
        target = next((arn for arn in both if arn not in taken), both[0])
        other = both[1] if target == both[0] else both[0]
        advanced = {**each["advancedConfiguration"], "alternateTargetGroupArn": other}
        found.append({**each, "targetGroupArn": target, "advancedConfiguration": advanced})
    return found


def _both(balancer: Shape) -> list[str]:
    advanced = balancer["advancedConfiguration"]
    return [balancer["targetGroupArn"], advanced["alternateTargetGroupArn"]]


def groups_of(balancers: list[Shape]) -> set[str]:
    """Return the target groups in use of load balancers that ``placed`` returned."""
    return {each["targetGroupArn"] for each in balancers}


def shift(
    call: Call, balancers: list[Shape], to: list[Shape], percent: float, test: bool = False
) -> None:
    """Give the target groups of ``to`` a share of the traffic, and the other ones the rest."""
    wanted = groups_of(to)
    for rule, pair in _rules(balancers, test):
        share = Fraction(str(percent))
        whole = _WHOLE if share.denominator == 1 else _FINE
        new = int(share * whole / 100)
        # A weight is 999 at most.
        weights = {arn: min(999, new if arn in wanted else whole - new) for arn in pair}
        _set(call, rule, weights)


def has_test_traffic(balancers: list[Shape]) -> bool:
    """Return whether there is a rule for test traffic."""
    return any(True for _ in _rules(balancers, test=True))


def _rules(balancers: list[Shape], test: bool) -> Iterator[tuple[str, list[str]]]:
    member = "testListenerRule" if test else "productionListenerRule"
    for each in balancers:
        if rule := each["advancedConfiguration"].get(member):
            yield rule, _both(each)


def _set(call: Call, rule: str, weights: dict[str, int]) -> None:
    client: Any = clients.client("elbv2", call.region, call.account)
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    if ":listener-rule/" in rule:
        client.modify_rule(RuleArn=rule, Actions=actions)
    else:
        client.modify_listener(ListenerArn=rule, DefaultActions=actions)
