from __future__ import annotations

import pytest
from cfn_examples import Example, World, lives

HASH = {"AttributeName": "id", "KeyType": "HASH"}
RANGE = {"AttributeName": "at", "KeyType": "RANGE"}
ALL = {"ProjectionType": "ALL"}
UNITS = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}


def index(name: str, **more: object) -> dict[str, object]:
    keys = [{"AttributeName": "at", "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": ALL, **more}


EXAMPLES = [
    Example(
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "S"},
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "DeletionProtectionEnabled": True,
            "GlobalSecondaryIndexes": [index("by-time")],
            "KeySchema": [HASH, RANGE],
            "LocalSecondaryIndexes": [
                {"IndexName": "local", "KeySchema": [HASH, RANGE], "Projection": ALL}
            ],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {"SSEEnabled": True},
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "TableClass": "STANDARD",
            "TableName": "orders",
            "Tags": [{"Key": "team", "Value": "shop"}],
            "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True},
        },
        {
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"},
            ],
            "GlobalSecondaryIndexes": [index("by-hour")],
            "ProvisionedThroughput": UNITS,
            "BillingMode": "PROVISIONED",
            "DeletionProtectionEnabled": None,
            "PointInTimeRecoverySpecification": None,
            "Tags": None,
            "TimeToLiveSpecification": None,
            "StreamSpecification": None,
        },
        unset={
            "DeletionProtectionEnabled": False,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
            "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": False},
        },
    ),
    Example(
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "S"},
            ],
            "KeySchema": [HASH],
            "GlobalSecondaryIndexes": [index("by-time", ProvisionedThroughput=UNITS)],
            "ProvisionedThroughput": UNITS,
        },
        {
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
            "GlobalSecondaryIndexes": [
                index(
                    "by-time",
                    ProvisionedThroughput={"ReadCapacityUnits": 4, "WriteCapacityUnits": 2},
                )
            ],
            "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_table_lives(world: World, example: Example) -> None:
    lives(world, example)
