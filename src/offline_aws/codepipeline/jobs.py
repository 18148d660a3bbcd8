"""Jobs: what a job worker or a Lambda function does for an action, and says when it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from offline_aws.codepipeline.execution import ActionRun
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.store import Shape, arn_of
from offline_aws.errors import AwsError
from offline_aws.operations import Call

QUEUED, DISPATCHED, IN_PROGRESS = "Queued", "Dispatched", "InProgress"
SUCCEEDED, FAILED, TIMED_OUT = "Succeeded", "Failed", "TimedOut"
OPEN = (QUEUED, DISPATCHED, IN_PROGRESS)


@dataclass
class JobRecord:
    """One job of an action. An action has another after each continuation token.

    ``again`` is called with a continuation token.
    """

    id: str
    course: Course
    run: ActionRun
    again: Callable[[str], object]
    token: str = ""
    status: str = QUEUED
    #: Each poll gives another number: who polled last has the job.
    nonce: int = 0

    @property
    def data(self) -> Shape:
        """AWS's ``JobData``."""
        run, course = self.run, self.course
        pipeline = course.line.pipeline.name
        data: Shape = {
            "actionTypeId": dict(run.declaration["actionTypeId"]),
            "actionConfiguration": {"configuration": dict(run.resolved)},
            "pipelineContext": {
                "pipelineName": pipeline,
                "stage": {"name": run.stage},
                "action": {"name": run.name, "actionExecutionId": run.id},
                "pipelineArn": arn_of(course.call, pipeline),
                "pipelineExecutionId": course.execution.id,
            },
            "inputArtifacts": [_artifact(each) for each in run.inputs.values()],
            "outputArtifacts": [_artifact(each) for each in run.outputs.values()],
            "artifactCredentials": _CREDENTIALS,
        }
        return data | ({"continuationToken": self.token} if self.token else {})

    @property
    def event(self) -> Shape:
        """What a Lambda function is given of it."""
        data = {name: value for name, value in self.data.items() if name in _FOR_FUNCTIONS}
        return {"id": self.id, "accountId": self.course.call.account, "data": data}


@dataclass
class Jobs:
    """Every job of an account and region, by id, the oldest first."""

    by_id: dict[str, JobRecord] = field(default_factory=dict)


_FOR_FUNCTIONS = (
    *("actionConfiguration", "inputArtifacts", "outputArtifacts"),
    *("artifactCredentials", "continuationToken"),
)
# Offline nothing is checked against them; clients made without them work as well.
_CREDENTIALS = {
    "accessKeyId": "ASIAOFFLINEEXAMPLE00",
    "secretAccessKey": "offline",
    "sessionToken": "offline",
}


def open_job(
    course: Course, run: ActionRun, again: Callable[[str], object], token: str = ""
) -> JobRecord:
    """Make a job for an action."""
    job = JobRecord(course.new_id(), course, run, again, token)
    course.call.state(Jobs).by_id[job.id] = job
    return job


def job_of(call: Call, identifier: str) -> JobRecord:
    """Return a job by its id. Raises ``JobNotFoundException``."""
    found = call.state(Jobs).by_id.get(identifier)
    if found is None:
        raise AwsError("JobNotFoundException", f"Could not find job with ID '{identifier}'")
    return found


def _artifact(artifact: object) -> Shape:
    name, bucket, key = (getattr(artifact, part) for part in ("name", "bucket", "key"))
    location = {"type": "S3", "s3Location": {"bucketName": bucket, "objectKey": key}}
    return {"name": name, "location": location}
