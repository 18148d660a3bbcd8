"""What happened in a pipeline and what is in production, asked of the simulated AWS."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.pipelines.account import OBJECT, PIPELINE, PRODUCTION
from devops_workbook.exercise import SetupMissing
from devops_workbook.lab import REGION
from devops_workbook.shop_repository import BRANCH, REPOSITORY
from offline_aws import clients

Shape = dict[str, Any]


def declaration(pipeline: str = PIPELINE) -> Shape:
    """Return a pipeline's declaration. Raises ``SetupMissing`` when there is none."""
    client = clients.client("codepipeline", REGION)
    try:
        found: Shape = client.get_pipeline(name=pipeline)["pipeline"]
    except client.exceptions.PipelineNotFoundException:
        raise SetupMissing(
            f"There is no pipeline named {pipeline}. Run the cells above this exercise."
        ) from None
    return found


def executions(pipeline: str = PIPELINE) -> list[Shape]:
    """Return the executions' summaries, the newest first."""
    declaration(pipeline)
    pages = clients.client("codepipeline", REGION).get_paginator("list_pipeline_executions")
    return [
        each
        for page in pages.paginate(pipelineName=pipeline)
        for each in page["pipelineExecutionSummaries"]
    ]


def version_under(execution: str) -> int:
    """Return the version of the declaration under which an execution ran."""
    found = clients.client("codepipeline", REGION).get_pipeline_execution(
        pipelineName=PIPELINE, pipelineExecutionId=execution
    )
    return int(found["pipelineExecution"]["pipelineVersion"])


def runs_of(action: str, pipeline: str = PIPELINE, execution: str = "") -> list[Shape]:
    """Return the executions of an action, the oldest first; those of one execution, if given."""
    declaration(pipeline)
    pages = clients.client("codepipeline", REGION).get_paginator("list_action_executions")
    wanted = {"filter": {"pipelineExecutionId": execution}} if execution else {}
    found = [
        each
        for page in pages.paginate(pipelineName=pipeline, **wanted)
        for each in page["actionExecutionDetails"]
        if each["actionName"] == action
    ]
    return sorted(found, key=lambda each: each["startTime"])


def commit_of(execution: Shape) -> str:
    """Return the commit that an execution carries, "" where it never had one."""
    revisions = execution.get("sourceRevisions", [])
    return str(revisions[0].get("revisionId", "")) if revisions else ""


def summary_of(run: Shape) -> str:
    """Return what an action's execution says of itself: a reason, an error, a message."""
    result = run.get("output", {}).get("executionResult", {})
    return str(result.get("externalExecutionSummary", ""))


def deployed() -> bytes:
    """Return the package in production, empty where there is none."""
    return object_at(PRODUCTION, OBJECT)


def object_at(bucket: str, key: str) -> bytes:
    """Return the bytes of an object, empty where there is none."""
    try:
        data: bytes = clients.client("s3", REGION).get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError:
        return b""
    return data


def deployed_commit() -> str:
    """Return the commit whose package is in production, "" where there is none."""
    return commit_in(deployed())


def commit_in(package: bytes) -> str:
    """Return the commit that a package says it was made from, "" where it says none."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            return archive.read("COMMIT").decode("utf-8").strip()
    except (zipfile.BadZipFile, KeyError):
        return ""


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def file_in_main(path: str) -> str:
    """Return the text of a file at the tip of main, "" where there is none."""
    return file_in(path, BRANCH)


def file_in(path: str, commit: str) -> str:
    """Return the text of a file in a commit or branch, "" where there is none."""
    codecommit = clients.client("codecommit", REGION)
    try:
        found = codecommit.get_file(
            repositoryName=REPOSITORY, commitSpecifier=commit, filePath=path
        )
    except codecommit.exceptions.FileDoesNotExistException:
        return ""
    return bytes(found["fileContent"]).decode("utf-8", errors="replace")


def bucket_exists(bucket: str) -> bool:
    """Return whether the account has a bucket of this name."""
    return bucket in {
        each["Name"] for each in clients.client("s3", REGION).list_buckets()["Buckets"]
    }
