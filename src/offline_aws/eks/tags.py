"""Tags of everything in EKS that has an ARN."""

from __future__ import annotations

from collections.abc import Iterator

from offline_aws.eks.checks import tag_operation
from offline_aws.eks.store import Cluster, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call


def _things(cluster: Cluster) -> Iterator[tuple[str, Shape]]:
    yield cluster.shape["arn"], cluster.shape
    for group in cluster.nodegroups.values():
        yield group.shape["nodegroupArn"], group.shape
    for member, things in (
        ("fargateProfileArn", cluster.profiles),
        ("addonArn", cluster.addons),
        ("accessEntryArn", cluster.entries),
        ("associationArn", cluster.associations),
    ):
        for each in things.values():
            yield each[member], each


def _find(call: Call, arn: str) -> Shape:
    for cluster in call.state(Store).clusters.values():
        for its, shape in _things(cluster):
            if its == arn:
                return shape
    if not arn.startswith("arn:aws:eks:"):
        raise AwsError("BadRequestException", f"The ARN {arn} is not valid")
    raise AwsError("NotFoundException", f"Resource was not found: {arn}")


@tag_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags."""
    _find(call, parameters["resourceArn"])["tags"].update(parameters["tags"])
    return {}


@tag_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away."""
    tags = _find(call, parameters["resourceArn"])["tags"]
    for each in parameters["tagKeys"]:
        tags.pop(each, None)
    return {}


@tag_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a resource."""
    return {"tags": _find(call, parameters["resourceArn"])["tags"]}
