"""Source S3: one version of an object, which is to be a zip file."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Revision, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported

_SUMMARY_KEY = "codepipeline-artifact-revision-summary"


@provides("Source", "S3")
class S3Source:
    """Take the newest version of the object, or the one that the execution was started with."""

    @reported("Amazon S3")
    def start(self, job: Job) -> Status:
        """Copy the version into the output artifact."""
        bucket, key, version = _asked_for(job)
        found = _version(clients.client("s3", job.region), bucket, key, version)
        data = found["Body"].read()
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
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

    def poll(self, job: Job) -> Status:
        """Return the same again: the action ends where it starts."""
        return self.start(job)


def _asked_for(job: Job) -> tuple[str, str, str]:
    """Return the bucket, the key and the version ("" for the newest) to take."""
    configuration, asked = job.configuration, job.overrides
    key, other_key = configuration["S3ObjectKey"], asked.get("S3_OBJECT_KEY")
    if other_key and configuration.get("AllowOverrideForS3ObjectKey", "").lower() != "true":
        raise ActionError(
            "ConfigurationError",
            "The S3 object key cannot be overridden: AllowOverrideForS3ObjectKey is not true in "
            f"the configuration of the action {job.action}.",
        )
    return configuration["S3Bucket"], other_key or key, asked.get("S3_OBJECT_VERSION_ID", "")


def _version(client: Any, bucket: str, key: str, version: str) -> dict[str, Any]:
    wanted = {"VersionId": version} if version else {}
    try:
        if client.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
            return dict(client.get_object(Bucket=bucket, Key=key, **wanted))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        messages = {
            "NoSuchBucket": f"The S3 bucket {bucket} does not exist.",
            "NoSuchKey": f"The object with key '{key}' does not exist.",
            "NoSuchVersion": f"The object with key '{key}' has no version {version}.",
        }
        if code in messages:
            raise ActionError("ConfigurationError", messages[code]) from error
        raise
    raise ActionError(
        "ConfigurationError",
        f"The S3 bucket {bucket} is not versioned. A bucket that is the source of a pipeline must "
        "have versioning enabled.",
    )
