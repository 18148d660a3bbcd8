"""AWS::Lambda::Permission, EventSourceMapping and Url: what may call a function, and does."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._lambda_code import same_function
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live, prop


def _statement(it: Resource) -> Properties | None:
    policy = it.ask("get_policy", FunctionName=it["FunctionName"])["Policy"]
    statements = json.loads(policy)["Statement"]
    return next((each for each in statements if each["Sid"] == it.id), None)


def _condition(it: Resource, key: str) -> Any:
    conditions = it.live.get("Condition") or {}
    found = [each for test in conditions.values() for name, each in test.items() if name == key]
    return found[0] if found else None


def _principal(it: Resource) -> Any:
    principal = it.live["Principal"]
    return next(iter(principal.values())) if isinstance(principal, dict) else principal


_STATEMENT = {"FunctionName": prop("FunctionName"), "StatementId": ID}
register(
    Declared(
        "AWS::Lambda::Permission",
        service="lambda",
        properties="""
            Action FunctionName Principal SourceAccount SourceArn
        """,
        id=lambda it: it.context.name(64),
        make=Call("add_permission", {"StatementId": lambda it: it.context.name(64)}),
        look=Find(_statement),
        remove=Call("remove_permission", _STATEMENT),
        show={
            "FunctionName": lambda it: same_function(it, it.live["Resource"]),
            "Id": lambda it: it.id,
            "Principal": _principal,
            "SourceAccount": lambda it: _condition(it, "AWS:SourceAccount"),
            "SourceArn": lambda it: _condition(it, "AWS:SourceArn"),
        },
        accepted="EventSourceToken FunctionUrlAuthType InvokedViaFunctionUrl PrincipalOrgID",
    )
)

_MAPPING = """
    BatchSize BisectBatchOnFunctionError DestinationConfig Enabled FilterCriteria FunctionName
    FunctionResponseTypes MaximumBatchingWindowInSeconds MaximumRecordAgeInSeconds
    MaximumRetryAttempts ParallelizationFactor ScalingConfig TumblingWindowInSeconds
"""
register(
    Declared(
        "AWS::Lambda::EventSourceMapping",
        service="lambda",
        properties=f"{_MAPPING} EventSourceArn StartingPosition Tags",
        id="UUID",
        make=Call("create_event_source_mapping"),
        look=Look("get_event_source_mapping", {"UUID": ID}),
        change=(Call("update_event_source_mapping", {"UUID": ID}, _MAPPING),),
        remove=Call("delete_event_source_mapping", {"UUID": ID}),
        parts=(Tags(resource=live("EventSourceMappingArn"), listed="list_tags"),),
        show={
            "Enabled": "State == 'Enabled'",
            "FunctionName": lambda it: same_function(it, it.live["FunctionArn"]),
            "Id": "UUID",
        },
    )
)

_URL = {"FunctionName": ID}
register(
    Declared(
        "AWS::Lambda::Url",
        service="lambda",
        properties="AuthType Cors InvokeMode TargetFunctionArn",
        words={"TargetFunctionArn": "FunctionName"},
        id="FunctionArn",
        make=Call("create_function_url_config"),
        look=Look("get_function_url_config", _URL),
        change=(Call("update_function_url_config", _URL, "AuthType Cors"),),
        remove=Call("delete_function_url_config", _URL),
        show={
            "TargetFunctionArn": lambda it: same_function(
                it, it.live["FunctionArn"], "TargetFunctionArn"
            ),
            "FunctionUrl": "FunctionUrl",
        },
        fixed="InvokeMode",
    )
)
