"""What moto does with listeners, rules and groups, and what follows for the targets."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.elbv2.checks import elbv2_operation, invalid
from offline_aws.elbv2.groups import (
    Groups,
    changed,
    forwarded,
    group_of,
    note_used,
    traffic_changed,
)
from offline_aws.elbv2.targets import Shape
from offline_aws.operations import Call

_ADD_TRAFFIC = ("CreateListener", "CreateRule")
_TAKE_TRAFFIC = ("DeleteListener", "DeleteRule", "DeleteLoadBalancer")


def _add_traffic(call: Call, parameters: Shape) -> Shape:
    """Answer as moto does, then note which target groups are in use that were not before."""
    answer = call.moto()
    note_used(call, forwarded(_actions(parameters)))
    return answer


def _modify_traffic(call: Call, parameters: Shape) -> Shape:
    """Answer as moto does, then look which target groups are in use.

    A shift of weights leaves the groups as they are: then there is no need to look at every
    listener of the account.
    """
    if not call.state(Groups).by_arn or not _actions(parameters):
        return call.moto()
    before = set(forwarded(_actions_now(call, parameters)))
    answer = call.moto()
    after = set(forwarded(_actions(parameters)))
    if before <= after:
        note_used(call, after)
    else:
        traffic_changed(call)
    return answer


def _take_traffic(call: Call, parameters: Shape) -> Shape:
    """Answer as moto does, then look which target groups are still in use."""
    answer = call.moto()
    if call.state(Groups).by_arn:
        traffic_changed(call)
    return answer


def _actions(shape: Shape) -> list[Shape]:
    actions: list[Shape] = shape.get("DefaultActions") or shape.get("Actions") or []
    return actions


def _actions_now(call: Call, parameters: Shape) -> list[Shape]:
    """Return the actions of a listener or a rule that is about to be modified."""
    client = clients.client("elbv2", call.region, call.account)
    try:
        if "RuleArn" in parameters:
            found = client.describe_rules(RuleArns=[parameters["RuleArn"]])["Rules"]
        else:
            arns = [parameters["ListenerArn"]]
            found = client.describe_listeners(ListenerArns=arns)["Listeners"]
    except ClientError:
        return []  # it is not there, as moto is about to say
    return [action for each in found for action in _actions(each)]


for _name in _ADD_TRAFFIC:
    elbv2_operation(_name)(_add_traffic)
for _name in ("ModifyListener", "ModifyRule"):
    elbv2_operation(_name)(_modify_traffic)
for _name in _TAKE_TRAFFIC:
    elbv2_operation(_name)(_take_traffic)


@elbv2_operation("ModifyTargetGroup")
def modify_target_group(call: Call, parameters: Shape) -> Shape:
    """Change the health check; what was checked until now stays."""
    arn = parameters["TargetGroupArn"]
    known = arn in call.state(Groups).by_arn
    if known:
        group = group_of(call, arn)
        for target in group.targets.values():
            target.wake(group.check, call.clock.now())
    answer = call.moto()
    if known:
        group.stale = True
        changed(call, group_of(call, arn))
    return answer


@elbv2_operation("ModifyTargetGroupAttributes")
def modify_target_group_attributes(call: Call, parameters: Shape) -> Shape:
    """Change the deregistration delay, for one, of what is deregistered from now on.

    The text of the error is ours.
    """
    for each in parameters["Attributes"]:
        if "Key" not in each or "Value" not in each:
            raise invalid("A target group attribute must have a key and a value")
    answer = call.moto()
    group = call.state(Groups).by_arn.get(parameters["TargetGroupArn"])
    if group is not None:
        group.stale = True
    return answer


@elbv2_operation("DeleteTargetGroup")
def delete_target_group(call: Call, parameters: Shape) -> Shape:
    """Delete a group, and its targets with it."""
    answer = call.moto()
    call.state(Groups).by_arn.pop(parameters["TargetGroupArn"], None)
    return answer
