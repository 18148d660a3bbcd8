from __future__ import annotations

import json

import pytest
from cfn_examples import Example, World, client, known, lives

from offline_aws.cloudformation.resource_type import Failed

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}
SOURCE = "def handler(event, context):\n    return {'version': 1}\n"


def role(world: World) -> str:
    name = world.make("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST)
    return str(world.attribute(name, "Arn"))


def function(world: World, **more: object) -> str:
    return world.make(
        "AWS::Lambda::Function",
        Code={"ZipFile": SOURCE},
        Handler="index.handler",
        Role=role(world),
        Runtime="python3.12",
        **more,
    )


def function_with_all(world: World) -> dict[str, object]:
    return {
        "Architectures": ["arm64"],
        "Code": {"ZipFile": SOURCE},
        "Description": "Takes orders",
        "Environment": {"Variables": {"LEVEL": "info"}},
        "EphemeralStorage": {"Size": 1024},
        "FunctionName": "orders",
        "Handler": "index.handler",
        "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
        "MemorySize": 256,
        "PackageType": "Zip",
        "ReservedConcurrentExecutions": 5,
        "Role": role(world),
        "Runtime": "python3.12",
        "Tags": [{"Key": "team", "Value": "shop"}],
        "Timeout": "10",
        "TracingConfig": {"Mode": "Active"},
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    }


def changed_function(world: World) -> dict[str, object]:
    layer = client("lambda").publish_layer_version(LayerName="tools", Content={"ZipFile": b"zip"})
    return {
        "Code": {"ZipFile": SOURCE.replace("1", "2")},
        "Description": None,
        "Environment": None,
        "Handler": "index.main",
        "Layers": [layer["LayerVersionArn"]],
        "MemorySize": None,
        "ReservedConcurrentExecutions": None,
        "Role": role(world),
        "Runtime": "python3.13",
        "Tags": None,
        "Timeout": None,
        "VpcConfig": None,
    }


def alias(world: World) -> dict[str, object]:
    name = function(world)
    world.make("AWS::Lambda::Version", FunctionName=name)
    client("lambda").update_function_code(FunctionName=name, ZipFile=b"other")
    world.make("AWS::Lambda::Version", FunctionName=name)
    return {
        "Description": "What customers use",
        "FunctionName": name,
        "FunctionVersion": "1",
        "Name": "live",
        "RoutingConfig": {
            "AdditionalVersionWeights": [{"FunctionVersion": "2", "FunctionWeight": 0.1}]
        },
    }


def mapping(world: World) -> dict[str, object]:
    queue = world.make("AWS::SQS::Queue")
    return {
        "BatchSize": 5,
        "Enabled": True,
        "EventSourceArn": world.attribute(queue, "Arn"),
        "FilterCriteria": {"Filters": [{"Pattern": "{}"}]},
        "FunctionName": function(world),
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumBatchingWindowInSeconds": 5,
        "ScalingConfig": {"MaximumConcurrency": 5},
        "Tags": [{"Key": "team", "Value": "shop"}],
    }


def stream_mapping(world: World) -> dict[str, object]:
    table = world.make(
        "AWS::DynamoDB::Table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
    )
    return {
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:1:dead"}},
        "EventSourceArn": world.attribute(table, "StreamArn"),
        "FunctionName": function(world),
        "MaximumRecordAgeInSeconds": 60,
        "MaximumRetryAttempts": 3,
        "ParallelizationFactor": 2,
        "StartingPosition": "LATEST",
        "TumblingWindowInSeconds": 10,
    }


EXAMPLES = [
    Example(
        "AWS::Lambda::Function",
        function_with_all,
        changed_function,
        unset={
            "MemorySize": 128,
            "Timeout": 3,
            "VpcConfig": {"SecurityGroupIds": [], "SubnetIds": []},
        },
    ),
    Example(
        "AWS::Lambda::Alias",
        alias,
        {"Description": None, "RoutingConfig": None, "FunctionVersion": "2"},
    ),
    Example(
        "AWS::Lambda::Version",
        lambda world: {
            "CodeSha256": client("lambda").get_function_configuration(FunctionName=function(world))[
                "CodeSha256"
            ],
            "Description": "first",
            "FunctionName": world.made[-1][1],
        },
    ),
    Example(
        "AWS::Lambda::Permission",
        lambda world: {
            "Action": "lambda:InvokeFunction",
            "FunctionName": function(world),
            "Principal": "s3.amazonaws.com",
            "SourceAccount": "123456789012",
            "SourceArn": "arn:aws:s3:::orders",
        },
    ),
    Example(
        "AWS::Lambda::Permission",
        lambda world: {
            "Action": "lambda:InvokeFunctionUrl",
            "FunctionName": world.attribute(function(world), "Arn"),
            "Principal": "*",
        },
    ),
    Example(
        "AWS::Lambda::EventSourceMapping",
        mapping,
        lambda world: {
            "BatchSize": 7,
            "Enabled": False,
            "FilterCriteria": {"Filters": [{"Pattern": '{"kind": ["order"]}'}]},
            "FunctionName": function(world),
            "FunctionResponseTypes": [],
            "MaximumBatchingWindowInSeconds": 6,
            "ScalingConfig": {"MaximumConcurrency": 6},
            "Tags": None,
        },
    ),
    Example(
        "AWS::Lambda::EventSourceMapping",
        stream_mapping,
        {
            "BisectBatchOnFunctionError": False,
            "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:1:lost"}},
            "MaximumRecordAgeInSeconds": 90,
            "MaximumRetryAttempts": 4,
            "ParallelizationFactor": 3,
            "TumblingWindowInSeconds": 11,
        },
    ),
    Example(
        "AWS::Lambda::Url",
        lambda world: {
            "AuthType": "NONE",
            "Cors": {"AllowOrigins": ["*"]},
            "InvokeMode": "BUFFERED",
            "TargetFunctionArn": world.attribute(function(world), "Arn"),
        },
        {"AuthType": "AWS_IAM", "Cors": {"AllowOrigins": ["https://shop.example"]}},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_lambda_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_code_in_the_template_runs(world: World) -> None:
    answer = client("lambda").invoke(FunctionName=function(world))
    assert json.loads(answer["Payload"].read()) == {"version": 1}


def test_a_version_of_unchanged_code_is_refused_as_lambda_has_it(world: World) -> None:
    name = function(world)
    world.make("AWS::Lambda::Version", FunctionName=name)
    with pytest.raises(Failed, match=r"exists \( 1 \)\. Modify the function"):
        world.make("AWS::Lambda::Version", FunctionName=name)


def test_what_cannot_be_changed_offline_is_refused_by_name(world: World) -> None:
    kind = known("AWS::Lambda::Function")
    old = {"TracingConfig": {"Mode": "Active"}}
    with pytest.raises(Failed, match="Changing TracingConfig of AWS::Lambda::Function"):
        kind.update(world.context(), function(world), old, {})
