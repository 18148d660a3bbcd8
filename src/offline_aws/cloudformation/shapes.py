"""Stacks and their resources in the shapes of AWS's answers."""

from __future__ import annotations

import json

from offline_aws.cloudformation.store import Resource, Stack
from offline_aws.cloudformation.template import Shape


def stack_shape(stack: Stack) -> Shape:
    """Return AWS's ``Stack``."""
    model = stack.model
    shape: Shape = {
        "StackId": stack.id,
        "StackName": stack.name,
        "Parameters": [value.shape(name) for name, value in model.parameters.items()],
        "CreationTime": stack.created,
        "RollbackConfiguration": model.rollback_configuration,
        "StackStatus": stack.status,
        "DisableRollback": stack.disable_rollback,
        "NotificationARNs": model.notification_arns,
        "Tags": [{"Key": key, "Value": value} for key, value in model.tags.items()],
        "EnableTerminationProtection": stack.termination_protection,
        "DriftInformation": _drift("StackDriftStatus", stack.drift, stack),
        "LastOperations": stack.operations,
    }
    optional: Shape = {
        "ChangeSetId": stack.change_set_id,
        "Description": model.template.description,
        "StackStatusReason": stack.reason,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "TimeoutInMinutes": stack.timeout,
        "Capabilities": model.capabilities,
        "Outputs": stack.outputs,
        "RoleARN": model.role,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
        "RetainExceptOnCreate": stack.retain_except_on_create,
        "DeletionMode": stack.deletion_mode,
    }
    return shape | {name: value for name, value in optional.items() if value}


def summary_shape(stack: Stack) -> Shape:
    """Return AWS's ``StackSummary``."""
    shape: Shape = {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": stack.created,
        "StackStatus": stack.status,
        "DriftInformation": _drift("StackDriftStatus", stack.drift, stack),
    }
    optional: Shape = {
        "TemplateDescription": stack.model.template.description,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatusReason": stack.reason,
        "ParentId": stack.parent_id,
        "RootId": stack.root_id,
    }
    return shape | {name: value for name, value in optional.items() if value}


def resource_shape(stack: Stack, resource: Resource) -> Shape:
    """Return AWS's ``StackResource``."""
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "Timestamp": resource.updated,
        **_of_resource(resource),
    }


def resource_summary(resource: Resource) -> Shape:
    """Return AWS's ``StackResourceSummary``."""
    return {"LastUpdatedTimestamp": resource.updated, **_of_resource(resource)}


def resource_detail(stack: Stack, resource: Resource) -> Shape:
    """Return AWS's ``StackResourceDetail``."""
    metadata = {} if resource.metadata is None else resource.metadata
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "Metadata": json.dumps(metadata),
        **resource_summary(resource),
    }


def _of_resource(resource: Resource) -> Shape:
    shape: Shape = {
        "LogicalResourceId": resource.logical_id,
        "ResourceType": resource.type_name,
        "ResourceStatus": resource.status,
        "DriftInformation": _drift("StackResourceDriftStatus", resource.drift, resource),
    }
    if resource.physical_id:
        shape["PhysicalResourceId"] = resource.physical_id
    if resource.reason:
        shape["ResourceStatusReason"] = resource.reason
    return shape


def _drift(key: str, status: str, of: Stack | Resource) -> Shape:
    checked = {"LastCheckTimestamp": of.drift_checked} if of.drift_checked else {}
    return {key: status, **checked}
