"""Build and test actions: a build has the artifacts, and the pipeline what came of it."""

from __future__ import annotations

import json
from typing import Any

import boto3

SPEC = """version: 0.2
env:
  exported-variables: [RELEASE]
phases:
  build:
    commands:
      - export RELEASE="r-$NUMBER"
      - mkdir dist
      - echo "$NUMBER $SECRET $CODEBUILD_RESOLVED_SOURCE_VERSION" > dist/page.html
artifacts:
  base-directory: dist
  files: ['**/*']
"""


def test_a_build_has_the_source_and_gives_its_artifact_and_variables(shop: Any, act: Any) -> None:
    boto3.client("ssm").put_parameter(Name="/shop/secret", Value="hush", Type="SecureString")
    commit = shop.commit("First", buildspec__yml=SPEC)
    shop.project()
    variables = [
        {"name": "NUMBER", "value": "#{Source.BranchName}-7"},
        {"name": "SECRET", "value": "/shop/secret", "type": "PARAMETER_STORE"},
    ]
    build = act(
        "Build",
        "CodeBuild",
        outputs="Site",
        ProjectName="shop",
        EnvironmentVariables=json.dumps(variables),
    )
    shop.pipeline(build)

    assert shop.status() == "Succeeded"
    assert shop.artifact("Build", "Site") == {"page.html": f"main-7 hush {commit}\n"}
    assert shop.variables("Build") == {"RELEASE": "r-main-7"}
    identifier = shop.result("Build")["externalExecutionId"]
    assert shop.result("Build")["externalExecutionUrl"] == (
        f"https://console.aws.amazon.com/codebuild/home?region=us-east-1#/builds/{identifier}"
        "/view/new"
    )
    found = boto3.client("codebuild").batch_get_builds(ids=[identifier])["builds"][0]
    assert (found["initiator"], found["resolvedSourceVersion"]) == ("codepipeline/shop", commit)
    assert found["source"]["type"] == "CODEPIPELINE"


def test_several_artifacts_come_in_and_go_out_by_their_names(shop: Any, act: Any) -> None:
    shop.commit(one__yml=_spec("echo first > a.txt", "a.txt"), two__yml=_TWO)
    shop.project("one", buildspec="one.yml")
    shop.project("two", buildspec="two.yml")
    shop.pipeline(
        act("Build", "CodeBuild", outputs="First", ProjectName="one"),
        act(
            "Test",
            "CodeBuild",
            inputs="First Code",
            outputs="Left Right",
            ProjectName="two",
            PrimarySource="Code",
        ),
    )
    assert shop.result("Test").get("errorDetails") is None
    assert shop.artifact("Test", "Left") == {"left.txt": "first\n"}
    assert shop.artifact("Test", "Right") == {"right.txt": "right\n"}


_TWO = """version: 0.2
phases:
  build:
    commands:
      - cp $CODEBUILD_SRC_DIR_First/a.txt left.txt
      - echo right > right.txt
artifacts:
  files: ['**/*']
  secondary-artifacts:
    Left:
      files: [left.txt]
    Right:
      files: [right.txt]
"""


def _spec(command: str, file: str) -> str:
    return (
        f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n"
        f"artifacts:\n  files: ['{file}']\n"
    )


def test_a_failed_build_fails_the_action_and_the_rest_does_not_run(shop: Any, act: Any) -> None:
    shop.commit(buildspec__yml=_spec("exit 3", "x"))
    shop.project()
    shop.s3.create_bucket(Bucket="site")
    shop.pipeline(
        act("Build", "CodeBuild", outputs="Site", ProjectName="shop"),
        act("Deploy", "S3", inputs="Site", BucketName="site", Extract="true"),
    )
    assert shop.status() == "Failed"
    message = (
        "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, "
        "Message: Error while executing command: exit 3. Reason: exit status 3"
    )
    assert shop.error("Build") == ("JobFailed", message)
    assert shop.result("Build")["externalExecutionSummary"] == message
    assert "Contents" not in shop.s3.list_objects_v2(Bucket="site")


def test_a_missing_buildspec_is_named(shop: Any, act: Any) -> None:
    shop.commit(page__html="hello")
    shop.project()
    shop.pipeline(act("Build", "CodeBuild", ProjectName="shop"))
    code, message = shop.error("Build")
    assert code == "JobFailed"
    assert message.startswith(
        "Build terminated with state: FAILED. Phase: DOWNLOAD_SOURCE, Code: YAML_FILE_ERROR"
    )


def test_a_missing_project_fails_as_start_build_does(shop: Any, act: Any) -> None:
    shop.commit(page__html="hello")
    shop.pipeline(act("Build", "CodeBuild", ProjectName="nothing"))
    code, message = shop.error("Build")
    assert code == "JobFailed"
    assert message.startswith(
        "Error calling startBuild: Project cannot be found: "
        "arn:aws:codebuild:us-east-1:123456789012:project/nothing (Service: AWSCodeBuild; "
        "Status Code: 400; Error Code: ResourceNotFoundException; Request ID: "
    )


def test_a_stopped_build_fails_the_action(shop: Any, act: Any) -> None:
    shop.commit(buildspec__yml=_spec("true", "x"))
    shop.project()
    codebuild = boto3.client("codebuild")
    shop.wait = lambda name: shop.clock.advance(seconds=20)
    shop.pipeline(act("Build", "CodeBuild", ProjectName="shop"))
    codebuild.stop_build(id=codebuild.list_builds()["ids"][0])
    shop.clock.advance(seconds=20)
    assert shop.error("Build") == ("JobFailed", "Build terminated with state: STOPPED")


def test_settings_that_a_build_cannot_have_are_said(shop: Any, act: Any) -> None:
    shop.commit(buildspec__yml=_spec("true", "buildspec.yml"))
    shop.project()
    made = act("Build", "CodeBuild", outputs="Site", ProjectName="shop")
    for number, (settings, words) in enumerate(
        (
            ({"BatchEnabled": "true"}, "Batch builds are not simulated offline."),
            ({"EnvironmentVariables": "{"}, "EnvironmentVariables is not JSON"),
            ({"EnvironmentVariables": '[{"name":"A"}]'}, "objects with name, value"),
        )
    ):
        made["configuration"] = {"ProjectName": "shop", **settings}
        shop.pipeline(made, name=f"shop-{number}")
        details = shop.action("Build", f"shop-{number}")["output"]["executionResult"]
        assert details["errorDetails"]["code"] == "ConfigurationError"
        assert words in details["errorDetails"]["message"]


def test_a_primary_source_has_to_be_named_among_several(shop: Any, act: Any) -> None:
    shop.commit(one__yml=_spec("true", "one.yml"))
    shop.project("one", buildspec="one.yml")
    shop.pipeline(
        act("Build", "CodeBuild", outputs="First", ProjectName="one"),
        act("Test", "CodeBuild", inputs="First Code", ProjectName="one"),
    )
    code, message = shop.error("Test")
    assert code == "ConfigurationError"
    assert "PrimarySource" in message
    assert "First, Code" in message


def test_a_reference_to_clone_lets_codebuild_take_the_commit_itself(shop: Any, act: Any) -> None:
    commit = shop.commit(buildspec__yml=SPEC)
    shop.source["configuration"]["OutputArtifactFormat"] = "CODEBUILD_CLONE_REF"
    shop.project()
    shop.pipeline(act("Build", "CodeBuild", outputs="Site", ProjectName="shop"))
    assert shop.artifact("Build", "Site")["page.html"].split() == [commit]
