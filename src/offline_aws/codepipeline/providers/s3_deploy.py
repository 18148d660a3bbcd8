"""Deploy S3: the input artifact, or the files in it, as objects of a bucket.

What an earlier execution put there and this one has not stays, as on AWS. Links in an artifact
are left out.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.store import Shape

# Python's own table: the machine's would make a deployment depend on the machine.
_TYPES = mimetypes.MimeTypes()


@provides("Deploy", "S3")
class S3Deploy:
    """Put the objects; the action ends where it starts."""

    @reported("Amazon S3")
    def start(self, job: Job) -> Status:
        """Put the artifact, or its files, into the bucket."""
        configuration = job.configuration
        bucket = configuration["BucketName"]
        key = _resolved(job, configuration.get("ObjectKey", ""))
        extract = configuration.get("Extract", "").lower() == "true"
        if not extract and not key:
            raise ActionError("ConfigurationError", "ObjectKey is required if Extract is false.")
        client = clients.client("s3", job.region)
        settings = _settings(configuration)
        for name, data in _objects(job, key, extract):
            kind = _TYPES.guess_type(name)[0]
            more = {"ContentType": kind} if kind else {}
            client.put_object(Bucket=bucket, Key=name, Body=data, **more, **settings)
        return Status(
            "Succeeded",
            summary="Deployment Succeeded",
            external_id=f"{bucket}/{key}" if key else bucket,
            external_url=f"https://console.aws.amazon.com/s3/home?region={job.region}#",
        )

    def poll(self, job: Job) -> Status:
        """Return the same again."""
        return self.start(job)


def _resolved(job: Job, key: str) -> str:
    when = job.now.strftime("%Y-%m-%d_%H-%M-%S")
    return key.replace("{datetime}", when).replace("{uuid}", job.action_execution_id).strip("/")


def _objects(job: Job, key: str, extract: bool) -> Iterator[tuple[str, bytes]]:
    artifact = input_files.only(job)
    if not extract:
        yield key, input_files.content(artifact, job.region)
        return
    for path, data in input_files.files(artifact, job.region):
        yield f"{key}/{path}" if key else path, data


def _settings(configuration: Mapping[str, str]) -> Shape:
    given = {
        "ACL": configuration.get("CannedACL"),
        "CacheControl": configuration.get("CacheControl"),
        "SSEKMSKeyId": configuration.get("KMSEncryptionKeyARN"),
    }
    settings = {name: value for name, value in given.items() if value}
    return settings | ({"ServerSideEncryption": "aws:kms"} if "SSEKMSKeyId" in settings else {})
