"""The weights of two target groups in the rules of a load balancer's listener."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_aws.codedeploy.shapes import Shape


class ListenerError(Exception):
    """A listener that forwards to neither of the target groups, in one sentence."""


def set_weights(client: Any, listener: str, weights: Mapping[str, int]) -> None:
    """Forward by these weights (target group's ARN -> weight) wherever one of them is forwarded to.

    Actions of other kinds and rules with other target groups stay as they are. Raises
    ``ListenerError`` and botocore's ``ClientError``.
    """
    found = client.describe_listeners(ListenerArns=[listener])["Listeners"][0]
    changed = False
    if _mentions(found["DefaultActions"], weights):
        actions = [_weighted(each, weights) for each in found["DefaultActions"]]
        client.modify_listener(ListenerArn=listener, DefaultActions=actions)
        changed = True
    for rule in client.describe_rules(ListenerArn=listener)["Rules"]:
        if not rule["IsDefault"] and _mentions(rule["Actions"], weights):
            actions = [_weighted(each, weights) for each in rule["Actions"]]
            client.modify_rule(RuleArn=rule["RuleArn"], Actions=actions)
            changed = True
    if not changed:
        raise ListenerError(f"The listener {listener} forwards to neither of the target groups.")


def _mentions(actions: list[Shape], weights: Mapping[str, int]) -> bool:
    return any(set(_groups(each)) & set(weights) for each in actions)


def _groups(action: Shape) -> list[str]:
    if action.get("Type") != "forward":
        return []
    several = action.get("ForwardConfig", {}).get("TargetGroups", [])
    return [action.get("TargetGroupArn", ""), *(each["TargetGroupArn"] for each in several)]


def _weighted(action: Shape, weights: Mapping[str, int]) -> Shape:
    if not set(_groups(action)) & set(weights):
        return action
    changed = {k: v for k, v in action.items() if k != "TargetGroupArn"}
    forward = dict(action.get("ForwardConfig", {}))
    forward["TargetGroups"] = [
        {"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()
    ]
    return changed | {"ForwardConfig": forward}
