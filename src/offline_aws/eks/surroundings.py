"""What a cluster needs outside of EKS: roles in IAM, subnets and security groups in EC2."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError, ParamValidationError

from offline_aws import clients
from offline_aws.eks.checks import invalid
from offline_aws.operations import Call

_ROLE = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/(?:[^/]+/)*([\w+=,.@-]{1,64})")


def role_name(arn: str) -> str:
    """Return the name in a role's ARN. Raises ``AwsError`` for what is none."""
    found = _ROLE.fullmatch(arn)
    if not found:
        raise invalid(f"Invalid Role Arn: '{arn}'")
    return found[2]


def check_role(call: Call, arn: str, service: str) -> None:
    """Raise ``AwsError`` for a role that is not there or that a service may not take on."""
    name = role_name(arn)
    try:
        role = beside("iam", call).get_role(RoleName=name)["Role"]
    except ClientError:
        role = {}
    if service not in _trusted(role):
        text = "could not be assumed because it does not exist or the trusted entity is not correct"
        raise invalid(f"Role with arn: {arn}, {text}")


def _trusted(role: dict[str, Any]) -> list[str]:
    """Return the services in a role's trust policy."""
    policy = role.get("AssumeRolePolicyDocument") or {}
    if isinstance(policy, str):
        policy = json.loads(unquote(policy) or "{}")
    statements = policy.get("Statement", [])
    trusted: list[str] = []
    for each in statements if isinstance(statements, list) else [statements]:
        principal = each.get("Principal", {})
        named = principal.get("Service", []) if isinstance(principal, dict) else []
        if each.get("Effect") == "Allow":
            trusted += [named] if isinstance(named, str) else named
    return trusted


def subnets_of(call: Call, ids: Sequence[str], zones: int = 1) -> list[dict[str, Any]]:
    """Return subnets by id, of at least so many zones. Raises ``AwsError``."""
    if not ids:
        raise invalid("subnets can not be empty")
    found = []
    for each in ids:
        try:
            found += beside("ec2", call).describe_subnets(SubnetIds=[each])["Subnets"]
        except (ClientError, ParamValidationError):
            raise invalid(f"The subnet ID '{each}' does not exist") from None
    if len({each["AvailabilityZone"] for each in found}) < zones:
        raise invalid("Subnets specified must be in at least two different AZs")
    if len({each["VpcId"] for each in found}) > 1:
        raise invalid("Subnets specified must belong to the same VPC")
    return found


def check_security_groups(call: Call, ids: Sequence[str]) -> None:
    """Raise ``AwsError`` for a security group that is not there."""
    for each in ids:
        try:
            beside("ec2", call).describe_security_groups(GroupIds=[each])
        except (ClientError, ParamValidationError):
            raise invalid(f"The security group '{each}' does not exist") from None


def make_security_group(call: Call, cluster: str, vpc: str, tail: str) -> str:
    """Make the security group of a cluster; return its id."""
    made = beside("ec2", call).create_security_group(
        GroupName=f"eks-cluster-sg-{cluster}-{tail}",
        Description="EKS created security group applied to ENI that is attached to EKS nodes",
        VpcId=vpc,
    )
    return str(made["GroupId"])


def beside(service: str, call: Call) -> Any:
    """Return a client of a service beside EKS, in the account of a call."""
    return clients.client(service, call.region, call.account)
