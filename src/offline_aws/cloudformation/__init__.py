"""CloudFormation that can fail."""

from __future__ import annotations

from offline_aws.cloudformation import (
    change_sets,
    drift_operations,
    operation_events,
    policy_operations,
    stack_operations,
    stack_reading,
    template_operations,
    wait_conditions,
)
from offline_aws.cloudformation.refused import refuse_the_rest

__all__ = [
    "change_sets",
    "drift_operations",
    "operation_events",
    "policy_operations",
    "stack_operations",
    "stack_reading",
    "template_operations",
    "wait_conditions",
]

refuse_the_rest()
