"""Tags of groups and of sampling rules."""

from __future__ import annotations

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, not_found, page, xray_operation
from offline_aws.xray.groups import groups_of
from offline_aws.xray.sampling_rules import rules_of
from offline_aws.xray.tag_rules import MOST_TAGS, given_tags, too_many


@xray_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags, or change their values."""
    arn = parameters["ResourceARN"]
    tags = _tags_of(call, arn)
    new = given_tags(parameters["Tags"])
    if len({*tags, *new}) > MOST_TAGS:
        raise too_many(arn)
    tags.update(new)
    return {}


@xray_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away; a key that is not there is no error."""
    tags = _tags_of(call, parameters["ResourceARN"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


@xray_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a group or of a sampling rule."""
    tags = _tags_of(call, parameters["ResourceARN"])
    shown = [{"Key": key, "Value": value} for key, value in tags.items()]
    return page("Tags", shown, parameters, MOST_TAGS)


def _tags_of(call: Call, arn: str) -> dict[str, str]:
    """Return the tags of a resource, to be changed. Raises ResourceNotFoundException."""
    for group in groups_of(call).values():
        if group.arn == arn:
            return group.tags
    for rule in rules_of(call).values():
        if rule.arn == arn:
            return rule.tags
    raise not_found(arn)
