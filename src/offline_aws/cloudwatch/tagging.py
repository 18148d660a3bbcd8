"""Tags of alarms and of what else has some: TagResource, UntagResource, ListTagsForResource."""

from __future__ import annotations

from offline_aws.cloudwatch.alarm import Alarms
from offline_aws.cloudwatch.checks import Shape, invalid_value, metric_operation
from offline_aws.cloudwatch.dashboards import HOME, Dashboards
from offline_aws.cloudwatch.tag_rules import MOST_TAGS
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@metric_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags, or change their values."""
    tags = _tags_of(call, parameters["ResourceARN"])
    new = {tag["Key"]: tag["Value"] for tag in parameters["Tags"]}
    if any(key.lower().startswith("aws:") for key in new):
        raise invalid_value("The prefix aws: is reserved for tags of AWS.")
    if len({*tags, *new}) > MOST_TAGS:
        raise invalid_value(f"A resource has at most {MOST_TAGS} tags.")
    tags.update(new)
    return {}


@metric_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away; a key that is not there is no error."""
    tags = _tags_of(call, parameters["ResourceARN"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


@metric_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a resource."""
    tags = _tags_of(call, parameters["ResourceARN"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _tags_of(call: Call, arn: str) -> dict[str, str]:
    """Return the tags, to be changed. Raises InvalidParameterValue, ResourceNotFoundException."""
    if arn.split(":")[:1] != ["arn"] or arn.count(":") < 5:
        raise invalid_value(f"The value {arn} for parameter ResourceARN is invalid.")
    alarm = call.state(Alarms).named(arn)
    dashboards = call.in_region(HOME).state(Dashboards).by_name.values()
    tagged = {each.arn: each.tags for each in dashboards}
    if alarm is not None:
        tagged[alarm.arn] = alarm.tags
    if arn in tagged:
        return tagged[arn]
    raise AwsError("ResourceNotFoundException", f"There is no resource {arn}.")
