"""AWS::ElasticLoadBalancingV2::LoadBalancer, TargetGroup, Listener and ListenerRule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Each, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

_TAGS = Tags(tag="add_tags", untag="remove_tags", listed="describe_tags")


def _attributes(property: str, of: str, arn: str) -> Do:
    """Return attributes of which the template sets some and the service has many.

    Those that the template does not set are not shown: they are no drift.
    """

    def put(it: Resource, old: Properties) -> None:
        if it[property]:
            wanted = [{"Key": each["Key"], "Value": str(each["Value"])} for each in it[property]]
            it.ask(f"modify_{of}_attributes", **{arn: it.id}, Attributes=wanted)

    def show(it: Resource) -> dict[str, Any]:
        found = it.ask(f"describe_{of}_attributes", **{arn: it.id})["Attributes"]
        named = {each["Key"] for each in it[property] or ()}
        return {property: [each for each in found if each["Key"] in named] or None}

    return Do(property, put, show)


def _after(path: str) -> Any:
    """Return what shows the end of an ARN, as CloudWatch's dimensions have it."""
    return lambda it: it.id.partition(path)[2]


_BALANCER = {"LoadBalancerArn": ID}
register(
    Declared(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        service="elbv2",
        properties="""
            IpAddressType LoadBalancerAttributes Name Scheme SecurityGroups SubnetMappings Subnets
            Tags Type
        """,
        takes=timedelta(minutes=2),
        named=Named("Name", 32),
        id="LoadBalancers[0].LoadBalancerArn",
        make=Call("create_load_balancer"),
        look=Look("describe_load_balancers", {"LoadBalancerArns": [ID]}, "LoadBalancers[0]"),
        change=(
            Call("set_security_groups", _BALANCER, "SecurityGroups"),
            Call("set_subnets", _BALANCER, "Subnets"),
            Call("set_ip_address_type", _BALANCER, "IpAddressType"),
        ),
        remove=Call("delete_load_balancer", _BALANCER),
        parts=(
            _attributes("LoadBalancerAttributes", "load_balancer", "LoadBalancerArn"),
            _TAGS,
        ),
        show={
            "CanonicalHostedZoneID": "CanonicalHostedZoneId",
            "LoadBalancerFullName": _after("loadbalancer/"),
            "Name": "LoadBalancerName",
            "SubnetMappings": "AvailabilityZones[].{SubnetId: SubnetId}",
            "Subnets": "AvailabilityZones[].SubnetId",
        },
        defaults={"IpAddressType": "ipv4"},
        fixed="SubnetMappings",
        accepted="EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
    )
)

_GROUP = {"TargetGroupArn": ID}
_HEALTH = """
    HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort
    HealthCheckProtocol HealthCheckTimeoutSeconds HealthyThresholdCount Matcher
    UnhealthyThresholdCount
"""
_TARGET = {**_GROUP, "Targets": [VALUE]}


def _targets(it: Resource) -> list[Any]:
    found = it.found("describe_target_health:TargetHealthDescriptions", TargetGroupArn=it.id)
    return [each["Target"] for each in found]


register(
    Declared(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        service="elbv2",
        properties=f"""
            {_HEALTH} IpAddressType Name Port Protocol ProtocolVersion Tags TargetGroupAttributes
            TargetType Targets VpcId
        """,
        named=Named("Name", 32),
        id="TargetGroups[0].TargetGroupArn",
        make=Call("create_target_group"),
        look=Look("describe_target_groups", {"TargetGroupArns": [ID]}, "TargetGroups[0]"),
        change=(Call("modify_target_group", _GROUP, _HEALTH),),
        remove=Call("delete_target_group", _GROUP),
        parts=(
            _attributes("TargetGroupAttributes", "target_group", "TargetGroupArn"),
            Each(
                "Targets",
                add=Call("register_targets", _TARGET),
                remove=Call("deregister_targets", _TARGET),
                look=_targets,
            ),
            _TAGS,
        ),
        show={"Name": "TargetGroupName", "TargetGroupFullName": lambda it: it.id.split(":")[-1]},
        unread="IpAddressType",
    )
)

_LISTENER = {"ListenerArn": ID}
_OF_LISTENER = "Certificates DefaultActions Port Protocol SslPolicy"
register(
    Declared(
        "AWS::ElasticLoadBalancingV2::Listener",
        service="elbv2",
        properties=f"{_OF_LISTENER} AlpnPolicy LoadBalancerArn Tags",
        id="Listeners[0].ListenerArn",
        make=Call("create_listener"),
        look=Look("describe_listeners", {"ListenerArns": [ID]}, "Listeners[0]"),
        change=(Call("modify_listener", _LISTENER, _OF_LISTENER),),
        remove=Call("delete_listener", _LISTENER),
        parts=(_TAGS,),
        fixed="AlpnPolicy",
        accepted="ListenerAttributes MutualAuthentication",
    )
)

_RULE = {"RuleArn": ID}
register(
    Declared(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        service="elbv2",
        properties="Actions Conditions ListenerArn Priority Tags",
        id="Rules[0].RuleArn",
        make=Call("create_rule", told="Actions Conditions ListenerArn Priority"),
        look=Look("describe_rules", {"RuleArns": [ID]}, "Rules[0]"),
        change=(Call("modify_rule", _RULE, "Actions Conditions"),),
        remove=Call("delete_rule", _RULE),
        parts=(
            Own(
                "Priority",
                put=Call("set_rule_priorities", {"RulePriorities": [{**_RULE, "Priority": VALUE}]}),
            ),
            _TAGS,
        ),
        unread="ListenerArn",
    )
)
