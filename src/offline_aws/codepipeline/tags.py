"""TagResource, UntagResource and ListTagsForResource: of pipelines, custom actions, webhooks."""

from __future__ import annotations

from offline_aws.codepipeline import tagging
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.custom_actions import CustomActions
from offline_aws.codepipeline.store import Pipelines, Shape
from offline_aws.codepipeline.webhook_store import Webhooks
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codepipeline_operation("TagResource")
def tag_resource(call: Call, parameters: Shape) -> Shape:
    """Add tags, or change their values."""
    arn = parameters["resourceArn"]
    tags = _tags_of(call, arn)
    tags.update(tagging.tagged(tags, parameters["tags"], arn))
    return {}


@codepipeline_operation("UntagResource")
def untag_resource(call: Call, parameters: Shape) -> Shape:
    """Take tags away; a key that is not there is no error."""
    tags = _tags_of(call, parameters["resourceArn"])
    tagging.refuse_system_tags(parameters["tagKeys"])
    for key in parameters["tagKeys"]:
        tags.pop(key, None)
    return {}


@codepipeline_operation("ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: Shape) -> Shape:
    """Return the tags of a resource, all in one answer as AWS does."""
    if parameters.get("nextToken"):
        raise AwsError("InvalidNextTokenException", "The list of tags has one page.")
    return {"tags": tagging.shown(_tags_of(call, parameters["resourceArn"]))}


def _tags_of(call: Call, arn: str) -> dict[str, str]:
    """Return the tags, to be changed. Raises InvalidArn- and ResourceNotFoundException."""
    prefix = f"arn:aws:codepipeline:{call.region}:{call.account}:"
    if not arn.startswith(prefix):
        raise AwsError("InvalidArnException", f"The ARN {arn} is not of this account and region.")
    kind, _, name = arn.removeprefix(prefix).rpartition(":")
    found = {
        "": lambda: _of_pipeline(call, name),
        "webhook": lambda: _of_webhook(call, name),
        "actiontype": lambda: _of_action_type(call, name),
    }.get(kind, lambda: None)()
    if found is None:
        raise AwsError(
            "ResourceNotFoundException",
            f"The account with id '{call.account}' does not include a "
            f"{kind or 'pipeline'} with the name '{name}'",
        )
    return found


def _of_pipeline(call: Call, name: str) -> dict[str, str] | None:
    pipeline = call.state(Pipelines).by_name.get(name)
    return pipeline.tags if pipeline else None


def _of_webhook(call: Call, name: str) -> dict[str, str] | None:
    webhook = call.state(Webhooks).by_name.get(name)
    return webhook.tags if webhook else None


def _of_action_type(call: Call, name: str) -> dict[str, str] | None:
    owner, _, rest = name.partition("/")
    category, _, provider_and_version = rest.partition("/")
    provider, _, version = provider_and_version.partition("/")
    custom = call.state(CustomActions)
    return custom.tags.get((category, provider, version)) if owner == "Custom" else None
