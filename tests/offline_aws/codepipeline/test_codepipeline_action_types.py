"""Action types and rule types: AWS's own and custom ones."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from declared import Shape, action, build, pipeline, stage

COUNTS = {"minimumCount": 0, "maximumCount": 1}


def custom(**more: Any) -> Shape:
    """Return what CreateCustomActionType takes."""
    return {
        "category": "Build",
        "provider": "Make",
        "version": "1",
        "configurationProperties": [known()],
        "inputArtifactDetails": COUNTS,
        "outputArtifactDetails": COUNTS,
        **more,
    }


def known(name: str = "Target", **more: Any) -> Shape:
    return {"name": name, "required": True, "key": True, "secret": False, **more}


def error_of(client: Any, operation: str, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def providers(client: Any, **asked: Any) -> list[str]:
    pages = client.get_paginator("list_action_types").paginate(**asked)
    return [one["id"]["provider"] for page in pages for one in page["actionTypes"]]


def test_the_action_types_of_aws(client: Any) -> None:
    everything = providers(client)
    assert {"S3", "CodeCommit", "CodeBuild", "CodeDeploy", "ECS", "Manual"} <= set(everything)
    assert providers(client, actionOwnerFilter="ThirdParty") == ["GitHub"]
    assert providers(client, actionOwnerFilter="Custom") == []
    found = client.list_action_types(actionOwnerFilter="AWS")["actionTypes"]
    (lambdas,) = [
        one
        for one in found
        if (one["id"]["category"], one["id"]["provider"]) == ("Invoke", "Lambda")
    ]
    assert lambdas == {
        "id": {"category": "Invoke", "owner": "AWS", "provider": "Lambda", "version": "1"},
        "settings": {},
        "actionConfigurationProperties": [
            {"name": "FunctionName", "required": True, "key": True, "secret": False},
            {"name": "UserParameters", "required": False, "key": False, "secret": False},
        ],
        "inputArtifactDetails": {"minimumCount": 0, "maximumCount": 5},
        "outputArtifactDetails": {"minimumCount": 0, "maximumCount": 5},
    }


def test_the_rule_types_of_aws(client: Any) -> None:
    found = client.list_rule_types()["ruleTypes"]
    assert [one["id"]["provider"] for one in found] == [
        "CloudWatchAlarm",
        "CodeBuild",
        "Commands",
        "DeploymentWindow",
        "LambdaInvoke",
        "VariableCheck",
    ]


def test_a_custom_action_type(client: Any) -> None:
    settings = {"entityUrlTemplate": "https://make/{Config:Target}"}
    made = client.create_custom_action_type(**custom(settings=settings))["actionType"]
    assert made == {
        "id": {"category": "Build", "owner": "Custom", "provider": "Make", "version": "1"},
        "settings": settings,
        "actionConfigurationProperties": [known()],
        "inputArtifactDetails": COUNTS,
        "outputArtifactDetails": COUNTS,
    }
    assert client.list_action_types(actionOwnerFilter="Custom")["actionTypes"] == [made]
    assert providers(client)[-1] == "Make"


def test_a_pipeline_with_a_custom_action(client: Any) -> None:
    client.create_custom_action_type(**custom())
    made = action("Build", "Make", owner="Custom", configuration={"Target": "all"})
    client.create_pipeline(pipeline=pipeline(stage("Beta", made)))
    without = {**made, "configuration": {}}
    assert error_of(
        client, "create_pipeline", pipeline=pipeline(stage("Beta", without), name="other")
    ) == (
        "InvalidActionDeclarationException",
        "Action configuration for action 'Make' is missing required configuration 'Target'",
    )


@pytest.mark.parametrize("value", ["x" * 21, "with space", "a.b"])
def test_the_value_that_jobs_are_asked_for_by(client: Any, value: str) -> None:
    client.create_custom_action_type(**custom(configurationProperties=[known(queryable=True)]))
    made = action("Build", "Make", owner="Custom", configuration={"Target": value})
    code, message = error_of(client, "create_pipeline", pipeline=pipeline(stage("Beta", made)))
    assert code == "InvalidActionDeclarationException"
    assert "'Target'" in message


def test_the_same_again_is_no_error_and_another_is(client: Any) -> None:
    client.create_custom_action_type(**custom())
    client.create_custom_action_type(**custom())
    client.create_custom_action_type(**custom(version="2"))
    assert error_of(client, "create_custom_action_type", **custom(configurationProperties=[])) == (
        "ActionTypeAlreadyExistsException",
        "ActionType (Category: 'Build', Provider: 'Make', Owner: 'Custom', Version: '1') already "
        "exists with a different definition.",
    )


def test_a_deleted_version_is_never_free_again(client: Any) -> None:
    client.create_custom_action_type(**custom())
    which = {"category": "Build", "provider": "Make", "version": "1"}
    client.delete_custom_action_type(**which)
    client.delete_custom_action_type(**which)
    assert providers(client, actionOwnerFilter="Custom") == []
    _, message = error_of(client, "create_custom_action_type", **custom())
    assert message.endswith("has been deleted. Create a new version of the action type.")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"inputArtifactDetails": {"minimumCount": 2, "maximumCount": 1}},
            "Maximum Number of Artifacts (1) has to be greater than or equal to minimum (2).",
        ),
        (
            {"configurationProperties": [known("a", queryable=True), known("b", queryable=True)]},
            "Multiple queryable configuration properties found with names 'a, b'. Up to one "
            "queryable property may be specified.",
        ),
        (
            {"configurationProperties": [known("a", queryable=True, secret=True)]},
            "Invalid queryable property 'a'. Queryable configuration properties must be required "
            "and non-secret.",
        ),
        (
            {"configurationProperties": [known("a", queryable=True, required=False)]},
            "Invalid queryable property 'a'. Queryable configuration properties must be required "
            "and non-secret.",
        ),
    ],
)
def test_a_custom_action_type_that_cannot_be(client: Any, changed: Shape, message: str) -> None:
    assert error_of(client, "create_custom_action_type", **custom(**changed)) == (
        "ValidationException",
        message,
    )


def test_fifty_custom_action_types(client: Any) -> None:
    for version in range(50):
        client.create_custom_action_type(**custom(version=str(version)))
    code, _ = error_of(client, "create_custom_action_type", **custom(version="50"))
    assert code == "LimitExceededException"


def test_the_action_types_of_external_providers(client: Any) -> None:
    which = {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"}
    code, _ = error_of(client, "get_action_type", **which)
    assert code == "ActionTypeNotFoundException"
    executor = {
        "type": "Lambda",
        "configuration": {
            "lambdaExecutorConfiguration": {
                "lambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"
            }
        },
    }
    changed = {
        "id": which,
        "executor": executor,
        "inputArtifactDetails": COUNTS,
        "outputArtifactDetails": COUNTS,
    }
    code, _ = error_of(client, "update_action_type", actionType=changed)
    assert code == "ActionTypeNotFoundException"


def test_a_deleted_action_type_is_not_for_new_pipelines(client: Any) -> None:
    client.create_custom_action_type(**custom(configurationProperties=[]))
    client.delete_custom_action_type(category="Build", provider="Make", version="1")
    made = action("Build", "Make", owner="Custom")
    code, message = error_of(
        client, "create_pipeline", pipeline=pipeline(stage("Beta", build(), made))
    )
    assert code == "InvalidActionDeclarationException"
    assert "is not available in region" in message
