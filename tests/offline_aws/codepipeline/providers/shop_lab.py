"""A repository with a shop in it, and pipelines that take their source from there."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import boto3

from offline_aws import OfflineAWS

ROLE = "arn:aws:iam::123456789012:role/pipeline"
STORE = "artifacts"


class Shop:
    """Shortens what the tests say again and again."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        self.s3 = boto3.client("s3")
        self.codecommit = boto3.client("codecommit")
        self.codepipeline = boto3.client("codepipeline")
        self.codecommit.create_repository(repositoryName="shop")
        self.source: dict[str, Any] = {
            "name": "Source",
            "actionTypeId": kind("Source", "CodeCommit"),
            "configuration": {
                "RepositoryName": "shop",
                "BranchName": "main",
                "PollForSourceChanges": "false",
            },
            "outputArtifacts": [{"name": "Code"}],
            "namespace": "Source",
        }

    def commit(self, message: str = "Begin", **files: str) -> str:
        """Commit files, __ standing for a dot in their names; return the commit's id."""
        put = [
            {"filePath": name.replace("__", "."), "fileContent": text.encode()}
            for name, text in files.items()
        ]
        known = self.codecommit.list_branches(repositoryName="shop")["branches"]
        more = {}
        if known:
            tip = self.codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]
            more["parentCommitId"] = tip["commitId"]
        answer = self.codecommit.create_commit(
            repositoryName="shop",
            branchName="main",
            putFiles=put,
            commitMessage=message,
            authorName="Orders team",
            email="orders@shop.example",
            **more,
        )
        return str(answer["commitId"])

    def pipeline(self, *actions: dict[str, Any], name: str = "shop", **more: Any) -> None:
        """Create a pipeline with a stage for each action, and let it come to its end."""
        stages = [{"name": f"{a['name']}Stage", "actions": [a]} for a in (self.source, *actions)]
        pipeline = {
            "name": name,
            "roleArn": ROLE,
            "artifactStore": {"type": "S3", "location": STORE},
            "stages": stages,
            "pipelineType": "V2",
            **more,
        }
        self.codepipeline.create_pipeline(pipeline=pipeline)
        self.wait(name)

    def again(self, name: str = "shop", **more: Any) -> None:
        """Start the pipeline once more, and let it come to its end."""
        self.codepipeline.start_pipeline_execution(name=name, **more)
        self.wait(name)

    def wait(self, name: str = "shop") -> None:
        """Move the clock until the newest execution of a pipeline has ended."""
        self.clock.advance_until(lambda: self.status(name) not in ("InProgress", "Stopping"))

    def status(self, name: str = "shop") -> str:
        """Return the status of the newest execution."""
        found = self.codepipeline.list_pipeline_executions(pipelineName=name)
        return str(found["pipelineExecutionSummaries"][0]["status"])

    def action(self, name: str, pipeline: str = "shop") -> dict[str, Any]:
        """Return the newest execution of an action."""
        found = self.codepipeline.list_action_executions(pipelineName=pipeline)
        details = found["actionExecutionDetails"]
        return next(each for each in details if each["actionName"] == name)

    def result(self, name: str) -> dict[str, Any]:
        """Return what an action says of its end."""
        found: dict[str, Any] = self.action(name)["output"]["executionResult"]
        return found

    def error(self, name: str) -> tuple[str, str]:
        """Return the code and the message of the error that an action failed with."""
        assert self.action(name)["status"] == "Failed"
        details = self.result(name)["errorDetails"]
        return details["code"], details["message"]

    def variables(self, name: str) -> dict[str, str]:
        """Return the output variables of an action."""
        found: dict[str, str] = self.action(name)["output"]["outputVariables"]
        return found

    def artifact(self, action: str, name: str) -> dict[str, str]:
        """Return the files of an output artifact."""
        with zipfile.ZipFile(io.BytesIO(self.stored(action, name))) as archive:
            return {path: archive.read(path).decode() for path in archive.namelist()}

    def stored(self, action: str, name: str) -> bytes:
        """Return the bytes of an output artifact."""
        outputs = self.action(action)["output"]["outputArtifacts"]
        place = next(each["s3location"] for each in outputs if each["name"] == name)
        return self.read(place["bucket"], place["key"])

    def read(self, bucket: str, key: str) -> bytes:
        """Return an object of S3."""
        data: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data

    def project(self, name: str = "shop", **more: Any) -> None:
        """Create a CodeBuild project that builds what a pipeline gives it."""
        source = {"type": "CODEPIPELINE", **more}
        boto3.client("codebuild").create_project(
            name=name,
            source=source,
            artifacts={"type": "CODEPIPELINE"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole="arn:aws:iam::123456789012:role/build",
        )


def kind(category: str, provider: str) -> dict[str, str]:
    """Return the id of an action type."""
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
