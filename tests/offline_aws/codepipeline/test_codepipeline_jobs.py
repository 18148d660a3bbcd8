"""Job workers: poll, acknowledge, give results."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, stage, type_of, work

from offline_aws import OfflineAWS

NO_JOB = "00000000-0000-0000-0000-000000000000"


def declare(lab: PipelineLab, **more: Any) -> str:
    first = lab.declare(stage("Test", work(**more)))
    lab.wait()
    return first


def test_a_job_says_what_is_to_be_done(lab: PipelineLab) -> None:
    first = declare(lab, inputArtifacts=[{"name": "SourceOutput"}])
    (job,) = lab.jobs()
    data = job["data"]
    assert job["accountId"] == "123456789012"
    assert data["actionTypeId"] == type_of("Test", "Worker", "Custom")
    context = data["pipelineContext"]
    assert context["pipelineExecutionId"] == first
    assert context["pipelineArn"] == "arn:aws:codepipeline:us-east-1:123456789012:shop"
    assert (context["pipelineName"], context["stage"]["name"]) == ("shop", "Test")
    identifier = lab.action("Test", "Work")["actionExecutionId"]
    assert context["action"] == {"name": "Work", "actionExecutionId": identifier}
    (given,) = data["inputArtifacts"]
    location = given["location"]["s3Location"]
    taken = lab.actions(first)[1]["output"]["outputArtifacts"][0]["s3location"]
    assert (location["bucketName"], location["objectKey"]) == (taken["bucket"], taken["key"])
    details = lab.client.get_job_details(jobId=job["id"])["jobDetails"]
    assert details == {"id": job["id"], "data": data, "accountId": "123456789012"}


def test_a_job_is_one_worker_s(lab: PipelineLab) -> None:
    declare(lab)
    (mine,), (yours,) = lab.jobs(), lab.jobs()
    assert mine["id"] == yours["id"]
    with pytest.raises(lab.client.exceptions.InvalidNonceException):
        lab.client.acknowledge_job(jobId=mine["id"], nonce=mine["nonce"])
    answer = lab.client.acknowledge_job(jobId=yours["id"], nonce=yours["nonce"])
    assert answer["status"] == "InProgress"
    assert lab.jobs() == []
    with pytest.raises(lab.client.exceptions.InvalidNonceException):
        lab.client.acknowledge_job(jobId=yours["id"], nonce=yours["nonce"])


def test_a_result_ends_the_action_with_what_it_says(lab: PipelineLab) -> None:
    first = declare(lab, namespace="Tests")
    lab.succeed(
        executionDetails={
            "summary": "42 passed",
            "externalExecutionId": "run-7",
            "percentComplete": 100,
        },
        outputVariables={"passed": "42"},
    )
    assert lab.status(first) == "Succeeded"
    shown = lab.action("Test", "Work")
    assert (shown["summary"], shown["externalExecutionId"]) == ("42 passed", "run-7")
    assert shown["percentComplete"] == 100
    assert lab.actions(first)[0]["output"]["outputVariables"] == {"passed": "42"}


def test_a_continuation_token_makes_another_job(lab: PipelineLab) -> None:
    first = declare(lab)
    job = lab.job()
    lab.client.put_job_success_result(
        jobId=job["id"],
        continuationToken="run-7",
        executionDetails={"externalExecutionId": "run-7", "percentComplete": 50},
    )
    shown = lab.action("Test", "Work")
    assert (shown["status"], shown["percentComplete"]) == ("InProgress", 50)
    again = lab.job()
    assert again["id"] != job["id"]
    assert again["data"]["continuationToken"] == "run-7"
    lab.succeed()
    assert lab.status(first) == "Succeeded"
    assert lab.action("Test", "Work")["externalExecutionId"] == "run-7"


def test_output_variables_come_at_the_end(lab: PipelineLab) -> None:
    declare(lab)
    with pytest.raises(ClientError) as error:
        lab.client.put_job_success_result(
            jobId=lab.job()["id"], continuationToken="t", outputVariables={"a": "1"}
        )
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_output_variables_that_are_too_large(lab: PipelineLab) -> None:
    declare(lab)
    with pytest.raises(lab.client.exceptions.OutputVariablesSizeExceededException):
        lab.client.put_job_success_result(
            jobId=lab.job()["id"], outputVariables={"a": "x" * 122_880}
        )
    assert lab.action("Test", "Work")["status"] == "InProgress"


def test_a_failure_says_why(lab: PipelineLab) -> None:
    first = declare(lab)
    lab.client.put_job_failure_result(
        jobId=lab.job()["id"],
        failureDetails={
            "type": "RevisionUnavailable",
            "message": "no such commit",
            "externalExecutionId": "run-8",
        },
    )
    lab.wait()
    assert lab.status(first) == "Failed"
    shown = lab.action("Test", "Work")
    assert shown["errorDetails"] == {"code": "RevisionUnavailable", "message": "no such commit"}
    assert shown["externalExecutionId"] == "run-8"


def test_a_job_has_one_result(lab: PipelineLab) -> None:
    declare(lab)
    job = lab.job()
    lab.succeed()
    details = {"type": "JobFailed", "message": "late"}
    for call in (
        lambda: lab.client.put_job_success_result(jobId=job["id"]),
        lambda: lab.client.put_job_failure_result(jobId=job["id"], failureDetails=details),
    ):
        with pytest.raises(lab.client.exceptions.InvalidJobStateException):
            call()


def test_a_custom_action_times_out_after_a_day(lab: PipelineLab) -> None:
    first = declare(lab)
    job = lab.job()
    lab.clock.advance(days=1, minutes=1)
    assert lab.status(first) == "Failed"
    assert "timed out" in lab.action("Test", "Work")["errorDetails"]["message"]
    with pytest.raises(lab.client.exceptions.InvalidJobStateException):
        lab.client.put_job_success_result(jobId=job["id"])


def test_a_job_that_is_not_there(lab: PipelineLab) -> None:
    details = {"type": "JobFailed", "message": "?"}
    for call in (
        lambda: lab.client.get_job_details(jobId=NO_JOB),
        lambda: lab.client.acknowledge_job(jobId=NO_JOB, nonce="1"),
        lambda: lab.client.put_job_success_result(jobId=NO_JOB),
        lambda: lab.client.put_job_failure_result(jobId=NO_JOB, failureDetails=details),
    ):
        with pytest.raises(lab.client.exceptions.JobNotFoundException):
            call()


def test_only_custom_actions_are_polled_for(lab: PipelineLab) -> None:
    with pytest.raises(ClientError) as error:
        lab.client.poll_for_jobs(actionTypeId=type_of("Build", "CodeBuild"))
    assert error.value.response["Error"]["Code"] == "ValidationException"
    with pytest.raises(lab.client.exceptions.ActionTypeNotFoundException):
        lab.client.poll_for_jobs(actionTypeId=type_of("Build", "Nothing", "Custom"))


def test_jobs_come_oldest_first_and_as_many_as_asked_for(lab: PipelineLab) -> None:
    lab.declare(stage("Test", work("A"), work("B"), work("C")))
    lab.wait()
    type_id = type_of("Test", "Worker", "Custom")

    def names(**more: Any) -> list[str]:
        jobs = lab.client.poll_for_jobs(actionTypeId=type_id, **more)["jobs"]
        return [job["data"]["pipelineContext"]["action"]["name"] for job in jobs]

    assert names() == ["A"]
    assert names(maxBatchSize=2) == ["A", "B"]
    assert names(maxBatchSize=9) == ["A", "B", "C"]


def test_a_query_chooses_among_the_jobs(lab: PipelineLab) -> None:
    lab.client.create_custom_action_type(
        category="Build",
        provider="Jenkins",
        version="1",
        settings={
            "entityUrlTemplate": "https://ci.example.com/job/{Config:Project}",
            "executionUrlTemplate": "https://ci.example.com/{Config:Project}/{ExternalExecutionId}",
        },
        configurationProperties=[
            {"name": "Project", "required": True, "key": True, "secret": False, "queryable": True}
        ],
        inputArtifactDetails={"minimumCount": 0, "maximumCount": 1},
        outputArtifactDetails={"minimumCount": 0, "maximumCount": 1},
    )
    type_id = type_of("Build", "Jenkins", "Custom")

    def build(name: str) -> dict[str, Any]:
        return {"name": name, "actionTypeId": type_id, "configuration": {"Project": name}}

    lab.declare(stage("Build", build("shop"), build("site")))
    lab.wait()
    (job,) = lab.client.poll_for_jobs(
        actionTypeId=type_id, maxBatchSize=9, queryParam={"Project": "site"}
    )["jobs"]
    assert job["data"]["actionConfiguration"]["configuration"] == {"Project": "site"}
    with pytest.raises(ClientError) as error:
        lab.client.poll_for_jobs(actionTypeId=type_id)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    lab.client.put_job_success_result(
        jobId=job["id"], executionDetails={"externalExecutionId": "12"}
    )
    shown = lab.action("Build", "site")
    assert shown["externalExecutionUrl"] == "https://ci.example.com/site/12"
    states = lab.stage("Build")["actionStates"]
    assert states[1]["entityUrl"] == "https://ci.example.com/job/site"


def test_the_jobs_of_partners_are_none(lab: PipelineLab, aws: OfflineAWS) -> None:
    client, errors = lab.client, lab.client.exceptions
    with pytest.raises(errors.ActionTypeNotFoundException):
        client.poll_for_third_party_jobs(actionTypeId=type_of("Test", "Partner", "ThirdParty"))
    details = {"type": "JobFailed", "message": "?"}
    for call in (
        lambda: client.get_third_party_job_details(jobId="1", clientToken="t"),
        lambda: client.acknowledge_third_party_job(jobId="1", nonce="1", clientToken="t"),
        lambda: client.put_third_party_job_success_result(jobId="1", clientToken="t"),
        lambda: client.put_third_party_job_failure_result(
            jobId="1", clientToken="t", failureDetails=details
        ),
    ):
        with pytest.raises(errors.JobNotFoundException):
            call()


def test_a_new_revision_of_a_source_starts_the_pipeline_once(lab: PipelineLab) -> None:
    lab.declare(stage("Test", work()))

    def tell(revision: str) -> dict[str, Any]:
        return dict(
            lab.client.put_action_revision(
                pipelineName="shop",
                stageName="Source",
                actionName="Source",
                actionRevision={
                    "revisionId": revision,
                    "revisionChangeId": "1",
                    "created": datetime(2026, 1, 5, tzinfo=UTC),
                },
            )
        )

    answer = tell("7f3")
    assert answer["newRevision"] is True
    newest = lab.executions()[0]
    assert newest["pipelineExecutionId"] == answer["pipelineExecutionId"]
    assert newest["trigger"]["triggerType"] == "PutActionRevision"
    again = tell("7f3")
    assert (again["newRevision"], again["pipelineExecutionId"]) == (
        False,
        answer["pipelineExecutionId"],
    )
