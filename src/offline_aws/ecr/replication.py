"""Replication: recorded for each image that a rule of the registry takes; nothing is copied."""

from __future__ import annotations

from offline_aws.ecr import events
from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.identifiers import image_of
from offline_aws.ecr.store import Image, Repository, repository_of
from offline_aws.moto_seam import replication_rules
from offline_aws.operations import Call


def replicate(call: Call, repository: Repository, image: Image) -> None:
    """Tell of the replication of an image to each destination in another region."""
    for each in _destinations(call, repository):
        events.replication(call, repository, image, each["region"])


@ecr_operation("DescribeImageReplicationStatus")
def describe_image_replication_status(call: Call, parameters: Shape) -> Shape:
    """Return where the registry's rules send an image; all of it counts as sent."""
    repository = repository_of(call, parameters)
    image = image_of(repository, parameters["imageId"])
    statuses = [{**each, "status": "COMPLETE"} for each in _destinations(call, repository)]
    return {
        "repositoryName": repository.name,
        "imageId": {"imageDigest": image.digest, **parameters["imageId"]},
        "replicationStatuses": statuses,
    }


def _destinations(call: Call, repository: Repository) -> list[Shape]:
    found: list[Shape] = []
    for rule in replication_rules(call.account, call.region):
        prefixes = [each["filter"] for each in rule.get("repositoryFilters") or ()]
        if not prefixes or any(repository.name.startswith(each) for each in prefixes):
            found += [
                {"region": each["region"], "registryId": each["registryId"]}
                for each in rule["destinations"]
            ]
    return found
