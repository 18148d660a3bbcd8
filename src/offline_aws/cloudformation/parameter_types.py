"""The types of parameters: what a value of each may be, and what Ref gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.mistakes import Mistake

_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LIST = re.compile(r"List<(.+)>")
_OWN = ("String", "Number", "CommaDelimitedList")
#: How to find what a parameter of AWS's own type names: service, operation, filter, result.
_EXISTING: dict[str, tuple[str, str, str, str]] = {
    "AWS::EC2::VPC::Id": ("ec2", "describe_vpcs", "VpcIds", "The vpc ID"),
    "AWS::EC2::Subnet::Id": ("ec2", "describe_subnets", "SubnetIds", "The subnet ID"),
    "AWS::EC2::SecurityGroup::Id": (
        *("ec2", "describe_security_groups", "GroupIds"),
        "The security group",
    ),
    "AWS::EC2::SecurityGroup::GroupName": (
        *("ec2", "describe_security_groups", "GroupNames"),
        "The security group",
    ),
    "AWS::EC2::KeyPair::KeyName": ("ec2", "describe_key_pairs", "KeyNames", "The key pair"),
    "AWS::EC2::Image::Id": ("ec2", "describe_images", "ImageIds", "The image id"),
    "AWS::EC2::Instance::Id": ("ec2", "describe_instances", "InstanceIds", "The instance ID"),
    "AWS::EC2::Volume::Id": ("ec2", "describe_volumes", "VolumeIds", "The volume"),
    "AWS::EC2::AvailabilityZone::Name": (
        *("ec2", "describe_availability_zones", "ZoneNames"),
        "The availability zone",
    ),
    "AWS::Route53::HostedZone::Id": ("route53", "get_hosted_zone", "Id", "The hosted zone"),
    "AWS::SSM::Parameter::Name": ("ssm", "get_parameters", "Names", "The parameter"),
}

Client = Callable[[str], Any]


def check_type(name: str, kind: str) -> None:
    """Raise ``Mistake`` for a type that no parameter can have."""
    inner = kind
    if found := _SSM_VALUE.fullmatch(inner):
        inner = found[1]
    if found := _LIST.fullmatch(inner):
        inner = found[1]
        if inner in ("String", "Number") or inner in _EXISTING:
            return
    elif inner in _OWN or inner in _EXISTING:
        return
    raise Mistake(
        f"Template format error: Unrecognized parameter type: {kind}"
        if not kind.startswith("AWS::")
        else f"Template format error: Unrecognized parameter type: {kind} of {name}"
    )


def is_ssm(kind: str) -> bool:
    """Return whether a value of the type is the name of a parameter of Systems Manager."""
    return _SSM_VALUE.fullmatch(kind) is not None


def is_list(kind: str) -> bool:
    """Return whether Ref gives a list."""
    inner = _inner(kind)
    return inner == "CommaDelimitedList" or inner.startswith("List<")


def is_number(kind: str) -> bool:
    """Return whether every item of a value is a number."""
    return _item(kind) == "Number"


def items_of(kind: str, text: str) -> list[str]:
    """Return the items of a value, one for a type that is no list."""
    if not is_list(kind):
        return [text]
    return [each.strip() for each in text.split(",")] if text else []


def value_of(kind: str, text: str) -> Any:
    """Return what Ref gives for the text of a value."""
    return items_of(kind, text) if is_list(kind) else text


def resolve(kind: str, text: str, client: Client) -> str:
    """Return the value that a parameter of Systems Manager has. Raises ``Mistake``."""
    found = client("ssm").get_parameters(Names=[text])["Parameters"] if text else []
    if not found:
        raise Mistake(f"Unable to fetch parameters [{text}] from parameter store for this account.")
    if found[0]["Type"] == "SecureString":
        raise Mistake(
            f"Parameters [{text}] referenced by template have types not supported by "
            "CloudFormation."
        )
    return str(found[0]["Value"])


def missing(kind: str, text: str, client: Client) -> Iterator[str]:
    """Yield the items of a value of AWS's own type that do not exist in the account."""
    if _item(kind) not in _EXISTING or is_ssm(kind):
        return
    service, operation, key, _ = _EXISTING[_item(kind)]
    for item in items_of(kind, text):
        given: Any = item if key == "Id" else [item]
        try:
            found = getattr(client(service), operation)(**{key: given})
        except ClientError:
            yield item
        else:
            if found.get("InvalidParameters") or _is_empty(found):
                yield item


def _is_empty(found: dict[str, Any]) -> bool:
    lists = [each for key, each in found.items() if isinstance(each, list) and key[:7] != "Invalid"]
    return bool(lists) and not any(lists)


def _inner(kind: str) -> str:
    found = _SSM_VALUE.fullmatch(kind)
    return found[1] if found else kind


def _item(kind: str) -> str:
    inner = _inner(kind)
    found = _LIST.fullmatch(inner)
    return found[1] if found else inner
