from __future__ import annotations

import json

import pytest
from cfn_examples import Example, World, lives
from cfn_needed import KEY, OTHER_TAGS, TAGS


def allow(principal: object) -> dict[str, object]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def lifecycle(count: int) -> dict[str, str]:
    selection = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count}
    rule = {"rulePriority": 1, "selection": selection, "action": {"type": "expire"}}
    return {"LifecyclePolicyText": json.dumps({"rules": [rule]})}


EXAMPLES = [
    Example(
        "AWS::SSM::Parameter",
        {
            "AllowedPattern": ".*",
            "DataType": "text",
            "Description": "Where orders are",
            "Name": "/shop/orders",
            "Tags": {"team": "shop"},
            "Tier": "Standard",
            "Type": "String",
            "Value": "orders",
        },
        {
            "AllowedPattern": ".+",
            "DataType": "aws:ec2:image",
            "Description": "Where all orders are",
            "Tags": None,
            "Tier": "Advanced",
            "Type": "StringList",
            "Value": "orders,refunds",
        },
    ),
    Example(
        "AWS::KMS::Key",
        {
            "Description": "Of the shop",
            "EnableKeyRotation": True,
            "Enabled": False,
            "KeyPolicy": allow("*"),
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": True,
            "Origin": "AWS_KMS",
            "PendingWindowInDays": 7,
            "Tags": TAGS,
        },
        {
            "Description": None,
            "EnableKeyRotation": None,
            "Enabled": None,
            "KeyPolicy": allow({"AWS": "*"}),
            "PendingWindowInDays": 8,
            "Tags": OTHER_TAGS,
        },
        unset={"Enabled": True},
    ),
    Example(
        "AWS::KMS::Alias",
        lambda world: {"AliasName": "alias/shop", "TargetKeyId": world.make("AWS::KMS::Key")},
        lambda world: {"TargetKeyId": world.make("AWS::KMS::Key")},
    ),
    Example(
        "AWS::ECR::Repository",
        {
            "EmptyOnDelete": True,
            "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": KEY},
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "ImageTagMutability": "IMMUTABLE",
            "LifecyclePolicy": lifecycle(3),
            "RepositoryName": "shop/orders",
            "RepositoryPolicyText": allow("*"),
            "Tags": TAGS,
        },
        {
            "EmptyOnDelete": False,
            "ImageScanningConfiguration": None,
            "ImageTagMutability": None,
            "LifecyclePolicy": None,
            "RepositoryPolicyText": None,
            "Tags": OTHER_TAGS,
        },
        unset={
            "ImageScanningConfiguration": {"ScanOnPush": False},
            "ImageTagMutability": "MUTABLE",
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_key_parameter_or_repository_lives(world: World, example: Example) -> None:
    lives(world, example)
