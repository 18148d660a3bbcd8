"""Images: whether ECR has them, and what their containers do."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.ecs.store import Run, Shape, Task
from offline_aws.operations import Call
from offline_aws.workloads import Container, workloads_of

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/"
    r"(?P<name>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)

_NOT_PULLED = "CannotPullContainerError: pull image manifest has been retried 1 time(s)"


def pull(call: Call, task: Task, run: Run) -> str:
    """Find out what a container does; return the error of an image that cannot be pulled.

    An image in ECR has to be there. One in another registry is taken to be.
    """
    tags: tuple[str, ...] = ()
    if found := _ECR.fullmatch(run.image):
        key = {"imageDigest": found["digest"]} if found["digest"] else {}
        key = key or {"imageTag": found["tag"] or "latest"}
        where = {"registryId": found["account"], "repositoryName": found["name"]}
        ecr = clients.client("ecr", found["region"], found["account"])
        try:
            (image,) = ecr.describe_images(**where, imageIds=[key])["imageDetails"]
            # ECR records the pull, and lets nobody pull what is in archive.
            refused = ecr.batch_get_image(**where, imageIds=[key])["failures"]
        except ClientError as error:
            return _not_pulled(run.image, error)
        if refused:
            return f"{_NOT_PULLED}: failed to resolve ref {run.image}: {run.image}: not found"
        run.digest, tags = image["imageDigest"], tuple(image.get("imageTags", ()))
    override = _override(task, run.name)
    variables = [*run.definition.get("environment", []), *override.get("environment", [])]
    command = override.get("command") or run.definition.get("command") or ()
    container = Container(
        image=run.image,
        environment={each["name"]: each.get("value", "") for each in variables},
        name=run.name,
        command=tuple(command),
        tags=tags,
    )
    run.behaviour = workloads_of(call).behaviour_of(container)
    return ""


def _override(task: Task, name: str) -> Shape:
    overrides = task.settings["overrides"].get("containerOverrides", [])
    return next((each for each in overrides if each.get("name") == name), {})


def _not_pulled(image: str, error: ClientError) -> str:
    if error.response["Error"]["Code"] in ("RepositoryNotFoundException", "ImageNotFoundException"):
        cause = f"failed to resolve ref {image}: {image}: not found"
    else:
        cause = f"failed to resolve ref {image}: {error.response['Error']['Message']}"
    return f"{_NOT_PULLED}: {cause}"
