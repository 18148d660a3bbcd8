"""Tags of pipelines, custom actions and webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from declared import Shape, pipeline

PREFIX = "arn:aws:codepipeline:us-east-1:123456789012:"
COUNTS = {"minimumCount": 0, "maximumCount": 1}
DETAILS = {"inputArtifactDetails": COUNTS, "outputArtifactDetails": COUNTS}


def tag(key: str = "team", value: str = "shop") -> Shape:
    return {"key": key, "value": value}


def code_of(client: Any, operation: str, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    return str(caught.value.response["Error"]["Code"])


def declare(client: Any, tags: list[Shape]) -> str:
    client.create_pipeline(pipeline=pipeline(), tags=tags)
    return PREFIX + "shop"


def custom(client: Any, tags: list[Shape]) -> str:
    client.create_custom_action_type(
        category="Build", provider="Make", version="1", tags=tags, **DETAILS
    )
    return PREFIX + "actiontype:Custom/Build/Make/1"


def webhook(client: Any, tags: list[Shape]) -> str:
    client.create_pipeline(pipeline=pipeline())
    definition = {
        "name": "hook",
        "targetPipeline": "shop",
        "targetAction": "Source",
        "filters": [{"jsonPath": "$.ref"}],
        "authentication": "UNAUTHENTICATED",
        "authenticationConfiguration": {},
    }
    arn: str = client.put_webhook(webhook=definition, tags=tags)["webhook"]["arn"]
    return arn


@pytest.mark.parametrize("make", [declare, custom, webhook])
def test_tags_of_each_kind_of_resource(client: Any, make: Any) -> None:
    arn = make(client, [tag()])
    client.tag_resource(resourceArn=arn, tags=[tag("team", "orders"), tag("cost", "")])
    client.untag_resource(resourceArn=arn, tagKeys=["cost", "unknown"])
    answer = client.list_tags_for_resource(resourceArn=arn)
    assert answer["tags"] == [tag("team", "orders")]


def test_the_tags_of_a_new_pipeline_are_answered(client: Any) -> None:
    assert client.create_pipeline(pipeline=pipeline(), tags=[tag()])["tags"] == [tag()]


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        ([tag("aws:owner")], "InvalidTagsException"),
        ([tag(), tag()], "InvalidTagsException"),
        ([tag("pound£")], "InvalidTagsException"),
        ([tag(f"k{i}") for i in range(51)], "TooManyTagsException"),
        ([tag("k" * 129)], "ValidationException"),
        ([tag(value="v" * 257)], "ValidationException"),
    ],
)
def test_tags_that_cannot_be(client: Any, tags: list[Shape], code: str) -> None:
    assert code_of(client, "create_pipeline", pipeline=pipeline(), tags=tags) == code
    assert client.list_pipelines()["pipelines"] == []
    client.create_pipeline(pipeline=pipeline())
    assert code_of(client, "tag_resource", resourceArn=PREFIX + "shop", tags=tags) == code


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (PREFIX + "nobody", "ResourceNotFoundException"),
        (PREFIX + "webhook:nobody", "ResourceNotFoundException"),
        (PREFIX + "actiontype:Custom/Build/Nobody/1", "ResourceNotFoundException"),
        (PREFIX + "actiontype:AWS/Build/CodeBuild/1", "ResourceNotFoundException"),
        (PREFIX + "action:nobody", "ResourceNotFoundException"),
        (PREFIX.replace("us-east-1", "eu-west-1") + "shop", "InvalidArnException"),
        ("shop", "ValidationException"),
    ],
)
def test_a_resource_that_there_is_not(client: Any, arn: str, code: str) -> None:
    assert code_of(client, "list_tags_for_resource", resourceArn=arn) == code
    assert code_of(client, "tag_resource", resourceArn=arn, tags=[tag()]) == code
    assert code_of(client, "untag_resource", resourceArn=arn, tagKeys=["a"]) == code


def test_system_tags_stay(client: Any) -> None:
    arn = declare(client, [])
    assert code_of(client, "untag_resource", resourceArn=arn, tagKeys=["aws:x"]) == (
        "InvalidTagsException"
    )
