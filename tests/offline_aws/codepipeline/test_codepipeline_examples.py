"""The examples of the AWS CLI, as it ships them, are pipelines here too."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
from declared import Shape

SPEC = importlib.util.find_spec("awscli")
assert SPEC is not None
assert SPEC.origin is not None
EXAMPLES = Path(SPEC.origin).parent / "examples" / "codepipeline"


def objects(name: str) -> list[Shape]:
    """Return the JSON objects in an example."""
    text = (EXAMPLES / f"{name}.rst").read_text(encoding="utf-8")
    decoder, found, at = json.JSONDecoder(), [], 0
    while match := re.compile(r"^\s*\{", re.MULTILINE).search(text, at):
        begin = match.end() - 1
        try:
            one, at = decoder.raw_decode(text, begin)
        except json.JSONDecodeError:
            at = begin + 1
            continue
        found.append(one)
    return found


def simulated(declaration: Shape) -> Shape:
    """Return a pipeline that deploys to S3 where the example's deploys by CodeDeploy."""
    for stage in declaration["stages"]:
        for action in stage["actions"]:
            if action["actionTypeId"]["provider"] == "CodeDeploy":
                action["actionTypeId"]["provider"] = "S3"
                action["configuration"] = {"BucketName": "site", "Extract": "true"}
    return declaration


PIPELINES = [
    (name, one["pipeline"])
    for name in ("create-pipeline", "get-pipeline", "update-pipeline")
    for one in objects(name)[:1]
]


def test_every_example_was_found() -> None:
    assert [name for name, _ in PIPELINES] == ["create-pipeline", "get-pipeline", "update-pipeline"]


@pytest.mark.parametrize(("name", "example"), PIPELINES)
def test_an_example_with_a_simulated_provider_is_shown_as_it_was(
    client: Any, name: str, example: Shape
) -> None:
    declaration = simulated(json.loads(json.dumps(example)))
    client.create_pipeline(pipeline=declaration)
    client.update_pipeline(pipeline=declaration)
    added = {"executionMode": "SUPERSEDED", "pipelineType": "V1", "version": 2}
    assert client.get_pipeline(name=example["name"])["pipeline"] == declaration | added


def test_the_custom_action_of_the_example(client: Any) -> None:
    (example,) = objects("create-custom-action-type")
    made = client.create_custom_action_type(**example)["actionType"]
    assert made["id"]["owner"] == "Custom"
    (which,) = objects("delete-custom-action-type")
    client.delete_custom_action_type(**which)
    assert client.list_action_types(actionOwnerFilter="Custom")["actionTypes"] == []


def test_the_webhook_of_the_example(client: Any) -> None:
    (_, example), *_ = PIPELINES
    client.create_pipeline(pipeline={**simulated(example), "name": "pipeline_name"})
    webhook = objects("put-webhook")[0]["webhook"]
    put = client.put_webhook(webhook={**webhook, "targetAction": "Source"})["webhook"]
    assert put["definition"]["filters"] == webhook["filters"]
