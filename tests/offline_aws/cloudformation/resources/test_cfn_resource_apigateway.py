from __future__ import annotations

import pytest
from cfn_examples import Example, World, lives

TAGS = [{"Key": "team", "Value": "shop"}]
LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:orders/invocations"
)


def api(world: World) -> str:
    return world.make("AWS::ApiGateway::RestApi", Name="shop")


def below(world: World) -> dict[str, str]:
    found = api(world)
    root = world.attribute(found, "RootResourceId")
    return {"ParentId": root, "PathPart": "orders", "RestApiId": found}


def method(world: World) -> dict[str, object]:
    place = below(world)
    return {
        "ApiKeyRequired": True,
        "AuthorizationType": "NONE",
        "HttpMethod": "GET",
        "Integration": {
            "Type": "MOCK",
            "RequestTemplates": {"application/json": '{"statusCode": 200}'},
            "IntegrationResponses": [{"StatusCode": "200"}],
        },
        "MethodResponses": [{"StatusCode": "200"}],
        "OperationName": "ListOrders",
        "RequestParameters": {"method.request.header.Accept": True},
        "ResourceId": world.make("AWS::ApiGateway::Resource", **place),
        "RestApiId": place["RestApiId"],
    }


def deployment(world: World) -> dict[str, object]:
    made = method(world)
    world.make("AWS::ApiGateway::Method", **made)
    return {"Description": "first", "RestApiId": made["RestApiId"]}


def stage(world: World) -> dict[str, object]:
    made = deployment(world)
    return {
        "CacheClusterEnabled": True,
        "CacheClusterSize": "0.5",
        "DeploymentId": world.make("AWS::ApiGateway::Deployment", **made),
        "Description": "Of customers",
        "RestApiId": made["RestApiId"],
        "StageName": "prod",
        "Tags": TAGS,
        "TracingEnabled": True,
        "Variables": {"level": "info"},
    }


def changed_stage(world: World) -> dict[str, object]:
    (found,) = [made for kind, made, _ in world.made if kind.endswith("RestApi")]
    return {
        "DeploymentId": world.make("AWS::ApiGateway::Deployment", RestApiId=found),
        "Description": "Of all customers",
    }


EXAMPLES = [
    Example(
        "AWS::ApiGateway::RestApi",
        {
            "ApiKeySourceType": "HEADER",
            "BinaryMediaTypes": ["image/png"],
            "Description": "Orders",
            "DisableExecuteApiEndpoint": True,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "MinimumCompressionSize": 5,
            "Name": "shop",
            "Policy": {"Version": "2012-10-17", "Statement": []},
            "Tags": TAGS,
        },
        {"Description": "All orders", "Name": "till"},
    ),
    Example("AWS::ApiGateway::Resource", below),
    Example(
        "AWS::ApiGateway::Method",
        method,
        {
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": LAMBDA,
            },
            "MethodResponses": [{"StatusCode": "201"}],
        },
    ),
    Example("AWS::ApiGateway::Deployment", deployment),
    Example(
        "AWS::ApiGateway::Deployment",
        lambda world: {**deployment(world), "StageName": "prod"},
    ),
    Example("AWS::ApiGateway::Stage", stage, changed_stage),
    Example(
        "AWS::ApiGateway::Account",
        {"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/logs"},
        {"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/other"},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_api_gateway_lives(world: World, example: Example) -> None:
    lives(world, example)
