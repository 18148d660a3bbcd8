"""The tags of repositories."""

from __future__ import annotations

from typing import Any

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.store import Repositories, Repository
from offline_aws.operations import Call, operation

_LIMIT = 50
_KEY_LENGTH, _VALUE_LENGTH = 128, 256


@operation("codecommit", "TagResource")
def tag_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Add tags, or change their values."""
    repository = _resource(call, parameters)
    if not parameters.get("tags"):
        raise refusal("TagsMapRequiredException")
    repository.tags = checked_tags({**repository.tags, **parameters["tags"]})
    return {}


@operation("codecommit", "UntagResource")
def untag_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Take tags away; a key that is not there is no error."""
    repository = _resource(call, parameters)
    keys = parameters.get("tagKeys")
    if not keys:
        raise refusal("TagKeysListRequiredException")
    if any(key.lower().startswith("aws:") for key in keys):
        raise refusal("InvalidSystemTagUsageException")
    repository.tags = {key: value for key, value in repository.tags.items() if key not in keys}
    return {}


@operation("codecommit", "ListTagsForResource")
def list_tags_for_resource(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the tags of a repository."""
    return {"tags": dict(_resource(call, parameters).tags)}


def checked_tags(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags if AWS would take them."""
    if len(tags) > _LIMIT:
        raise refusal("TooManyTagsException")
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise refusal("InvalidSystemTagUsageException", key)
        if not 0 < len(key) <= _KEY_LENGTH or len(value) > _VALUE_LENGTH:
            raise refusal("InvalidTagsMapException", key)
    return dict(tags)


def _resource(call: Call, parameters: dict[str, Any]) -> Repository:
    arn = parameters.get("resourceArn")
    if not arn:
        raise refusal("ResourceArnRequiredException")
    prefix = f"arn:aws:codecommit:{call.region}:{call.account}:"
    if not arn.startswith(prefix):
        raise refusal("InvalidResourceArnException", arn)
    return call.state(Repositories).get(checks.repository_name(arn.removeprefix(prefix)))
