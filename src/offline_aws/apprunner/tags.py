"""Tags of services and of their resources."""

from __future__ import annotations

from offline_aws.apprunner.auto_scaling import default_scaling
from offline_aws.apprunner.checks import NOT_FOUND, apprunner_operation, invalid, wrong_state
from offline_aws.apprunner.names import tags_of
from offline_aws.apprunner.store import Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST = 50


def _tags(call: Call, arn: str) -> dict[str, str]:
    """Return the tags of what has an ARN, to be read and to be changed."""
    default_scaling(call)
    store = call.state(Store)
    if arn in store.services:
        if store.services[arn].status == "DELETED":
            raise wrong_state("The tags of a deleted service can't be read or changed.")
        return store.services[arn].tags
    if arn in store.resources and not store.resources[arn].deleted:
        return store.resources[arn].tags
    raise AwsError(NOT_FOUND, f"Resource with the provided ARN could not be found: {arn}")


@apprunner_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a service or a resource."""
    tags = _tags(call, parameters["ResourceArn"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@apprunner_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Give a service or a resource tags, or other values of them."""
    tags, new = _tags(call, parameters["ResourceArn"]), tags_of(parameters["Tags"])
    if len({*tags, *new}) > _MOST:
        raise invalid(f"A resource has at most {_MOST} tags.")
    tags.update(new)
    return {}


@apprunner_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away."""
    tags = _tags(call, parameters["ResourceArn"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return {}
