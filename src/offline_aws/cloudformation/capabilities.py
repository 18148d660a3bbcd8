"""What a template needs to be allowed: to make IAM resources, and to be changed by a macro."""

from __future__ import annotations

from collections.abc import Iterable

from offline_aws.cloudformation.template import Template
from offline_aws.errors import AwsError

# The types with a name of their own need CAPABILITY_NAMED_IAM when they have it.
_NAMES = {
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::GroupPolicy": "",
    "AWS::IAM::RolePolicy": "",
    "AWS::IAM::UserPolicy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": "",
}
_NESTED = "AWS::CloudFormation::Stack"


def needed(template: Template) -> tuple[list[str], str]:
    """Return the capabilities that a template needs, and AWS's sentence on why; empty for none."""
    types = [each for each in template.types() if each in _NAMES or each == _NESTED]
    iam = [each for each in types if each in _NAMES]
    found, reasons = [], []
    if iam:
        named = any(
            _NAMES[resource["Type"]] in (resource.get("Properties") or {})
            for resource in template.resources.values()
            if _NAMES.get(resource["Type"])
        )
        found.append("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM")
        listed = ", ".join(iam)
        reasons.append(f"The following resource(s) require capabilities: [{listed}]")
    if template.transforms:
        found.append("CAPABILITY_AUTO_EXPAND")
        listed = ", ".join(template.transforms)
        reasons.append(f"The following transform(s) require capabilities: [{listed}]")
    return found, ". ".join(reasons)


def require(template: Template, given: Iterable[str], *, expands: bool = True) -> None:
    """Raise ``InsufficientCapabilitiesException`` for what a template needs and was not given.

    ``expands`` is whether a macro needs to be allowed: not in a change set, which shows its work.
    """
    allowed = set(given)
    if "CAPABILITY_NAMED_IAM" in allowed:
        allowed.add("CAPABILITY_IAM")
    if not expands:
        allowed.add("CAPABILITY_AUTO_EXPAND")
    if missing := [each for each in needed(template)[0] if each not in allowed]:
        raise AwsError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(missing)}]"
        )
