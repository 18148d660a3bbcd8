from __future__ import annotations

import pytest
from cfn_examples import Example, World, client, lives

from offline_aws.cloudformation.resource_type import Failed

TAGS = [{"Key": "team", "Value": "shop"}]
RULES = [
    {
        "Id": "old",
        "Status": "Enabled",
        "Prefix": "logs/",
        "ExpirationInDays": 30,
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 7}],
        "TagFilters": [{"Key": "a", "Value": "b"}],
    },
    {
        "Id": "versions",
        "Status": "Enabled",
        "ExpiredObjectDeleteMarker": True,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
        "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 5}],
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
    },
]
BLOCK = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
KMS = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/shop"}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}


def buckets() -> list[str]:
    return [each["Name"] for each in client("s3").list_buckets()["Buckets"]]


def encryption(default: dict[str, str]) -> dict[str, object]:
    rule = {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": default}
    return {"ServerSideEncryptionConfiguration": [rule]}


def full(world: World) -> dict[str, object]:
    queue = world.make("AWS::SQS::Queue")
    logs = world.make(
        "AWS::S3::Bucket",
        AccessControl="LogDeliveryWrite",
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
    )
    told = {
        "Event": "s3:ObjectCreated:*",
        "Queue": world.attribute(queue, "Arn"),
        "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
    }
    return {
        "AccelerateConfiguration": {"AccelerationStatus": "Enabled"},
        "AccessControl": "Private",
        "BucketEncryption": encryption(KMS),
        "BucketName": "shop-orders",
        "CorsConfiguration": {
            "CorsRules": [
                {
                    "AllowedHeaders": ["*"],
                    "AllowedMethods": ["GET"],
                    "AllowedOrigins": ["*"],
                    "ExposedHeaders": ["ETag"],
                    "Id": "all",
                    "MaxAge": 300,
                }
            ]
        },
        "LifecycleConfiguration": {"Rules": RULES},
        "LoggingConfiguration": {"DestinationBucketName": logs, "LogFilePrefix": "orders/"},
        "NotificationConfiguration": {"QueueConfigurations": [told]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": dict.fromkeys(BLOCK, True),
        "Tags": TAGS,
        "VersioningConfiguration": {"Status": "Enabled"},
        "WebsiteConfiguration": {
            "IndexDocument": "index.html",
            "ErrorDocument": "error.html",
            "RoutingRules": [
                {
                    "RedirectRule": {"ReplaceKeyPrefixWith": "documents/"},
                    "RoutingRuleCondition": {"KeyPrefixEquals": "docs/"},
                }
            ],
        },
    }


EXAMPLES = [
    Example(
        "AWS::S3::Bucket",
        full,
        {
            "AccelerateConfiguration": None,
            "AccessControl": None,
            "BucketEncryption": encryption({"SSEAlgorithm": "AES256"}),
            "CorsConfiguration": None,
            "LifecycleConfiguration": {"Rules": RULES[:1]},
            "LoggingConfiguration": None,
            "NotificationConfiguration": None,
            "OwnershipControls": None,
            "PublicAccessBlockConfiguration": {**dict.fromkeys(BLOCK, False)},
            "Tags": None,
            "VersioningConfiguration": None,
            "WebsiteConfiguration": {"IndexDocument": "home.html"},
        },
        unset={
            "AccelerateConfiguration": {"AccelerationStatus": "Suspended"},
            "VersioningConfiguration": {"Status": "Suspended"},
        },
    ),
    Example(
        "AWS::S3::Bucket",
        {
            "ObjectLockEnabled": True,
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
            },
        },
        {
            "ObjectLockConfiguration": {
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 2}},
            }
        },
    ),
    Example("AWS::S3::Bucket", {}),
    Example(
        "AWS::S3::BucketPolicy",
        lambda world: {"Bucket": world.make("AWS::S3::Bucket"), "PolicyDocument": POLICY},
        {"PolicyDocument": {**POLICY, "Statement": [{**POLICY["Statement"][0], "Sid": "Read"}]}},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_s3_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_bucket_of_the_account_is_not_made_twice(world: World) -> None:
    world.make("AWS::S3::Bucket", BucketName="shop-orders")
    with pytest.raises(Failed, match="'shop-orders' already exists"):
        world.make("AWS::S3::Bucket", BucketName="shop-orders")


def test_a_bucket_with_a_mistake_in_it_leaves_nothing(world: World) -> None:
    before, rules = buckets(), {"Rules": [{"Status": "Enabled", "Nonsense": 1}]}
    with pytest.raises(Failed, match="Nonsense is not simulated"):
        world.make("AWS::S3::Bucket", LifecycleConfiguration=rules)
    assert buckets() == before


def test_what_is_not_simulated_is_refused_by_name(world: World) -> None:
    before = buckets()
    with pytest.raises(Failed, match="MetricsConfigurations of AWS::S3::Bucket"):
        world.make("AWS::S3::Bucket", MetricsConfigurations=[])
    assert buckets() == before


def test_a_name_that_is_made_up_says_whose_it_is(world: World) -> None:
    assert world.make("AWS::S3::Bucket").startswith("shop-needed0-")
