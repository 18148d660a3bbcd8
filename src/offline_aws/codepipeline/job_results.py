"""The operations of job workers: poll for jobs, acknowledge them, give their results."""

from __future__ import annotations

from offline_aws.codepipeline import custom_actions
from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.ending import end
from offline_aws.codepipeline.execution import IN_PROGRESS as ACTION_IN_PROGRESS
from offline_aws.codepipeline.jobs import (
    DISPATCHED,
    FAILED,
    IN_PROGRESS,
    OPEN,
    QUEUED,
    SUCCEEDED,
    JobRecord,
    Jobs,
    job_of,
)
from offline_aws.codepipeline.provider import Revision, Status, failed
from offline_aws.codepipeline.store import Shape
from offline_aws.codepipeline.variables import LARGEST_OUTPUT
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codepipeline_operation("PollForJobs")
def poll_for_jobs(call: Call, parameters: Shape) -> Shape:
    """Return jobs that no worker has acknowledged, the oldest first."""
    wanted = parameters["actionTypeId"]
    query = parameters.get("queryParam") or {}
    if wanted["owner"] != "Custom":
        raise invalid("PollForJobs is valid only for action types with Custom in the owner field")
    action_type = custom_actions.find(call, wanted)
    if action_type is None:
        raise _no_action_type(wanted)
    _check_query(action_type, query)
    jobs = [j for j in call.state(Jobs).by_id.values() if _matches(j, wanted, query)]
    chosen = jobs[: parameters.get("maxBatchSize") or 1]
    for job in chosen:
        job.status, job.nonce = DISPATCHED, job.nonce + 1
    return {"jobs": [_job(job) for job in chosen]}


@codepipeline_operation("AcknowledgeJob")
def acknowledge_job(call: Call, parameters: Shape) -> Shape:
    """Take a job that was polled for: by its newest nonce, and once."""
    job = job_of(call, parameters["jobId"])
    if parameters["nonce"] != str(job.nonce) or job.status != DISPATCHED:
        raise AwsError("InvalidNonceException", f"The nonce of job {job.id} is not valid")
    job.status = IN_PROGRESS
    return {"status": job.status}


@codepipeline_operation("GetJobDetails")
def get_job_details(call: Call, parameters: Shape) -> Shape:
    """Return what a job is about."""
    job = job_of(call, parameters["jobId"])
    details = {"id": job.id, "data": job.data, "accountId": call.account}
    return {"jobDetails": details}


@codepipeline_operation("PutJobSuccessResult")
def put_job_success_result(call: Call, parameters: Shape) -> Shape:
    """End a job well; with a continuation token its action goes on with another job."""
    job = _open_job(call, parameters["jobId"])
    token, variables = parameters.get("continuationToken"), parameters.get("outputVariables") or {}
    if token and variables:
        raise invalid("Output variables cannot be given together with a continuation token")
    if sum(len(name) + len(value) for name, value in variables.items()) > LARGEST_OUTPUT:
        raise AwsError(
            "OutputVariablesSizeExceededException",
            f"The output variables exceed the limit of {LARGEST_OUTPUT} bytes",
        )
    job.status = SUCCEEDED
    status = _success(job, parameters)
    if token:
        job.run.take(status, call.clock.now())
        job.again(token)
    else:
        end(job.course, job.run, status)
    return {}


@codepipeline_operation("PutJobFailureResult")
def put_job_failure_result(call: Call, parameters: Shape) -> Shape:
    """End a job, and its action with it, as failed."""
    job = _open_job(call, parameters["jobId"])
    job.status = FAILED
    details = parameters["failureDetails"]
    reason = failed(details["type"], details["message"])
    external = details.get("externalExecutionId", "")
    status = Status(
        reason.state,
        external_id=external,
        external_url=_url(job, external),
        error_code=reason.error_code,
        error_message=reason.error_message,
    )
    end(job.course, job.run, status)
    return {}


def _open_job(call: Call, identifier: str) -> JobRecord:
    job = job_of(call, identifier)
    if job.status not in OPEN or job.run.status != ACTION_IN_PROGRESS:
        raise AwsError(
            "InvalidJobStateException", f"Job {identifier} is not in progress: {job.status}"
        )
    return job


def _success(job: JobRecord, parameters: Shape) -> Status:
    details = parameters.get("executionDetails") or {}
    given = parameters.get("currentRevision")
    external = details.get("externalExecutionId", "")
    revision = None
    if given:
        revision = Revision(
            id=given["revision"],
            summary=given.get("revisionSummary", ""),
            created=given.get("created"),
            change=given["changeIdentifier"],
        )
    return Status(
        "Succeeded",
        summary=details.get("summary", ""),
        external_id=external,
        external_url=_url(job, external or job.run.external_id),
        percent=details.get("percentComplete"),
        variables=parameters.get("outputVariables") or {},
        revision=revision,
    )


def _url(job: JobRecord, external: str) -> str:
    """Return the address of an execution by the custom action type's template."""
    found = custom_actions.find(job.course.call, job.run.declaration["actionTypeId"]) or {}
    template = str((found.get("settings") or {}).get("executionUrlTemplate", ""))
    if not template or not external:
        return ""
    for name, value in job.run.resolved.items():
        template = template.replace(f"{{Config:{name}}}", value)
    return template.replace("{ExternalExecutionId}", external)


def _matches(job: JobRecord, wanted: Shape, query: dict[str, str]) -> bool:
    of_type = job.run.declaration["actionTypeId"] == wanted
    asked_for = all(job.run.resolved.get(name) == value for name, value in query.items())
    waits = job.status in (QUEUED, DISPATCHED) and job.run.status == ACTION_IN_PROGRESS
    return of_type and asked_for and waits


def _check_query(action_type: Shape, query: dict[str, str]) -> None:
    properties = action_type.get("actionConfigurationProperties") or []
    queryable = [each["name"] for each in properties if each.get("queryable")]
    if sorted(query) != sorted(queryable):
        raise invalid(
            f"The query parameters are to be the queryable properties of the action type: "
            f"{queryable}"
        )


def _job(job: JobRecord) -> Shape:
    return {
        "id": job.id,
        "data": job.data,
        "nonce": str(job.nonce),
        "accountId": job.course.call.account,
    }


def _no_action_type(wanted: Shape) -> AwsError:
    parts = ("category", "provider", "owner", "version")
    named = ", ".join(f"{part.capitalize()}: '{wanted[part]}'" for part in parts)
    return AwsError("ActionTypeNotFoundException", f"ActionType ({named}) could not be found.")
