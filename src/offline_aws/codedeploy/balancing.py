"""Take instances out of the load balancers of a group, and put them in again."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.codedeploy.shapes import Shape
from offline_aws.operations import Call


class BalancingError(Exception):
    """Why a load balancer could not be changed, in one sentence."""


def block(call: Call, balancers: Shape, instance: str) -> None:
    """Send no more traffic to an instance. Raises ``BalancingError``."""
    _change(call, balancers, instance, "deregister")


def allow(call: Call, balancers: Shape, instance: str) -> None:
    """Send traffic to an instance. Raises ``BalancingError``."""
    _change(call, balancers, instance, "register")


def _change(call: Call, balancers: Shape, instance: str, verb: str) -> None:
    new = clients.client("elbv2", call.region, call.account)
    classic = clients.client("elb", call.region, call.account)
    try:
        names = [each["name"] for each in balancers.get("targetGroupInfoList", ())]
        found = new.describe_target_groups(Names=names)["TargetGroups"] if names else []
        for group in found:
            targets = [{"Id": instance}]
            getattr(new, f"{verb}_targets")(TargetGroupArn=group["TargetGroupArn"], Targets=targets)
        ends = {"register": "with", "deregister": "from"}[verb]
        for each in balancers.get("elbInfoList", ()):
            change = getattr(classic, f"{verb}_instances_{ends}_load_balancer")
            change(LoadBalancerName=each["name"], Instances=[{"InstanceId": instance}])
    except (ClientError, BotoCoreError) as error:
        raise BalancingError(f"The load balancer could not be changed: {error}") from error
