"""Changes of sources start pipelines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from pipeline_lab import PipelineLab, approval, source, stage, type_of

from offline_aws import OfflineAWS

GATE = stage("Gate", approval())


def from_repository(polls: str | None = None, branch: str = "main") -> dict[str, Any]:
    setting = {} if polls is None else {"PollForSourceChanges": polls}
    return {
        "name": "Source",
        "actionTypeId": type_of("Source", "CodeCommit"),
        "configuration": {"RepositoryName": "shop", "BranchName": branch} | setting,
        "outputArtifacts": [{"name": "Code"}],
    }


def from_connection(**more: Any) -> dict[str, Any]:
    connection = "arn:aws:codestar-connections:us-east-1:123456789012:connection/1a2b3c4d"
    settings = {
        "ConnectionArn": connection,
        "FullRepositoryId": "team/shop",
        "BranchName": "main",
    }
    return {
        "name": "Source",
        "actionTypeId": type_of("Source", "CodeStarSourceConnection"),
        "configuration": settings | more,
        "outputArtifacts": [{"name": "Code"}],
    }


def declare(lab: PipelineLab, action: dict[str, Any], **more: Any) -> None:
    """Create a pipeline with a source and let its first execution take it."""
    declaration = lab.declaration(GATE, **more)
    declaration["stages"][0] = stage("Source", action)
    lab.client.create_pipeline(pipeline=declaration)
    lab.wait(20)


@pytest.fixture
def commit(aws: OfflineAWS) -> Callable[..., str]:
    """Commit a file to a branch of the repository shop; return the commit id."""
    client = boto3.client("codecommit")
    client.create_repository(repositoryName="shop")

    def make(path: str = "app.py", branch: str = "main") -> str:
        heads = client.list_branches(repositoryName="shop")["branches"]
        if heads and branch not in heads:
            tip = client.get_branch(repositoryName="shop", branchName="main")["branch"]
            client.create_branch(repositoryName="shop", branchName=branch, commitId=tip["commitId"])
            heads.append(branch)
        parent = {}
        if branch in heads:
            tip = client.get_branch(repositoryName="shop", branchName=branch)["branch"]
            parent = {"parentCommitId": tip["commitId"]}
        content = str(len(heads)) + str(parent)
        answer = client.create_commit(
            repositoryName="shop",
            branchName=branch,
            putFiles=[{"filePath": path, "fileContent": content.encode()}],
            **parent,
        )
        return str(answer["commitId"])

    make()
    return make


def triggers(lab: PipelineLab) -> list[str]:
    """Return what started the executions, the newest first."""
    return [each["trigger"]["triggerType"] for each in lab.executions()]


def revision(lab: PipelineLab) -> str:
    """Return the revision that the newest execution runs."""
    return str(lab.executions()[0]["sourceRevisions"][0]["revisionId"])


def test_a_commit_starts_a_pipeline_that_polls(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    declare(lab, from_repository())
    new = commit()
    assert len(lab.executions()) == 1
    lab.wait(60)
    assert triggers(lab) == ["PollForSourceChanges", "CreatePipeline"]
    assert revision(lab) == new
    started = lab.executions()[0]["startTime"]
    assert lab.clock.now() - started <= timedelta(minutes=1)


def test_commits_between_two_polls_are_one_change(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    declare(lab, from_repository("true"))
    commit()
    newest = commit("other.py")
    lab.wait(600)
    assert len(lab.executions()) == 2
    assert revision(lab) == newest


def test_what_starts_nothing(lab: PipelineLab, commit: Callable[..., str]) -> None:
    declare(lab, from_repository("false"))
    commit()
    commit(branch="feature")
    lab.wait(600)
    assert triggers(lab) == ["CreatePipeline"]


def test_only_its_branch_starts_it(lab: PipelineLab, commit: Callable[..., str]) -> None:
    commit(branch="feature")
    declare(lab, from_repository(branch="feature"))
    commit()
    lab.wait(600)
    assert len(lab.executions()) == 1
    commit(branch="feature")
    lab.wait(600)
    assert len(lab.executions()) == 2


def test_a_change_that_is_in_an_execution_already(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    declare(lab, from_repository())
    commit()
    lab.start()
    lab.wait(600)
    assert triggers(lab) == ["StartPipelineExecution", "CreatePipeline"]


def test_an_updated_pipeline_watches_its_new_source(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    commit(branch="feature")
    declare(lab, from_repository())
    declaration = lab.declaration(GATE)
    declaration["stages"][0] = stage("Source", from_repository(branch="feature"))
    lab.client.update_pipeline(pipeline=declaration)
    commit()
    lab.wait(600)
    assert len(lab.executions()) == 1
    commit(branch="feature")
    lab.wait(600)
    assert len(lab.executions()) == 2


def test_a_deleted_pipeline_is_not_started(lab: PipelineLab, commit: Callable[..., str]) -> None:
    declare(lab, from_repository())
    commit()
    lab.client.delete_pipeline(name="shop")
    lab.wait(600)
    assert lab.client.list_pipelines()["pipelines"] == []


def test_a_new_version_of_an_object_starts_a_pipeline_that_polls(
    lab: PipelineLab, sources: Callable[[bytes], str]
) -> None:
    declare(lab, source(PollForSourceChanges="true"))
    lab.wait(600)
    assert len(lab.executions()) == 1
    new = sources(b"second")
    lab.wait(60)
    assert triggers(lab) == ["PollForSourceChanges", "CreatePipeline"]
    assert revision(lab) == new


def test_an_object_that_comes_later(lab: PipelineLab, sources: Callable[[bytes], str]) -> None:
    boto3.client("s3").delete_object(Bucket="sources", Key="shop.zip")
    declare(lab, source(PollForSourceChanges="true"))
    assert lab.executions()[0]["status"] == "Failed"
    sources(b"now")
    lab.wait(60)
    assert [each["status"] for each in lab.executions()] == ["InProgress", "Failed"]


def test_a_push_starts_a_pipeline_with_a_connection(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    declare(lab, from_connection())
    new = commit()
    commit(branch="feature")
    lab.wait(60)
    assert triggers(lab) == ["WebhookV2", "CreatePipeline"]
    assert revision(lab) == new
    assert lab.executions()[0]["trigger"]["triggerDetail"].startswith("arn:aws:codestar")


def test_a_connection_that_detects_no_changes(lab: PipelineLab, commit: Callable[..., str]) -> None:
    declare(lab, from_connection(DetectChanges="false"))
    commit()
    lab.wait(60)
    assert len(lab.executions()) == 1


def git_trigger(**events: Any) -> list[dict[str, Any]]:
    configuration = {"sourceActionName": "Source", **events}
    return [{"providerType": "CodeStarSourceConnection", "gitConfiguration": configuration}]


def test_a_trigger_chooses_by_branch_and_file(lab: PipelineLab, commit: Callable[..., str]) -> None:
    commit(branch="release/1")
    push = {
        "branches": {"includes": ["release/*"]},
        "filePaths": {"includes": ["src/**"], "excludes": ["**/*.md"]},
    }
    declare(lab, from_connection(), triggers=git_trigger(push=[push]))
    commit("src/a.py")
    commit("docs/a.py", "release/1")
    commit("src/README.md", "release/1")
    lab.wait(60)
    assert len(lab.executions()) == 1
    new = commit("src/a.py", "release/1")
    lab.wait(60)
    assert triggers(lab) == ["WebhookV2", "CreatePipeline"]
    assert revision(lab) == new


def test_a_trigger_for_pull_requests(lab: PipelineLab, commit: Callable[..., str]) -> None:
    commit("src/a.py", "feature")
    asked = {"events": ["OPEN", "CLOSED"], "branches": {"includes": ["main"]}}
    declare(lab, from_connection(), triggers=git_trigger(pullRequest=[asked]))
    client = boto3.client("codecommit")
    target = {"repositoryName": "shop", "sourceReference": "feature"}
    created = client.create_pull_request(title="A feature", targets=[target])
    lab.wait(60)
    assert len(lab.executions()) == 2
    tip = client.get_branch(repositoryName="shop", branchName="feature")["branch"]
    assert revision(lab) == tip["commitId"]
    commit("src/b.py", "feature")
    lab.wait(60)
    assert len(lab.executions()) == 2
    number = created["pullRequest"]["pullRequestId"]
    client.merge_pull_request_by_fast_forward(pullRequestId=number, repositoryName="shop")
    lab.wait(60)
    assert len(lab.executions()) == 3


def test_a_trigger_for_tags(
    lab: PipelineLab, commit: Callable[..., str], aws: OfflineAWS, tmp_path: Path
) -> None:
    tags = {"tags": {"includes": ["v*"], "excludes": ["*-rc*"]}}
    declare(lab, from_connection(), triggers=git_trigger(push=[tags]))
    new = commit()
    lab.wait(60)
    clone = tmp_path / "clone"
    bare = aws.folder / "codecommit" / "123456789012" / "us-east-1" / "shop.git"
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run([*git, "clone", "-q", bare, clone], check=True)
    for tag, count in (("v1-rc1", 1), ("v1", 2)):
        subprocess.run([*git, "-C", clone, "tag", tag], check=True)
        subprocess.run([*git, "-C", clone, "push", "-q", "origin", tag], check=True)
        lab.wait(60)
        assert len(lab.executions()) == count
    assert revision(lab) == new


def test_a_reset_forgets_what_was_watched(lab: PipelineLab, aws: OfflineAWS) -> None:
    declare(lab, source(PollForSourceChanges="true"))
    aws.reset()
    aws.clock.advance(minutes=10)
    assert boto3.client("codepipeline").list_pipelines()["pipelines"] == []


def test_a_rule_of_eventbridge_starts_what_does_not_poll(
    lab: PipelineLab, commit: Callable[..., str]
) -> None:
    declare(lab, from_repository("false"))
    events = boto3.client("events")
    pattern = {"source": ["aws.codecommit"], "detail": {"referenceName": ["main"]}}
    rule = events.put_rule(Name="on-push", EventPattern=json.dumps(pattern))["RuleArn"]
    target = "arn:aws:codepipeline:us-east-1:123456789012:shop"
    events.put_targets(Rule="on-push", Targets=[{"Id": "shop", "Arn": target}])
    commit(branch="feature")
    pushed = commit()
    lab.start()
    lab.wait(60)
    newest, started, _ = lab.executions()
    assert started["trigger"] == {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    assert newest["trigger"]["triggerType"] == "StartPipelineExecution"
    assert started["sourceRevisions"][0]["revisionId"] == pushed
