"""Stop what is being done with a nested stack."""

from __future__ import annotations

from offline_aws.cloudformation.store import Resource, Stacks
from offline_aws.operations import Call

_NESTED = "AWS::CloudFormation::Stack"


def cancel_nested(call: Call, resource: Resource) -> None:
    """Stop what runs in a nested stack whose parent has failed."""
    if resource.type_name == _NESTED and resource.physical_id:
        stack = call.state(Stacks).find(resource.physical_id)
        if stack is not None and stack.underway is not None:
            stack.underway.cancel("Cancelled by the parent stack. ")
