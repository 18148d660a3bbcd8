"""Listeners and rules give back the weights that they were given."""

from __future__ import annotations

from typing import Any

import pytest
from elbv2_lab import Lab


def _forward(*weights: tuple[str, int]) -> list[dict[str, Any]]:
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


def _weights(actions: list[dict[str, Any]]) -> list[tuple[str, int]]:
    groups = actions[0]["ForwardConfig"]["TargetGroups"]
    return [(each["TargetGroupArn"], each["Weight"]) for each in groups]


@pytest.mark.parametrize("share", [0, 10, 100])
def test_a_listener_keeps_weights(lab: Lab, share: int) -> None:
    green = lab.make_group("green")
    wanted = [(lab.group, 100 - share), (green, share)]
    lab.elb.modify_listener(ListenerArn=lab.listener, DefaultActions=_forward(*wanted))
    (listener,) = lab.elb.describe_listeners(ListenerArns=[lab.listener])["Listeners"]
    assert _weights(listener["DefaultActions"]) == wanted
    (rule,) = lab.elb.describe_rules(ListenerArn=lab.listener)["Rules"]
    assert _weights(rule["Actions"]) == wanted


def test_a_rule_keeps_weights(lab: Lab) -> None:
    green = lab.make_group("green")
    (rule,) = lab.elb.create_rule(
        ListenerArn=lab.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/orders"]}],
        Actions=_forward((lab.group, 1), (green, 0)),
    )["Rules"]
    assert _weights(rule["Actions"]) == [(lab.group, 1), (green, 0)]
    lab.elb.modify_rule(RuleArn=rule["RuleArn"], Actions=_forward((lab.group, 0), (green, 1)))
    (found,) = lab.elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"]
    assert _weights(found["Actions"]) == [(lab.group, 0), (green, 1)]
