"""AWS::EC2::SecurityGroup, SecurityGroupIngress and SecurityGroupEgress."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._security_rules import permission, rules
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID

_GROUP = {"GroupIds": [ID]}
_OTHER_SIDE = ("CidrIpv4", "CidrIpv6", "PrefixListId")
_OUTWARD = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


def _rules(property: str, direction: str, answer: str) -> Do:
    """Return the rules of a group in one direction."""

    def change(it: Resource, old: Properties) -> None:
        before, now = list(old.get(property) or ()), list(it[property] or ())
        if direction == "egress" and not before and now:
            before = [_OUTWARD]  # EC2 makes it, CloudFormation takes it away for others
        if direction == "egress" and before and not now:
            now = [_OUTWARD]
        for verb, kept in (
            ("revoke", [each for each in before if each not in now]),
            ("authorize", [each for each in now if each not in before]),
        ):
            if kept:
                it.ask(
                    f"{verb}_security_group_{direction}",
                    GroupId=it.id,
                    IpPermissions=[permission(each, direction) for each in kept],
                )

    return Do(property, change, lambda it: {property: rules(it.live[answer], direction)})


register(
    Declared(
        "AWS::EC2::SecurityGroup",
        service="ec2",
        properties="""
            GroupDescription GroupName SecurityGroupEgress SecurityGroupIngress Tags VpcId
        """,
        named=Named("GroupName", 255),
        id="GroupId",
        words={"GroupDescription": "Description"},
        make=Call("create_security_group"),
        look=Look("describe_security_groups", _GROUP, "SecurityGroups[0]"),
        remove=Call("delete_security_group", {"GroupId": ID}),
        parts=(
            _rules("SecurityGroupIngress", "ingress", "IpPermissions"),
            _rules("SecurityGroupEgress", "egress", "IpPermissionsEgress"),
            Tags(tag="create_tags", untag="delete_tags", path="Tags"),
        ),
        show={"Id": "GroupId"},
    )
)


def _describe_rule(it: Resource, _: Properties) -> None:
    """Give a rule another description: EC2 takes that with all that the rule says."""
    rule = it.live
    ports = {name: rule.get(name, -1) for name in ("FromPort", "ToPort")}
    other = {name: rule[name] for name in _OTHER_SIDE if name in rule}
    if "ReferencedGroupInfo" in rule:
        other = {"ReferencedGroupId": rule["ReferencedGroupInfo"]["GroupId"]}
    about = str(it["Description"] or "")
    change = {"IpProtocol": rule["IpProtocol"], **ports, **other, "Description": about}
    it.ask(
        "modify_security_group_rules",
        GroupId=rule["GroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": it.id, "SecurityGroupRule": change}],
    )


def _one_rule(direction: str, properties: str, group: str) -> Declared:
    """Return the type of a rule that stands outside of its group."""

    def authorize(it: Resource) -> Any:
        return it.ask(
            f"authorize_security_group_{direction}",
            GroupId=it["GroupId"],
            IpPermissions=[permission(it.properties, direction)],
        )

    def revoke(it: Resource) -> None:
        it.ask(
            f"revoke_security_group_{direction}",
            GroupId=it.live["GroupId"],
            SecurityGroupRuleIds=[it.id],
        )

    told = f"CidrIp CidrIpv6 FromPort GroupId IpProtocol ToPort {properties}"
    return Declared(
        f"AWS::EC2::SecurityGroup{direction.title()}",
        service="ec2",
        properties=f"{told} Description",
        id="SecurityGroupRules[0].SecurityGroupRuleId",
        words={"CidrIp": "CidrIpv4"},
        make=By(authorize, told),
        look=Look(
            "describe_security_group_rules", {"SecurityGroupRuleIds": [ID]}, "SecurityGroupRules[0]"
        ),
        remove=By(revoke),
        parts=(Do("Description", _describe_rule),),
        unread="SourceSecurityGroupOwnerId" if direction == "ingress" else "",
        show={
            "Id": lambda it: it.id,
            "FromPort": "FromPort != `-1` && FromPort || `null`",
            "ToPort": "ToPort != `-1` && ToPort || `null`",
            f"{group}SecurityGroupId": "ReferencedGroupInfo.GroupId",
            f"{group}PrefixListId": "PrefixListId",
        },
    )


register(
    _one_rule(
        "ingress", "SourcePrefixListId SourceSecurityGroupId SourceSecurityGroupOwnerId", "Source"
    )
)
register(_one_rule("egress", "DestinationPrefixListId DestinationSecurityGroupId", "Destination"))
