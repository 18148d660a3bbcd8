"""Source ECR: the image that a tag names, described in ``imageDetail.json``."""

from __future__ import annotations

import json

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Job, Revision, Status, provides
from offline_aws.codepipeline.providers.action_errors import ActionError, reported
from offline_aws.codepipeline.store import Shape

_FILE = 0o100644
_MISSING = ("RepositoryNotFoundException", "ImageNotFoundException")


@provides("Source", "ECR")
class EcrSource:
    """Take the image that the tag names, or the digest that the execution was started with."""

    @reported("AmazonECR")
    def start(self, job: Job) -> Status:
        """Put the description of the image into the output artifact."""
        name = job.configuration["RepositoryName"]
        tag = job.configuration.get("ImageTag") or "latest"
        digest = job.revision.id if job.revision else ""
        image = _image(job, name, {"imageDigest": digest} if digest else {"imageTag": tag})
        repository = f"{image['registryId']}.dkr.ecr.{job.region}.amazonaws.com/{name}"
        detail = _detail(image, f"{repository}@{image['imageDigest']}")
        data = artifacts.zipped({"imageDetail.json": (json.dumps(detail).encode(), _FILE)})
        for artifact in job.outputs.values():
            artifacts.write(artifact, data, job.region)
        return Status(
            "Succeeded",
            external_id=image["imageDigest"],
            external_url=f"https://console.aws.amazon.com/ecr/repositories/{name}/"
            f"?region={job.region}",
            variables={
                "ImageDigest": image["imageDigest"],
                "ImageTag": tag,
                "ImageURI": detail["ImageURI"],
                "RegistryId": image["registryId"],
                "RepositoryName": name,
            },
            revision=Revision(
                image["imageDigest"], created=image["imagePushedAt"], kind="IMAGE_DIGEST"
            ),
        )

    def poll(self, job: Job) -> Status:
        """Return the same again: the action ends where it starts."""
        return self.start(job)


def _image(job: Job, name: str, which: dict[str, str]) -> Shape:
    client = clients.client("ecr", job.region)
    try:
        answer = client.describe_images(repositoryName=name, imageIds=[which])
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        found = next(iter(which.values()))
        raise ActionError(
            "ConfigurationError",
            f"The image with {next(iter(which))} '{found}' was not found in the Amazon ECR "
            f"repository '{name}': {error.response['Error']['Message']}",
        ) from error
    return dict(answer["imageDetails"][0])


def _detail(image: Shape, uri: str) -> Shape:
    return {
        "ImageSizeInBytes": str(image.get("imageSizeInBytes", 0)),
        "ImageDigest": image["imageDigest"],
        "Version": "1.0",
        "ImagePushedAt": image["imagePushedAt"].strftime("%a %b %d %H:%M:%S UTC %Y"),
        "RegistryId": image["registryId"],
        "RepositoryName": image["repositoryName"],
        "ImageURI": uri,
        "ImageTags": image.get("imageTags", []),
    }
