"""CloudFormation that can fail: templates, stacks, change sets and drift, on the lab's clock.

Faithful (CloudFormation User Guide, API model, and the schemas of resource types of cfn-lint):
    templates in JSON and YAML with short forms; parameters with their types and constraints, those
    of Systems Manager and of AWS's own types too; mappings, conditions, rules, every function,
    AWS::LanguageExtensions with Fn::ForEach, dynamic references, pseudo-parameters. What AWS
    refuses, in its words: a template that is not well-formed, unknown types, unresolved
    references, circles, wrong properties, missing capabilities. Stacks: resources in the order of
    their needs and side by side, events with their reasons, rollback, OnFailure and
    DisableRollback, updates with replacement before deletion, update rollback,
    ContinueUpdateRollback with resources to skip, RollbackStack, CancelUpdateStack;
    DeletionPolicy and UpdateReplacePolicy; termination protection; stack policies; nested stacks;
    exports and imports; tags; notifications; the events for EventBridge; stacks that are deleted,
    by their id. Change sets: additions, modifications, removals and imports; what is replaced, by
    the create-only properties of the schema, and why; property values; early validation; nested ones;
    those that revert drift. Drift: of what the template sets alone, with each difference.

Simplified:
    lab time: fixed, short amounts for CloudFormation's own work, and a fixed time for each type. A
    property that may need a new resource gets one, but for a list of those that AWS changes in
    place. What AWS has no published text for is said in our words. A nested stack cleans up by
    itself and not with its root. No role is assumed. Fn::GetAtt takes any property of a type.
    CreationPolicy and UpdatePolicy are kept and not waited for. Wait conditions get their signals
    from SignalResource alone. The account's limits are not kept to. An item that was changed in a
    list without keys may show as one less and one more. Change sets of nested stacks that are new
    are not made.

Absent, and refused by name:
    types that are not among the simulated ones, before anything is made; custom resources, macros
    and AWS::Serverless, modules, hooks; rollback triggers; the deployment mode EXPRESS; stack sets,
    stack refactoring, the IaC generator, the registry of types, EstimateTemplateCost, aliases.
"""

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
