"""A pipeline in an offline AWS, and the hands that work on it: approver, job worker, clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import boto3

from offline_aws import OfflineAWS

ROLE = "arn:aws:iam::123456789012:role/pipeline"
STORE = "artifacts"
WORK = {"category": "Test", "provider": "Worker", "version": "1"}


def source(name: str = "Source", **configuration: str) -> dict[str, Any]:
    """Return a source action that reads shop.zip from the versioned bucket sources."""
    settings = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip", "PollForSourceChanges": "false"}
    return {
        "name": name,
        "actionTypeId": type_of("Source", "S3"),
        "configuration": settings | configuration,
        "outputArtifacts": [{"name": f"{name}Output"}],
        "namespace": f"{name}Variables",
    }


def approval(name: str = "Approve", **more: Any) -> dict[str, Any]:
    """Return an action that waits for an approval."""
    return {"name": name, "actionTypeId": type_of("Approval", "Manual"), **more}


def type_of(category: str, provider: str, owner: str = "AWS") -> dict[str, str]:
    """Return the id of an action type."""
    return {"category": category, "owner": owner, "provider": provider, "version": "1"}


def stage(name: str, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a stage of these actions."""
    return {"name": name, "actions": list(actions), **more}


def work(name: str = "Work", **more: Any) -> dict[str, Any]:
    """Return an action that a job worker does."""
    return {"name": name, "actionTypeId": type_of("Test", "Worker", "Custom"), **more}


class PipelineLab:
    """Shortens what the tests say again and again; the pipeline is named shop."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.clock = aws.clock
        self.client = boto3.client("codepipeline")
        self.client.create_custom_action_type(
            **WORK,
            inputArtifactDetails={"minimumCount": 0, "maximumCount": 5},
            outputArtifactDetails={"minimumCount": 0, "maximumCount": 5},
        )

    def declare(self, *stages: dict[str, Any], name: str = "shop", **more: Any) -> str:
        """Create a pipeline of a source stage and these; return the id of its first execution."""
        self.client.create_pipeline(pipeline=self.declaration(*stages, name=name, **more))
        return self.executions(name)[0]["pipelineExecutionId"]

    def declaration(
        self, *stages: dict[str, Any], name: str = "shop", **more: Any
    ) -> dict[str, Any]:
        return {
            "name": name,
            "roleArn": ROLE,
            "artifactStore": {"type": "S3", "location": STORE},
            "stages": [stage("Source", source()), *stages],
            "pipelineType": "V2",
            **more,
        }

    def start(self, **more: Any) -> str:
        """Start an execution; return its id."""
        return str(self.client.start_pipeline_execution(name="shop", **more)["pipelineExecutionId"])

    def wait(self, seconds: float = 60) -> None:
        """Move the clock."""
        self.clock.advance(seconds=seconds)

    def executions(self, name: str = "shop", **more: Any) -> list[dict[str, Any]]:
        """Return the summaries of the executions, the newest first."""
        found = self.client.list_pipeline_executions(pipelineName=name, **more)
        return list(found["pipelineExecutionSummaries"])

    def status(self, execution: str) -> str:
        """Return the status of an execution."""
        return str(self.execution(execution)["status"])

    def statuses(self, executions: Iterable[str]) -> list[str]:
        return [self.status(each) for each in executions]

    def execution(self, execution: str) -> dict[str, Any]:
        answer = self.client.get_pipeline_execution(
            pipelineName="shop", pipelineExecutionId=execution
        )
        return dict(answer["pipelineExecution"])

    def stage(self, name: str) -> dict[str, Any]:
        """Return the state of a stage."""
        states = self.client.get_pipeline_state(name="shop")["stageStates"]
        return dict(next(each for each in states if each["stageName"] == name))

    def stage_status(self, name: str) -> tuple[str, str]:
        """Return the id and the status of the latest execution in a stage."""
        latest = self.stage(name)["latestExecution"]
        return latest["pipelineExecutionId"], latest["status"]

    def action(self, stage_name: str, name: str) -> dict[str, Any]:
        """Return the latest execution of an action, as the state of the pipeline shows it."""
        states = self.stage(stage_name)["actionStates"]
        found = next(each for each in states if each["actionName"] == name)
        return dict(found.get("latestExecution", {}))

    def actions(self, execution: str, **more: Any) -> list[dict[str, Any]]:
        """Return the executions of actions of an execution, the newest first."""
        answer = self.client.list_action_executions(
            pipelineName="shop", filter={"pipelineExecutionId": execution}, **more
        )
        return list(answer["actionExecutionDetails"])

    def approve(
        self, stage_name: str = "Gate", action: str = "Approve", status: str = "Approved"
    ) -> None:
        """Answer the approval that a stage asks for, and let the pipeline go on."""
        self.client.put_approval_result(
            pipelineName="shop",
            stageName=stage_name,
            actionName=action,
            token=self.action(stage_name, action)["token"],
            result={"summary": "seen", "status": status},
        )
        self.wait()

    def jobs(self) -> list[dict[str, Any]]:
        """Return the jobs that wait for a worker."""
        type_id = type_of("Test", "Worker", "Custom")
        return list(self.client.poll_for_jobs(actionTypeId=type_id, maxBatchSize=50)["jobs"])

    def succeed(self, action: str = "Work", **more: Any) -> None:
        """Do the job of an action, and let the pipeline go on."""
        self.client.put_job_success_result(jobId=self.job(action)["id"], **more)
        self.wait()

    def fail(self, action: str = "Work", message: str = "it broke") -> None:
        """Fail at the job of an action, and let the pipeline go on."""
        details = {"type": "JobFailed", "message": message}
        self.client.put_job_failure_result(jobId=self.job(action)["id"], failureDetails=details)
        self.wait()

    def job(self, action: str = "Work") -> dict[str, Any]:
        """Return the oldest job of an action."""
        jobs = [
            job for job in self.jobs() if job["data"]["pipelineContext"]["action"]["name"] == action
        ]
        return jobs[0]
