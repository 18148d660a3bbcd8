"""Exercise on a policy as code: what a template of the shop may not say."""

from __future__ import annotations

import copy
from typing import Any

from devops_workbook.chapters.infrastructure_as_code import templates
from devops_workbook.chapters.infrastructure_as_code.scene import chapter
from devops_workbook.checks import call, describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab
from offline_aws.cloudformation.template_text import read_text

Shape = dict[str, Any]

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def the_courses_findings(name: str, resource: Shape) -> list[str]:
    """Say what one resource of a template breaks of the shop's three rules."""
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind == "AWS::S3::Bucket":
        blocks = properties.get("PublicAccessBlockConfiguration", {})
        return [f"{name}: {each} is switched off" for each, on in blocks.items() if not on]
    if kind == "AWS::EC2::SecurityGroup":
        rules = properties.get("SecurityGroupIngress", [])
        blocks = [rule.get("CidrIp", rule.get("CidrIpv6")) for rule in rules]
        return [f"{name}: open to {each}" for each in blocks if each in ("0.0.0.0/0", "::/0")]
    if kind == "AWS::RDS::DBInstance" and not properties.get("StorageEncrypted"):
        return [f"{name}: not encrypted"]
    return []


def _bucket(**blocks: bool) -> Shape:
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {"PublicAccessBlockConfiguration": blocks},
    }


def _group(**rule: Any) -> Shape:
    inside = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/16"}
    other = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, **rule}
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "Tried", "SecurityGroupIngress": [inside, other]},
    }


def _database(**settings: Any) -> Shape:
    return {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres", **settings}}


_CLOSED = dict.fromkeys(_BLOCKS, True)
#: What the rules must find, and what they must let pass: words, a resource, whether it is wrong.
TRIALS: tuple[tuple[str, Shape, bool], ...] = (
    (
        "a bucket with BlockPublicPolicy: false",
        _bucket(**_CLOSED | {"BlockPublicPolicy": False}),
        True,
    ),
    ("a bucket with BlockPublicAcls: false", _bucket(**_CLOSED | {"BlockPublicAcls": False}), True),
    ("a bucket with IgnorePublicAcls: false", _bucket(IgnorePublicAcls=False), True),
    ("a bucket with RestrictPublicBuckets: false", _bucket(RestrictPublicBuckets=False), True),
    ("a bucket that blocks all public access", _bucket(**_CLOSED), False),
    ("a bucket without properties", {"Type": "AWS::S3::Bucket"}, False),
    ("a security group whose second rule is open to 0.0.0.0/0", _group(CidrIp="0.0.0.0/0"), True),
    ("a security group that is open to ::/0", _group(CidrIpv6="::/0"), True),
    ("a security group that is open to 10.0.0.0/16", _group(CidrIp="10.0.0.0/16"), False),
    (
        "a security group that is open to another group",
        _group(SourceSecurityGroupId={"Ref": "Service"}),
        False,
    ),
    (
        "a security group without rules",
        {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "Tried"}},
        False,
    ),
    (
        "a security group that lets everything out",
        {
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "Tried",
                "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
            },
        },
        False,
    ),
    ("a database with StorageEncrypted: false", _database(StorageEncrypted=False), True),
    ("a database that does not say StorageEncrypted", _database(), True),
    ("an encrypted database", _database(StorageEncrypted=True), False),
)


@chapter.exercise(
    "policy",
    title="Write the shop's rules",
    minutes=7,
    kind="stretch",
    answer="findings",
    hints=(
        'Ask for the type first: `if resource["Type"] == "AWS::RDS::DBInstance":`. A resource '
        'need not have Properties: `properties = resource.get("Properties", {})`.',
        '`properties.get("PublicAccessBlockConfiguration", {}).values()` are the four switches. '
        "`all(…)` of nothing is true.",
        'Each rule of `properties.get("SecurityGroupIngress", [])` is a dict that may have '
        "CidrIp, or CidrIpv6, or neither.",
    ),
)
def check_policy(lab: Lab, answer: Any) -> str:
    """The function finds what each rule forbids, names it, and lets the rest pass."""
    for what, resource, wrong in TRIALS:
        found = _found(answer, "Tried", resource)
        require(bool(found) or not wrong, f"Tried {what}: no finding.")
        require(wrong or not found, f"Tried {what}: found {found[:1]}, and nothing is wrong.")
        require(
            all("Tried" in each for each in found),
            f"Tried {what}: the finding {found[:1]} does not say in which resource.",
        )
    for name, resource in read_text(templates.SHOP)["Resources"].items():
        found = _found(answer, name, resource)
        require(not found, f"Tried {name} of the shop's template: found {found[:1]}.")
    wrongs = sum(wrong for _, _, wrong in TRIALS)
    return f"{wrongs} resources that break a rule were found; what is right was let through."


def _found(function: Any, name: str, resource: Shape) -> list[str]:
    found = call(function, name, copy.deepcopy(resource), what="findings")
    if not isinstance(found, (list, tuple)) or not all(isinstance(each, str) for each in found):
        raise NotYet(f"`findings` should return a list of sentences. Found {describe(found)}.")
    return list(found)
