"""AWS::DynamoDB::Table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Failed, Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Own, by
from offline_aws.cloudformation.resources._resource import Resource, keyed
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE, live

_TABLE = {"TableName": ID}
_INDEX = ("IndexName", "KeySchema", "Projection", "ProvisionedThroughput")


def _change_indexes(it: Resource, old: Properties) -> None:
    """Make, change or remove global indexes, each with a call, as DynamoDB wants it."""
    before = keyed(old.get("GlobalSecondaryIndexes") or (), by("IndexName"))
    now = keyed(it["GlobalSecondaryIndexes"] or (), by("IndexName"))
    for name in before.keys() - now.keys():
        _change_index(it, {"Delete": {"IndexName": name}})
    for name, index in now.items():
        if name not in before:
            _change_index(it, {"Create": index})
        elif before[name].get("ProvisionedThroughput") != index.get("ProvisionedThroughput"):
            kept = {each: index[each] for each in ("IndexName", "ProvisionedThroughput")}
            _change_index(it, {"Update": kept})


def _change_index(it: Resource, change: dict[str, Any]) -> None:
    it.value = [change]
    Call(
        "update_table",
        {**_TABLE, "GlobalSecondaryIndexUpdates": VALUE},
        "AttributeDefinitions",
    ).run(it)


def _indexes(it: Resource) -> Properties:
    """Return the global indexes, without the throughput that there is none of on demand."""
    found = it.live.get("GlobalSecondaryIndexes") or []
    kept = [{name: each[name] for name in _INDEX if name in each} for each in found]
    for each in kept:
        if each.get("ProvisionedThroughput", {}).get("ReadCapacityUnits") == 0:
            del each["ProvisionedThroughput"]
    return {"GlobalSecondaryIndexes": kept} if kept else {}


def _change_stream(it: Resource, old: Properties) -> None:
    """Turn the stream on or off; moto does not turn one on again."""
    if old.get("StreamSpecification") and it["StreamSpecification"]:
        raise Failed("Changing the view of a stream is not simulated offline.")
    wanted = {"StreamEnabled": bool(it["StreamSpecification"]), **(it["StreamSpecification"] or {})}
    it.ask("update_table", TableName=it.id, StreamSpecification=wanted)


register(
    Declared(
        "AWS::DynamoDB::Table",
        service="dynamodb",
        properties="""
            AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes
            KeySchema LocalSecondaryIndexes PointInTimeRecoverySpecification
            ProvisionedThroughput SSESpecification StreamSpecification TableClass TableName Tags
            TimeToLiveSpecification
        """,
        takes=timedelta(seconds=20),
        named=Named("TableName", 255),
        make=Call(
            "create_table",
            told="""
            AttributeDefinitions BillingMode DeletionProtectionEnabled GlobalSecondaryIndexes
            KeySchema LocalSecondaryIndexes ProvisionedThroughput SSESpecification
            StreamSpecification TableClass TableName
        """,
        ),
        words={"SSEEnabled": "Enabled"},
        send={"StreamSpecification": lambda _, value: {"StreamEnabled": True, **value}},
        look=Look("describe_table", _TABLE, "Table"),
        change=(
            Call(
                "update_table",
                _TABLE,
                """
                AttributeDefinitions BillingMode DeletionProtectionEnabled ProvisionedThroughput
            """,
            ),
        ),
        remove=Call("delete_table", _TABLE),
        parts=(
            Own(
                "PointInTimeRecoverySpecification",
                put=Call(
                    "update_continuous_backups",
                    {**_TABLE, "PointInTimeRecoverySpecification": VALUE},
                ),
                look=Look(
                    "describe_continuous_backups",
                    _TABLE,
                    "ContinuousBackupsDescription.PointInTimeRecoveryDescription"
                    ".{PointInTimeRecoveryEnabled: PointInTimeRecoveryStatus == 'ENABLED'}",
                ),
                default={"PointInTimeRecoveryEnabled": False},
            ),
            Own(
                "TimeToLiveSpecification",
                put=Call("update_time_to_live", {**_TABLE, "TimeToLiveSpecification": VALUE}),
                unset=Call(
                    "update_time_to_live",
                    {
                        **_TABLE,
                        "TimeToLiveSpecification": lambda it: {**it.value, "Enabled": False},
                    },
                ),
                look=Look(
                    "describe_time_to_live",
                    _TABLE,
                    "TimeToLiveDescription.{AttributeName: AttributeName, "
                    "Enabled: TimeToLiveStatus == 'ENABLED'}",
                ),
                words={},
            ),
            Do("StreamSpecification", _change_stream),
            Do("GlobalSecondaryIndexes", _change_indexes, _indexes),
            Tags(
                resource=live("TableArn"),
                listed="list_tags_of_resource",
            ),
        ),
        show={
            "Arn": "TableArn",
            "BillingMode": "BillingModeSummary.BillingMode || 'PROVISIONED'",
            "SSESpecification": "SSEDescription.{Enabled: Status == 'ENABLED', "
            "SSEType: SSEType, KMSMasterKeyId: KMSMasterKeyArn}",
            "StreamSpecification": "StreamSpecification.StreamEnabled && StreamSpecification"
            " || `null`",
            "StreamArn": "LatestStreamArn",
            "TableClass": "TableClassSummary.TableClass",
        },
        fixed="KeySchema LocalSecondaryIndexes SSESpecification TableClass",
        unread="TableClass",
        defaults={"BillingMode": "PROVISIONED", "DeletionProtectionEnabled": False},
    )
)
