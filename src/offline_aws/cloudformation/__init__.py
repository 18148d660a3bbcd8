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
