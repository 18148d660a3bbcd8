"""From a commit to what is deployed: every step real, and the same in every run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3
from shop_lab import Shop

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SPEC = """version: 0.2
phases:
  build:
    commands:
      - mkdir dist
      - sed "s/VERSION/$CODEBUILD_RESOLVED_SOURCE_VERSION/" index.html > dist/index.html
      - sleep 60
artifacts:
  base-directory: dist
  files: ['**/*']
"""


def _actions(act: Any) -> list[dict[str, Any]]:
    return [
        act("Build", "CodeBuild", outputs="Site", ProjectName="shop"),
        act("Deploy", "S3", inputs="Site", BucketName="site", Extract="true"),
    ]


def test_a_commit_is_built_and_deployed_in_lab_time(shop: Any, act: Any) -> None:
    shop.s3.create_bucket(Bucket="site")
    shop.project()
    shop.commit(buildspec__yml=SPEC, index__html="VERSION")
    shop.pipeline(*_actions(act))
    second = shop.commit("Change the page", index__html="The shop, VERSION")
    begun = shop.clock.now()
    shop.again()

    assert shop.read("site", "index.html").decode() == f"The shop, {second}"
    took = shop.clock.now() - begun
    assert 100 < took.total_seconds() < 130
    summary = shop.codepipeline.list_pipeline_executions(pipelineName="shop")
    revisions = [
        each["sourceRevisions"][0]["revisionSummary"]
        for each in summary["pipelineExecutionSummaries"]
    ]
    assert revisions == ["Change the page", "Begin"]


def test_every_run_has_the_same_ids_times_and_keys(act: Any) -> None:
    def history() -> list[dict[str, Any]]:
        with OfflineAWS(now=MONDAY) as aws:
            shop = Shop(aws)
            for bucket in ("artifacts", "site"):
                shop.s3.create_bucket(Bucket=bucket)
            shop.project()
            shop.commit(buildspec__yml=SPEC, index__html="VERSION")
            missing = act("Test", "CodeBuild", ProjectName="nothing")
            shop.pipeline(*_actions(act), missing)
            found = shop.codepipeline.list_action_executions(pipelineName="shop")
            return list(found["actionExecutionDetails"])

    first, second = history(), history()
    assert first == second
    assert [each["status"] for each in first] == ["Failed", "Succeeded", "Succeeded", "Succeeded"]


def test_an_action_in_another_region_has_the_artifact_there(shop: Any, act: Any) -> None:
    far = boto3.client("s3", region_name="eu-west-1")
    for bucket in ("artifacts-eu", "site-eu"):
        where = {"LocationConstraint": "eu-west-1"}
        far.create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    shop.commit(index__html="page")
    deploy = {**act("Deploy", "S3", BucketName="site-eu", Extract="true"), "region": "eu-west-1"}
    stores = {
        "us-east-1": {"type": "S3", "location": "artifacts"},
        "eu-west-1": {"type": "S3", "location": "artifacts-eu"},
    }
    pipeline = {
        "name": "shop",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStores": stores,
        "stages": [
            {"name": "Source", "actions": [shop.source]},
            {"name": "Deploy", "actions": [deploy]},
        ],
    }
    shop.codepipeline.create_pipeline(pipeline=pipeline)
    shop.wait()
    assert shop.status() == "Succeeded"
    assert far.get_object(Bucket="site-eu", Key="index.html")["Body"].read() == b"page"
    given = shop.action("Deploy")["input"]["inputArtifacts"][0]["s3location"]
    assert given["bucket"] == "artifacts-eu"
