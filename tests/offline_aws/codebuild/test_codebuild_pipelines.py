"""Projects of type CODEPIPELINE: refused by hand, and built as a pipeline starts them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from codebuild_lab import ROLE, Lab, spec

PIPELINE = "release-of-the-orders-service"
# The name of a pipeline is cut in the keys of its artifacts.
PREFIX = "release-of-the-order/SourceArti"
COPY = "mkdir out && cat hello.txt > out/hello.txt; env | grep ^CODEBUILD_ | sort"


def project(lab: Lab, buildspec: str = "", **more: Any) -> None:
    source = {"type": "CODEPIPELINE"} | ({"buildspec": buildspec} if buildspec else {})
    lab.create(**({"source": source, "artifacts": {"type": "CODEPIPELINE"}} | more))


def declare(name: str = PIPELINE) -> None:
    """Create a pipeline of a source in S3 and a build."""
    iam = boto3.client("iam")
    policy = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    policy |= {"Principal": {"Service": "codepipeline.amazonaws.com"}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument=document)

    def action(category: str, provider: str, **more: Any) -> dict[str, Any]:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": category, "actionTypeId": kind, **more}

    source = action(
        *("Source", "S3"),
        configuration={"S3Bucket": "shop", "S3ObjectKey": "in.zip"},
        outputArtifacts=[{"name": "SourceArtifact"}],
    )
    build = action(
        *("Build", "CodeBuild"),
        configuration={"ProjectName": "orders"},
        inputArtifacts=[{"name": "SourceArtifact"}],
    )
    boto3.client("codepipeline").create_pipeline(
        pipeline={
            "name": name,
            "roleArn": "arn:aws:iam::123456789012:role/pipeline",
            "artifactStore": {"type": "S3", "location": "shop"},
            "stages": [
                {"name": "Source", "actions": [source]},
                {"name": "Build", "actions": [build]},
            ],
            "version": 1,
        }
    )


def output(name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "S3",
        "location": "shop",
        "path": "p/o",
        "name": name,
        "packaging": "ZIP",
    } | more


def start(lab: Lab, **more: Any) -> dict[str, Any]:
    """Build as a pipeline does, from an artifact in S3."""
    return lab.build(
        **{
            "sourceTypeOverride": "S3",
            "sourceLocationOverride": f"shop/{PREFIX}/abc1234",
            "artifactsOverride": {"type": "NO_ARTIFACTS"},
        }
        | more
    )


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({}, "ArtifactsOverride must be set when using artifacts type CodePipelines"),
        (
            {"sourceTypeOverride": "S3", "sourceLocationOverride": "shop/a.zip"},
            "ArtifactsOverride must be set when using artifacts type CodePipelines",
        ),
        (
            {"artifactsOverride": {"type": "NO_ARTIFACTS"}},
            "both sourceType, and artifactType must be set to: CODEPIPELINE",
        ),
    ],
)
def test_a_build_by_hand_is_refused(lab: Lab, overrides: dict[str, Any], message: str) -> None:
    project(lab)
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException, match=message):
        lab.codebuild.start_build(projectName="orders", **overrides)
    assert lab.codebuild.list_builds()["ids"] == []


def test_a_build_by_hand_of_something_else(lab: Lab) -> None:
    project(lab)
    lab.put_zip("a.zip", {"buildspec.yml": spec("true")})
    overrides = {"sourceTypeOverride": "S3", "sourceLocationOverride": "shop/a.zip"}
    build = lab.build(artifactsOverride={"type": "NO_ARTIFACTS"}, **overrides)
    assert build["buildStatus"] == "SUCCEEDED"
    assert build["source"]["location"] == "shop/a.zip"
    assert build["initiator"] == "offline"


def test_one_input_and_one_output(lab: Lab) -> None:
    declare()
    project(lab)
    more = "artifacts:\n  files: ['**/*']\n  base-directory: out\n  s3-prefix: elsewhere\n"
    lab.put_zip(f"{PREFIX}/abc1234", {"buildspec.yml": spec(COPY) + more, "hello.txt": "hi"})
    build = start(lab, artifactsOverride=output("xyz9876"))
    assert build["buildStatus"] == "SUCCEEDED"
    assert lab.get_zip("p/o/xyz9876") == {"hello.txt": "hi"}
    assert build["artifacts"]["location"] == "arn:aws:s3:::shop/p/o/xyz9876"
    arn = f"arn:aws:s3:::shop/{PREFIX}/abc1234"
    assert build["initiator"] == f"codepipeline/{PIPELINE}"
    assert build["source"] == {"type": "CODEPIPELINE"}
    assert build["sourceVersion"] == arn
    log = lab.log(build)
    for line in (
        f"CODEBUILD_INITIATOR=codepipeline/{PIPELINE}",
        f"CODEBUILD_SOURCE_VERSION={arn}",
        "CODEBUILD_SOURCE_REPO_URL=",
    ):
        assert line in log


def test_several_inputs_and_outputs(lab: Lab) -> None:
    declare()
    more = """
artifacts:
  files: ['**/*']
  secondary-artifacts:
    app-1:
      base-directory: $CODEBUILD_SRC_DIR/out
      files: [hello.txt]
    pages:
      base-directory: $CODEBUILD_SRC_DIR_docs
      files: [b.txt]
"""
    project(lab, spec(COPY, "cat $CODEBUILD_SRC_DIR_docs/b.txt") + more)
    lab.put_zip(f"{PREFIX}/abc1234", {"hello.txt": "hi"})
    lab.put_zip("release-of-the-order/docs/def4567", {"b.txt": "the docs"})
    second = {"type": "S3", "location": "shop/release-of-the-order/docs/def4567"}
    build = start(
        lab,
        secondarySourcesOverride=[second | {"sourceIdentifier": "docs"}],
        secondaryArtifactsOverride=[
            output("one", artifactIdentifier="app-1"),
            output("two", artifactIdentifier="pages"),
        ],
    )
    assert build["buildStatus"] == "SUCCEEDED"
    assert lab.get_zip("p/o/one") == {"hello.txt": "hi"}
    assert lab.get_zip("p/o/two") == {"b.txt": "the docs"}
    assert [each["artifactIdentifier"] for each in build["secondaryArtifacts"]] == [
        "app-1",
        "pages",
    ]
    assert build["secondarySources"] == [{"type": "CODEPIPELINE", "sourceIdentifier": "docs"}]
    log = lab.log(build)
    assert "the docs" in log
    assert f"CODEBUILD_SOURCE_VERSION_docs=arn:aws:s3:::{second['location']}" in log


def test_an_input_that_is_not_there(lab: Lab) -> None:
    declare()
    project(lab)
    (context,) = start(lab)["phases"][3]["contexts"]
    arn = f"arn:aws:s3:::shop/{PREFIX}/abc1234"
    assert context["message"].endswith(f" for primary source and source version {arn}")


def test_an_initiator_is_the_user_or_the_role(lab: Lab) -> None:
    lab.create(spec("true"))
    iam = boto3.client("iam")
    iam.create_user(UserName="ada", Path="/team/")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    role = boto3.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="bob")["Credentials"]
    for given, initiator in ((key, "ada"), (role, "build/bob")):
        client = boto3.client(
            "codebuild",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given.get("SessionToken"),
        )
        assert client.start_build(projectName="orders")["build"]["initiator"] == initiator


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"artifacts": {"type": "NO_ARTIFACTS"}}, "both sourceType, and artifactType"),
        ({"badgeEnabled": True}, "Build badges are not supported for CodePipeline source"),
        (
            {"secondaryArtifacts": [{"type": "CODEPIPELINE", "artifactIdentifier": "a"}]},
            "artifactType CODEPIPELINE",
        ),
    ],
)
def test_what_a_project_of_a_pipeline_cannot_have(
    lab: Lab, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException, match=message):
        project(lab, **settings)
