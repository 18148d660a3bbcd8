"""Tags: what AWS takes as such, whatever they are on."""

from __future__ import annotations

import re

from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError

_LIMIT = 50
_ALLOWED = re.compile(r"[\w\s+\-=._:/@]*")


def tagged(before: dict[str, str], added: list[Shape], arn: str) -> dict[str, str]:
    """Return tags with more of them, by key.

    Raises ``InvalidTagsException`` and ``TooManyTagsException``.
    """
    keys = [tag["key"] for tag in added]
    if len(set(keys)) < len(keys):
        raise AwsError("InvalidTagsException", "Tag keys must be unique.")
    refuse_system_tags(keys)
    for tag in added:
        if not (_ALLOWED.fullmatch(tag["key"]) and _ALLOWED.fullmatch(tag["value"])):
            raise AwsError(
                "InvalidTagsException",
                f"The tag {tag['key']} has a character that a tag cannot have.",
            )
    tags = before | {tag["key"]: tag["value"] for tag in added}
    if len(tags) > _LIMIT:
        raise AwsError("TooManyTagsException", f"Tag limit exceeded for resource [{arn}].")
    return tags


def refuse_system_tags(keys: list[str]) -> None:
    """Refuse the tags that are AWS's own. Raises ``InvalidTagsException``."""
    if any(key.lower().startswith("aws:") for key in keys):
        raise AwsError(
            "InvalidTagsException",
            "Not allowed to modify system tags. System tags start with 'aws:'. msg=[Caller is an "
            "end user and not allowed to mutate system tags]",
        )


def shown(tags: dict[str, str]) -> list[Shape]:
    """Return tags as AWS shows them."""
    return [{"key": key, "value": value} for key, value in tags.items()]
