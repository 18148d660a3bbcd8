"""TagResource, UntagResource and ListTagsForResource: applications, groups, configurations."""

from __future__ import annotations

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Store, find_application, find_group
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_LIMIT = 50
_LONGEST_KEY, _LONGEST_VALUE = 128, 256


@codedeploy_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags, or change their values."""
    tags = _tags_of(call, parameters["ResourceArn"])
    changed = tags | checked_tags(parameters["Tags"])
    if len(changed) > _LIMIT:
        raise AwsError("InvalidTagsToAddException", f"A resource has at most {_LIMIT} tags")
    tags.update(changed)
    return {}


@codedeploy_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away; a key that is not there is no error."""
    tags = _tags_of(call, parameters["ResourceArn"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


@codedeploy_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a resource, all in one answer as AWS does.

    AWS's model has no error for a resource that does not exist here: its ARN is invalid.
    """
    try:
        tags = _tags_of(call, parameters["ResourceArn"])
    except AwsError as error:
        if error.code in ("ArnNotSupportedException", "InvalidArnException"):
            raise
        raise AwsError("InvalidArnException", error.message) from error
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def checked_tags(tags: list[Shape]) -> dict[str, str]:
    """Return tags by key. Raises ``InvalidTagsToAddException``."""
    found: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key", ""), tag.get("Value", "")
        if not key or len(key) > _LONGEST_KEY or len(value) > _LONGEST_VALUE or key in found:
            raise AwsError("InvalidTagsToAddException", f"The tag {key!r} is not valid")
        if key.lower().startswith("aws:"):
            raise AwsError("InvalidTagsToAddException", "Tag keys may not begin with aws:")
        found[key] = value
    if len(found) > _LIMIT:
        raise AwsError("InvalidTagsToAddException", f"A resource has at most {_LIMIT} tags")
    return found


def _tags_of(call: Call, arn: str) -> dict[str, str]:
    """Return the tags of a resource, to be changed."""
    prefix = f"arn:aws:codedeploy:{call.region}:{call.account}:"
    if not arn.startswith("arn:"):
        raise AwsError("InvalidArnException", f"{arn} is not an ARN")
    if not arn.startswith(prefix):
        raise AwsError("ArnNotSupportedException", f"{arn} is not of this account and region")
    kind, _, name = arn.removeprefix(prefix).partition(":")
    if kind == "application":
        return find_application(call, name).tags
    if kind == "deploymentgroup":
        application, _, group = name.partition("/")
        return find_group(call, application, group).tags
    if kind == "deploymentconfig":
        store = call.state(Store)
        if name in store.configs:
            return store.config_tags.setdefault(name, {})
        raise AwsError(
            "DeploymentConfigDoesNotExistException",
            f"No deployment configuration found for name: {name}",
        )
    raise AwsError("ArnNotSupportedException", f"{arn} is not a resource that can have tags")
