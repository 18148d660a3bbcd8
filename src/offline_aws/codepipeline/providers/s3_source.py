"""Source S3: one version of an object, which is to be a zip file."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import ClientError

from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Revision, Status, failed, provides
from offline_aws.codepipeline.providers import refusals

_SUMMARY_KEY = "codepipeline-artifact-revision-summary"
_MISSING = {"NoSuchBucket", "NoSuchKey", "NoSuchVersion", "404"}


@provides("Source", "S3")
class S3Source:
    """Take the newest version of the object, or the one that the execution was started with."""

    def start(self, job: Job) -> Status:
        """Copy the version into the output artifact."""
        bucket, key = job.configuration["S3Bucket"], job.configuration["S3ObjectKey"]
        asked = job.revision or Revision("")
        if asked.kind == "S3_OBJECT_KEY":
            if job.configuration.get("AllowOverrideForS3ObjectKey") != "true":
                return failed(
                    "ConfigurationError",
                    "The S3 object key cannot be overridden: AllowOverrideForS3ObjectKey is not "
                    f"true in the configuration of the action {job.action}.",
                )
            key, asked = asked.id, Revision("")
        client = boto3.client("s3", region_name=job.region)
        try:
            if client.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
                return failed(
                    "ConfigurationError",
                    f"The S3 bucket {bucket} is not versioned. A bucket that is the source of a "
                    "pipeline must have versioning enabled.",
                )
            wanted = {"VersionId": asked.id} if asked.id else {}
            found = client.get_object(Bucket=bucket, Key=key, **wanted)
            data = found["Body"].read()
        except ClientError as error:
            return _failed(error, bucket, key)
        return _store(job, bucket, key, found, data)

    def poll(self, job: Job) -> Status:
        """Return the same again: the action ends where it starts."""
        return self.start(job)


def _store(job: Job, bucket: str, key: str, found: dict[str, Any], data: bytes) -> Status:
    try:
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
    except ClientError as error:
        return refusals.of(error)
    version = found["VersionId"]
    summary = found["Metadata"].get(_SUMMARY_KEY) or f"Amazon S3 version id: {version}"
    revision = Revision(
        id=version,
        summary=summary,
        url=f"https://console.aws.amazon.com/s3/home?region={job.region}#",
        created=found["LastModified"],
        kind="S3_OBJECT_VERSION_ID",
    )
    return Status(
        "Succeeded",
        summary=summary,
        external_id=version,
        variables={
            "BucketName": bucket,
            "ETag": found["ETag"].strip('"'),
            "ObjectKey": key,
            "VersionId": version,
        },
        revision=revision,
    )


def _failed(error: ClientError, bucket: str, key: str) -> Status:
    code = error.response["Error"]["Code"]
    if code == "NoSuchBucket":
        return failed(
            "ConfigurationError",
            f"The S3 bucket {bucket} does not exist.",
        )
    if code in _MISSING:
        return failed("ConfigurationError", f"The object with key '{key}' does not exist.")
    return refusals.of(error)
