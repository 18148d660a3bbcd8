"""Rules of security groups: one a line in CloudFormation, by protocol and ports in EC2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Rule = dict[str, Any]

_ALL = "-1"
#: By direction, the names of the other side's group and prefix list.
_OTHER_SIDE = {
    "ingress": ("SourceSecurityGroupId", "SourcePrefixListId"),
    "egress": ("DestinationSecurityGroupId", "DestinationPrefixListId"),
}


def permission(rule: Rule, direction: str) -> Rule:
    """Return a rule as AuthorizeSecurityGroupIngress and its like take it."""
    group, prefixes = _OTHER_SIDE[direction]
    found: Rule = {"IpProtocol": str(rule["IpProtocol"])}
    for port in ("FromPort", "ToPort"):
        if port in rule:
            found[port] = int(rule[port])
    about = {"Description": rule["Description"]} if "Description" in rule else {}
    if "CidrIp" in rule:
        found["IpRanges"] = [{"CidrIp": rule["CidrIp"], **about}]
    if "CidrIpv6" in rule:
        found["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **about}]
    if prefixes in rule:
        found["PrefixListIds"] = [{"PrefixListId": rule[prefixes], **about}]
    if group in rule:
        owner = rule.get("SourceSecurityGroupOwnerId")
        pair = {"GroupId": rule[group], **about}
        found["UserIdGroupPairs"] = [{**pair, "UserId": owner} if owner else pair]
    return found


def rules(permissions: list[Rule], direction: str) -> list[Rule]:
    """Return what EC2 says of a group's permissions, one rule a line."""
    return [rule for each in permissions for rule in _rules(each, direction)]


def _rules(one: Rule, direction: str) -> Iterator[Rule]:
    group, prefixes = _OTHER_SIDE[direction]
    kinds = (
        ("IpRanges", "CidrIp", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId", prefixes),
        ("UserIdGroupPairs", "GroupId", group),
    )
    shared = {"IpProtocol": one["IpProtocol"]}
    if one["IpProtocol"] != _ALL:
        shared |= {port: one[port] for port in ("FromPort", "ToPort") if port in one}
    for ranges, word, name in kinds:
        for each in one.get(ranges, ()):
            about = {"Description": each["Description"]} if each.get("Description") else {}
            yield {**shared, name: each[word], **about}
