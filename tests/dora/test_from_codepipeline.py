"""The history of a pipeline as deployments and changes, read from one that really ran."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pytest
from botocore.exceptions import ClientError
from pipeline_shop import BETA, LIVE, ROLE, Shop, action, deploy, held

from devops_workbook import dora
from devops_workbook.cli import main
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def shop(aws: OfflineAWS) -> Shop:
    """A shop whose first version is live."""
    made = Shop(aws)
    made.commit()
    made.create(BETA, LIVE)
    return made


def test_a_stage_that_deploys_is_a_deployment(shop: Shop) -> None:
    shop.commit()
    shop.clock.advance(minutes=10)
    first, second = shop.executions()
    events = shop.read()
    assert list(events.deployments["deployment_id"]) == [f"{first}/Live", f"{second}/Live"]
    assert set(events.deployments["service"]) == {"shop"}
    assert list(events.deployments["status"]) == ["succeeded", "succeeded"]
    assert list(events.deployments["kind"]) == ["planned", "planned"]
    assert list(events.deployments["version"]) == shop.commits
    assert held(events) == {f"{first}/Live": [shop.commits[0]], f"{second}/Live": [shop.commits[1]]}
    assert events.incidents is None
    assert events.notes == ("2 deployments left out: not to production",)


def test_a_change_was_made_when_its_author_said(shop: Shop) -> None:
    events = shop.read()
    assert events.changes is not None
    assert list(events.changes["committed_at"]) == [pd.Timestamp(MONDAY)]
    row = events.deployments.iloc[0]
    found = shop.client.list_action_executions(pipelineName="shop")["actionExecutionDetails"]
    (live,) = [one for one in found if one["stageName"] == "Live"]
    times = (live["startTime"], live["lastUpdateTime"])
    assert (row["started_at"], row["finished_at"]) == times
    assert times[0] < times[1]
    assert dora.measure(events).change_lead_time.n == 0  # nobody knows what the first one brought


def test_changes_of_superseded_executions_come_along(shop: Shop) -> None:
    shop.transition("disable", reason="not on a Friday")
    for _ in range(3):
        shop.commit()
        shop.clock.advance(minutes=10)
    before = shop.read()
    assert held(before)[""] == shop.commits[1:]
    shop.transition("enable")
    shop.clock.advance(minutes=10)
    events = shop.read()
    newest = shop.executions()[-1]
    assert held(events)[f"{newest}/Live"] == shop.commits[1:]
    assert len(events.deployments) == 2


def test_a_rollback_is_one_and_shows_what_failed(shop: Shop) -> None:
    shop.commit()
    shop.clock.advance(minutes=10)
    first, second = shop.executions()
    shop.client.rollback_stage(
        pipelineName="shop", stageName="Live", targetPipelineExecutionId=first
    )
    shop.clock.advance(minutes=10)
    events = shop.read()
    assert list(events.deployments["kind"]) == ["planned", "planned", "rollback"]
    assert list(events.deployments["version"]) == [*shop.commits, shop.commits[0]]
    assert list(held(events)) == [f"{first}/Live", f"{second}/Live"]
    measured = dora.measure(events, start=MONDAY, end=MONDAY + timedelta(days=7))
    assert measured.change_fail_rate.value == pytest.approx(1 / 3)


def test_a_deployment_that_failed_brings_its_change_again(aws: OfflineAWS) -> None:
    shop = Shop(aws)
    shop.s3.delete_bucket(Bucket="live")
    shop.commit()
    shop.create(BETA, LIVE)
    shop.s3.create_bucket(Bucket="live")
    shop.commit()
    shop.clock.advance(minutes=10)
    events = shop.read()
    first, second = events.deployments["deployment_id"]
    assert list(events.deployments["status"]) == ["failed", "succeeded"]
    assert held(events) == {first: shop.commits[:1], second: shop.commits}


def test_a_retry_is_the_same_deployment(aws: OfflineAWS) -> None:
    shop = Shop(aws)
    shop.s3.delete_bucket(Bucket="live")
    shop.commit()
    shop.create(LIVE)
    shop.s3.create_bucket(Bucket="live")
    shop.client.retry_stage_execution(
        pipelineName="shop",
        stageName="Live",
        pipelineExecutionId=shop.executions()[0],
        retryMode="FAILED_ACTIONS",
    )
    shop.clock.advance(minutes=10)
    events = shop.read()
    assert list(events.deployments["status"]) == ["succeeded"]
    assert events.notes == ("1 failed action left out: retried in the same execution",)


@pytest.mark.parametrize(
    ("production", "stages"),
    [("*", ["Beta", "Live"]), ("B*", ["Beta"]), (lambda name: name == "Live", ["Live"])],
)
def test_which_stages_count(shop: Shop, production: Any, stages: list[str]) -> None:
    found = shop.read(production=production).deployments["deployment_id"]
    assert [one.partition("/")[2] for one in found] == stages


def test_the_changes_of_two_sources(aws: OfflineAWS) -> None:
    shop = Shop(aws)
    shop.git.create_repository(repositoryName="texts")
    text = {"repositoryName": "texts", "branchName": "main", "filePath": "a", "fileContent": b"a"}
    texts = [shop.git.put_file(**text)["commitId"]]
    shop.commit()
    source = action(
        "Source",
        "CodeCommit",
        "Texts",
        configuration={"RepositoryName": "texts", "BranchName": "main"},
        outputArtifacts=[{"name": "Texts"}],
    )
    shop.create(LIVE)
    declared = shop.client.get_pipeline(name="shop")["pipeline"]
    declared["stages"][0]["actions"].append(source)
    shop.client.update_pipeline(pipeline=declared)
    shop.client.start_pipeline_execution(name="shop")
    shop.clock.advance(minutes=10)
    changed = {**text, "fileContent": b"b", "parentCommitId": texts[0]}
    texts.append(shop.git.put_file(**changed)["commitId"])
    shop.clock.advance(minutes=10)
    first, second, third = shop.executions()
    assert held(shop.read()) == {
        f"{first}/Live": shop.commits,
        f"{second}/Live": texts[:1],
        f"{third}/Live": texts[1:],
    }


def test_what_is_not_finished_is_left_out(shop: Shop) -> None:
    shop.client.start_pipeline_execution(name="shop")
    shop.clock.advance(seconds=2)
    assert len(shop.read().deployments) == 1


def test_a_stage_without_deploy_actions(aws: OfflineAWS) -> None:
    shop = Shop(aws)
    counts = {"minimumCount": 0, "maximumCount": 1}
    kind = {"category": "Invoke", "provider": "Ship", "version": "1"}
    shop.client.create_custom_action_type(
        **kind, inputArtifactDetails=counts, outputArtifactDetails=counts
    )
    ship = {"name": "Ship", "actionTypeId": {**kind, "owner": "Custom"}, "runOrder": 2}
    approve = action("Approval", "Manual", "Approve")
    shop.commit()
    shop.create({"name": "Live", "actions": [approve, ship]})
    (stage,) = [
        one
        for one in shop.client.get_pipeline_state(name="shop")["stageStates"]
        if one["stageName"] == "Live"
    ]
    token = stage["actionStates"][0]["latestExecution"]["token"]
    assert len(shop.read().deployments) == 0
    shop.client.put_approval_result(
        pipelineName="shop",
        stageName="Live",
        actionName="Approve",
        result={"summary": "yes", "status": "Approved"},
        token=token,
    )
    shop.clock.advance(minutes=1)
    (job,) = shop.client.poll_for_jobs(actionTypeId={**kind, "owner": "Custom"})["jobs"]
    shop.client.acknowledge_job(jobId=job["id"], nonce=job["nonce"])
    shop.client.put_job_success_result(jobId=job["id"])
    shop.clock.advance(minutes=1)
    events = shop.read()
    assert list(events.deployments["status"]) == ["succeeded"]
    assert list(held(events).values()) == [shop.commits]


def test_a_source_that_tells_no_date(aws: OfflineAWS) -> None:
    shop = Shop(aws)
    shop.s3.create_bucket(Bucket="sources")
    shop.s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
    shop.s3.put_object(Bucket="sources", Key="shop.zip", Body=b"shop")
    source = action(
        "Source",
        "S3",
        "Zip",
        configuration={"S3Bucket": "sources", "S3ObjectKey": "shop.zip"},
        outputArtifacts=[{"name": "App"}],
    )
    settings = {"BucketName": "live", "Extract": "false", "ObjectKey": "shop.zip"}
    whole = {**deploy("Customers", "live"), "configuration": settings}
    pipeline = {
        "name": "shop",
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Live", "actions": [whole]},
        ],
    }
    shop.clock.advance(hours=1)
    shop.client.create_pipeline(pipeline=pipeline)
    shop.clock.advance(minutes=10)
    events = shop.read()
    assert events.changes is not None
    assert list(events.changes["committed_at"]) == [pd.Timestamp(MONDAY) + pd.Timedelta(hours=1)]
    assert events.notes == (
        "1 change from Zip dated by the execution that began with it: the source tells no "
        "AuthorDate",
    )


def test_more_than_a_page_of_history(shop: Shop) -> None:
    for _ in range(34):
        shop.client.start_pipeline_execution(name="shop")
        shop.clock.advance(minutes=5)
    events = shop.read()
    assert len(events.deployments) == 35
    assert list(held(events).values()) == [shop.commits]


def test_a_pipeline_that_there_is_not(aws: OfflineAWS) -> None:
    with pytest.raises(ClientError, match="PipelineNotFoundException"):
        dora.from_codepipeline(boto3.client("codepipeline"), "nobody")


# By the command, as for the reader's own account.


def test_the_command_reports_a_pipeline(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    region = f"--region={shop.client.meta.region_name}"
    assert main(["dora", "--pipeline", "shop", region, "--json", f"--output={page}"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["services"] == ["shop"]
    assert told["metrics"]["deployment_frequency"]["n"] == 1
    assert page.is_file()


def test_a_pipeline_that_is_not_there_is_aws_s_sentence(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dora", "--pipeline", "bread", "--region", "us-east-1"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("workbook: AWS says: ")
    assert "bread" in said
