"""Commands actions: commands that run, and what they leave behind."""

from __future__ import annotations

from typing import Any

import boto3


def test_commands_have_the_artifacts_and_make_one(shop: Any, act: Any) -> None:
    shop.commit(page__txt="hello", other__txt="other")
    build = act(
        "Compute",
        "Commands",
        commands=["tr a-z A-Z < page.txt > big.txt", 'export LOUD=$(cat big.txt)"!"'],
        outputVariables=["LOUD"],
        outputArtifacts=[{"name": "Big", "files": ["big.txt"]}],
    )
    shop.pipeline(build)

    assert shop.status() == "Succeeded"
    assert shop.variables("Compute") == {"LOUD": "HELLO!"}
    assert shop.artifact("Compute", "Big") == {"big.txt": "HELLO"}


def test_the_log_is_the_pipelines_and_no_project_is_left(shop: Any, act: Any) -> None:
    shop.commit(page__txt="hello")
    shop.pipeline(act("Compute", "Commands", commands=["echo heard"]))

    arn = shop.result("Compute")["externalExecutionId"]
    group, stream = arn.split(":log-group:")[1].split(":log-stream:")
    assert group == "/aws/codepipeline/shop"
    assert stream.startswith(shop.action("Compute")["actionExecutionId"] + "/")
    events = boto3.client("logs").get_log_events(logGroupName=group, logStreamName=stream)
    assert "heard" in [event["message"] for event in events["events"]]
    codebuild = boto3.client("codebuild")
    assert codebuild.list_projects()["projects"] == []
    assert codebuild.list_builds()["ids"] == []


def test_a_command_that_fails_fails_the_action(shop: Any, act: Any) -> None:
    shop.commit(page__txt="hello")
    shop.pipeline(act("Compute", "Commands", commands=["true", "exit 4"]))
    message = (
        "Action failed with status: FAILED. COMMAND_EXECUTION_ERROR: Error while executing "
        "command: exit 4. Reason: exit status 4"
    )
    assert shop.error("Compute") == ("JobFailed", message)


def test_variables_of_the_action_and_of_the_pipeline_reach_the_commands(
    shop: Any, act: Any
) -> None:
    commit = shop.commit(page__txt="hello")
    variables = [
        {"name": "COMMIT", "value": "#{Source.CommitId}"},
        {"name": "WORD", "value": "plain"},
    ]
    build = act(
        "Compute",
        "Commands",
        commands=["export SEEN=$COMMIT-$WORD-#{Source.BranchName}"],
        environmentVariables=variables,
        outputVariables=["SEEN"],
    )
    shop.pipeline(build)
    assert shop.variables("Compute") == {"SEEN": f"{commit}-plain-main"}


def test_further_artifacts_are_in_directories_of_their_own(shop: Any, act: Any) -> None:
    shop.commit(page__txt="hello")
    first = act(
        "Compute",
        "Commands",
        name="First",
        namespace="First",
        commands=["echo 1 > one.txt"],
        outputArtifacts=[{"name": "One", "files": ["one.txt"]}],
    )
    second = act(
        "Compute",
        "Commands",
        inputs="Code One",
        commands=["export BOTH=$(cat page.txt $CODEBUILD_SRC_DIR_One/one.txt)"],
        outputVariables=["BOTH"],
    )
    shop.pipeline(first, second)
    assert shop.variables("Compute") == {"BOTH": "hello1"}
