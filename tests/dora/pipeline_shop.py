"""A shop whose repository a pipeline brings to its customers, to read the history of."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook import dora
from offline_aws import OfflineAWS

ROLE = "arn:aws:iam::123456789012:role/pipeline"


def action(category: str, provider: str, name: str, **more: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, **more}


def deploy(name: str, bucket: str) -> dict[str, Any]:
    settings = {"BucketName": bucket, "Extract": "true"}
    return action("Deploy", "S3", name, configuration=settings, inputArtifacts=[{"name": "App"}])


class Shop:
    """A repository and a pipeline that deploys it to a bucket for testers and a live one."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        self.git = boto3.client("codecommit")
        self.s3 = boto3.client("s3")
        self.client = boto3.client("codepipeline")
        self.git.create_repository(repositoryName="shop")
        for bucket in ("artifacts", "beta", "live"):
            self.s3.create_bucket(Bucket=bucket)
        self.commits: list[str] = []

    def commit(self, message: str = "Change the page") -> str:
        """Commit to main, and let a minute pass."""
        known = {"parentCommitId": self.commits[-1]} if self.commits else {}
        made = self.git.put_file(
            repositoryName="shop",
            branchName="main",
            filePath="index.html",
            fileContent=f"version {len(self.commits)}".encode(),
            commitMessage=message,
            **known,
        )
        self.commits.append(made["commitId"])
        self.clock.advance(minutes=1)
        return self.commits[-1]

    def create(self, *stages: dict[str, Any], **more: Any) -> None:
        source = action(
            "Source",
            "CodeCommit",
            "Git",
            configuration={"RepositoryName": "shop", "BranchName": "main"},
            outputArtifacts=[{"name": "App"}],
        )
        pipeline = {
            "name": "shop",
            "roleArn": ROLE,
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": [{"name": "Source", "actions": [source]}, *stages],
            "pipelineType": "V2",
            **more,
        }
        self.client.create_pipeline(pipeline=pipeline)
        self.clock.advance(minutes=10)

    def transition(self, change: str, **more: Any) -> None:
        getattr(self.client, f"{change}_stage_transition")(
            pipelineName="shop", stageName="Live", transitionType="Inbound", **more
        )

    def executions(self) -> list[str]:
        """Return the ids of the executions, the oldest first."""
        found = self.client.list_pipeline_executions(pipelineName="shop")
        ids = [one["pipelineExecutionId"] for one in found["pipelineExecutionSummaries"]]
        return ids[::-1]

    def read(self, **more: Any) -> dora.Events:
        return dora.from_codepipeline(self.client, "shop", **more)


BETA = {"name": "Beta", "actions": [deploy("Testers", "beta")]}
LIVE = {"name": "Live", "actions": [deploy("Customers", "live")]}


def held(events: dora.Events) -> dict[str, list[str]]:
    """Return the ids of the changes of each deployment, and of none as ""."""
    assert events.changes is not None
    groups = events.changes.fillna({"deployment_id": ""}).groupby("deployment_id", sort=False)
    return {str(name): list(rows["change_id"]) for name, rows in groups}
