"""What moto does with listeners, rules and groups, and what follows for the targets."""

from __future__ import annotations

from offline_aws.elbv2.checks import elbv2_operation
from offline_aws.elbv2.groups import Groups, changed, group_of, traffic_changed
from offline_aws.elbv2.targets import Shape
from offline_aws.operations import Call

_CHANGE_TRAFFIC = (
    *("CreateListener", "ModifyListener", "DeleteListener"),
    *("CreateRule", "ModifyRule", "DeleteRule", "DeleteLoadBalancer"),
)


def _change_traffic(call: Call, parameters: Shape) -> Shape:
    """Answer as moto does, then look which target groups are in use."""
    answer = call.moto()
    if call.state(Groups).by_arn:
        traffic_changed(call)
    return answer


for _name in _CHANGE_TRAFFIC:
    elbv2_operation(_name)(_change_traffic)


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
    """Change the deregistration delay, for one, of what is deregistered from now on."""
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
