"""From `git push` to the deployed artifact, with every time on the lab's clock."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from pipeline_lab import ROLE, STORE, approval, stage, type_of

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
PAGE = "<h1>Shop</h1>\n"
BUILDSPEC = """
version: 0.2
env:
  exported-variables: [RELEASE]
phases:
  build:
    commands:
      - sleep 30
      - export RELEASE=$(cat VERSION)
      - mkdir site && sed s/Shop/Shop-$RELEASE/ index.html > site/index.html
artifacts:
  base-directory: site
  files: ["**/*"]
"""


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def declaration() -> dict[str, Any]:
    source = {
        "name": "Source",
        "actionTypeId": type_of("Source", "CodeCommit"),
        "configuration": {"RepositoryName": "shop", "BranchName": "main"},
        "outputArtifacts": [{"name": "Code"}],
        "namespace": "Source",
    }
    build = {
        "name": "Build",
        "actionTypeId": type_of("Build", "CodeBuild"),
        "configuration": {"ProjectName": "shop"},
        "inputArtifacts": [{"name": "Code"}],
        "outputArtifacts": [{"name": "Site"}],
        "namespace": "Build",
    }
    deploy = {
        "name": "Deploy",
        "actionTypeId": type_of("Deploy", "S3"),
        "configuration": {"BucketName": "site", "Extract": "true"},
        "inputArtifacts": [{"name": "Site"}],
        "runOrder": 2,
    }
    text = "Release #{Build.RELEASE} of #{Source.CommitId}"
    gate = approval(configuration={"CustomData": text})
    return {
        "name": "shop",
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": STORE},
        "pipelineType": "V2",
        "stages": [stage("Source", source), stage("Build", build), stage("Prod", gate, deploy)],
    }


def prepare() -> None:
    s3 = boto3.client("s3")
    for bucket in (STORE, "site"):
        s3.create_bucket(Bucket=bucket)
    boto3.client("codecommit").create_repository(repositoryName="shop")
    boto3.client("codebuild").create_project(
        name="shop",
        source={"type": "CODEPIPELINE"},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=ROLE,
    )


def push(aws: OfflineAWS, folder: Path, version: str) -> str:
    """Commit a version of the shop on the machine, and push it."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
        bare = aws.folder / "codecommit" / "123456789012" / "us-east-1" / "shop.git"
        git(folder, "remote", "add", "origin", str(bare))
    for name, text in {"VERSION": version, "index.html": PAGE, "buildspec.yml": BUILDSPEC}.items():
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", f"Release {version}", "--date", "2026-01-05T09:00:00Z")
    git(folder, "push", "-q", "origin", "main")
    return git(folder, "rev-parse", "HEAD")


def approve(client: Any) -> None:
    prod = client.get_pipeline_state(name="shop")["stageStates"][2]
    client.put_approval_result(
        pipelineName="shop",
        stageName="Prod",
        actionName="Approve",
        token=prod["actionStates"][0]["latestExecution"]["token"],
        result={"summary": "go", "status": "Approved"},
    )


def test_from_a_push_to_the_site(tmp_path: Path) -> None:
    with OfflineAWS(now=MONDAY) as aws:
        prepare()
        client, s3 = boto3.client("codepipeline"), boto3.client("s3")
        push(aws, tmp_path / "clone", "1")
        client.create_pipeline(pipeline=declaration())
        aws.clock.advance(minutes=3)
        approve(client)
        aws.clock.advance(minutes=1)
        assert s3.get_object(Bucket="site", Key="index.html")["Body"].read() == (
            b"<h1>Shop-1</h1>\n"
        )

        pushed, commit = aws.clock.now(), push(aws, tmp_path / "clone", "2")
        aws.clock.advance(minutes=3)
        approve(client)
        aws.clock.advance(minutes=1)
        assert s3.get_object(Bucket="site", Key="index.html")["Body"].read() == (
            b"<h1>Shop-2</h1>\n"
        )

        newest = client.list_pipeline_executions(pipelineName="shop")["pipelineExecutionSummaries"][
            0
        ]
        assert newest["status"] == "Succeeded"
        assert newest["trigger"]["triggerType"] == "PollForSourceChanges"
        assert [r["revisionId"] for r in newest["sourceRevisions"]] == [commit]
        assert newest["startTime"] - pushed == timedelta(seconds=30)
        details = client.list_action_executions(
            pipelineName="shop",
            filter={"pipelineExecutionId": newest["pipelineExecutionId"]},
        )["actionExecutionDetails"]
        assert [each["actionName"] for each in details] == ["Deploy", "Approve", "Build", "Source"]
        times = [t for each in details for t in (each["lastUpdateTime"], each["startTime"])]
        assert times == sorted(times, reverse=True)
        assert all(pushed <= time <= aws.clock.now() for time in times)
        took = details[2]["lastUpdateTime"] - details[2]["startTime"]
        # Provisioning, 30 s of sleep, the commands; seen at a look every ten seconds.
        assert timedelta(seconds=60) < took < timedelta(seconds=100)
        shown = details[1]["input"]["resolvedConfiguration"]["CustomData"]
        assert shown == f"Release 2 of {commit}"
        place = details[2]["output"]["outputArtifacts"][0]["s3location"]
        artifact = s3.get_object(Bucket=place["bucket"], Key=place["key"])["Body"].read()
        with zipfile.ZipFile(io.BytesIO(artifact)) as archive:
            assert archive.namelist() == ["index.html"]


def story() -> str:
    """Return everything that a pipeline of repository, build and approval has to show."""
    with OfflineAWS(now=MONDAY) as aws:
        prepare()
        client = boto3.client("codepipeline")
        files = {"VERSION": "1", "index.html": PAGE, "buildspec.yml": BUILDSPEC}
        boto3.client("codecommit").create_commit(
            repositoryName="shop",
            branchName="main",
            putFiles=[{"filePath": n, "fileContent": t.encode()} for n, t in files.items()],
        )
        client.create_pipeline(pipeline=declaration())
        aws.clock.advance(minutes=3)
        approve(client)
        aws.clock.advance(minutes=1)
        answers = [
            client.get_pipeline_state(name="shop"),
            client.list_pipeline_executions(pipelineName="shop"),
            client.list_action_executions(pipelineName="shop"),
            boto3.client("s3").list_objects_v2(Bucket=STORE),
        ]
        for answer in answers:
            del answer["ResponseMetadata"]
        return json.dumps(answers, default=str)


def test_two_runs_give_the_same_numbers() -> None:
    assert story() == story()
