"""Whatever people do to a pipeline, in whatever order: what holds all the same."""

from __future__ import annotations

import itertools
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pipeline_lab import STORE, PipelineLab, approval, stage, work

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
FINAL = {"Succeeded", "Superseded", "Cancelled"}
ENDED = {*FINAL, "Failed", "Stopped"}
STAGES = ("Test", "Prod", "Gate")
# What AWS says to what cannot be done now.
REFUSALS = {
    "ConcurrentPipelineExecutionsLimitExceededException",
    "DuplicatedStopRequestException",
    "NotLatestPipelineExecutionException",
    "PipelineExecutionNotStoppableException",
    "PipelineExecutionOutdatedException",
    "StageNotRetryableException",
    "UnableToRollbackStageException",
}


class Anything(RuleBasedStateMachine):
    """Drives a pipeline through boto3 alone, and looks at it through boto3 alone."""

    mode = "SUPERSEDED"

    @initialize()
    def declare(self) -> None:
        self.stack = ExitStack()
        aws = self.stack.enter_context(OfflineAWS(now=MONDAY))
        s3 = boto3.client("s3")
        for bucket in (STORE, "sources"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="sources", Key="shop.zip", Body=b"shop")
        self.lab = PipelineLab(aws)
        result = "RETRY" if self.mode == "PARALLEL" else "ROLLBACK"
        self.stages = [
            stage("Test", work("A"), work("B"), work("C", runOrder=2)),
            stage("Prod", work("Release"), onFailure={"result": result}),
            stage("Gate", approval()),
        ]
        self.lab.declare(*self.stages, executionMode=self.mode)
        self.known: dict[str, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            try:
                self.everything_ends()
            finally:
                self.stack.close()

    @rule()
    def start(self) -> None:
        self.attempt("start_pipeline_execution", name="shop")

    @rule(seconds=st.integers(0, 90))
    def wait(self, seconds: int) -> None:
        self.lab.wait(seconds)

    @rule(index=st.integers(0, 9), good=st.booleans())
    def work(self, index: int, good: bool) -> None:
        jobs = self.lab.jobs()
        if not jobs:
            return
        job, details = jobs[index % len(jobs)]["id"], {"type": "JobFailed", "message": "red"}
        if good:
            self.lab.client.put_job_success_result(jobId=job)
        else:
            self.lab.client.put_job_failure_result(jobId=job, failureDetails=details)

    @rule(status=st.sampled_from(["Approved", "Approved", "Rejected"]))
    def approve(self, status: str) -> None:
        for token in self.tokens()[:1]:
            self.answer(token, status)

    @rule(index=st.integers(0, 9), abandon=st.booleans())
    def stop(self, index: int, abandon: bool) -> None:
        self.attempt(
            "stop_pipeline_execution",
            pipelineName="shop",
            pipelineExecutionId=self.some(index),
            abandon=abandon,
        )

    @rule(
        index=st.integers(0, 9),
        name=st.sampled_from(STAGES),
        mode=st.sampled_from(["FAILED_ACTIONS", "ALL_ACTIONS"]),
    )
    def retry(self, index: int, name: str, mode: str) -> None:
        self.attempt(
            "retry_stage_execution",
            pipelineName="shop",
            stageName=name,
            pipelineExecutionId=self.some(index),
            retryMode=mode,
        )

    @rule(index=st.integers(0, 9), name=st.sampled_from(STAGES))
    def roll_back(self, index: int, name: str) -> None:
        self.attempt(
            "rollback_stage",
            pipelineName="shop",
            stageName=name,
            targetPipelineExecutionId=self.some(index),
        )

    @rule(name=st.sampled_from(STAGES), enabled=st.booleans())
    def switch(self, name: str, enabled: bool) -> None:
        where = {"pipelineName": "shop", "stageName": name, "transitionType": "Inbound"}
        if enabled:
            self.lab.client.enable_stage_transition(**where)
        else:
            self.lab.client.disable_stage_transition(**where, reason="a freeze")

    @rule()
    def update(self) -> None:
        declaration = self.lab.declaration(*self.stages, executionMode=self.mode)
        self.lab.client.update_pipeline(pipeline=declaration)

    @invariant()
    def a_stage_runs_one_execution(self) -> None:
        if not hasattr(self, "lab") or self.mode == "PARALLEL":
            return
        running = defaultdict(set)
        for run in self.runs():
            if run["status"] == "InProgress":
                running[run["stageName"]].add(run["pipelineExecutionId"])
        assert all(len(executions) == 1 for executions in running.values()), running

    @invariant()
    def what_is_final_stays(self) -> None:
        if not hasattr(self, "lab"):
            return
        now = {each["pipelineExecutionId"]: each["status"] for each in self.lab.executions()}
        assert self.known.keys() <= now.keys()
        for execution, status in self.known.items():
            assert status not in FINAL or now[execution] == status
        self.known = now

    def everything_ends(self) -> None:
        """Give every approval and do every job: then every execution has an end."""
        for name in STAGES:
            self.switch(name, True)
        for _ in range(400):
            self.lab.wait(30)
            for job in self.lab.jobs():
                self.lab.client.put_job_success_result(jobId=job["id"])
            for token in self.tokens():
                self.answer(token, "Approved")
            if all(each["status"] in ENDED for each in self.lab.executions()):
                break
        self.history_sums_up()

    def history_sums_up(self) -> None:
        executions = self.lab.executions()
        assert {each["status"] for each in executions} <= ENDED
        latest = {
            (run["pipelineExecutionId"], run["stageName"], run["actionName"]): run["status"]
            for run in reversed(self.runs())
        }
        for each in executions:
            if each["status"] == "Succeeded" and each["executionType"] == "STANDARD":
                mine = [key for key in latest if key[0] == each["pipelineExecutionId"]]
                assert len(mine) == 6
                assert {latest[key] for key in mine} == {"Succeeded"}
        if self.mode == "QUEUED":
            self.they_came_in_their_order(executions)

    def they_came_in_their_order(self, executions: list[dict[str, Any]]) -> None:
        standard = [e for e in reversed(executions) if e["executionType"] == "STANDARD"]
        order = [each["pipelineExecutionId"] for each in standard]
        first: dict[tuple[str, str], datetime] = {}
        for run in reversed(self.runs()):
            first.setdefault((run["stageName"], run["pipelineExecutionId"]), run["startTime"])
        for name in ("Source", *STAGES):
            times = [first[name, each] for each in order if (name, each) in first]
            assert all(a < b for a, b in itertools.pairwise(times)), name

    def runs(self) -> list[dict[str, Any]]:
        """Return all executions of actions, the newest first."""
        pages = self.lab.client.get_paginator("list_action_executions")
        found = pages.paginate(pipelineName="shop")
        return [run for page in found for run in page["actionExecutionDetails"]]

    def tokens(self) -> list[str]:
        """Return the tokens of the open approvals, where each mode has them."""
        if self.mode != "PARALLEL":
            token = self.lab.action("Gate", "Approve").get("token")
            return [token] if token else []
        return [
            run["output"]["executionResult"]["externalExecutionId"]
            for run in self.runs()
            if (run["actionName"], run["status"]) == ("Approve", "InProgress")
        ]

    def answer(self, token: str, status: str) -> None:
        self.lab.client.put_approval_result(
            pipelineName="shop",
            stageName="Gate",
            actionName="Approve",
            token=token,
            result={"summary": "", "status": status},
        )

    def some(self, index: int) -> str:
        executions = self.lab.executions()
        return str(executions[index % len(executions)]["pipelineExecutionId"])

    def attempt(self, operation: str, **parameters: Any) -> None:
        try:
            getattr(self.lab.client, operation)(**parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] not in REFUSALS:
                raise


class Queued(Anything):
    mode = "QUEUED"


class Parallel(Anything):
    mode = "PARALLEL"


Anything.TestCase.settings = Queued.TestCase.settings = Parallel.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
TestSuperseded = Anything.TestCase
TestQueued = Queued.TestCase
TestParallel = Parallel.TestCase
