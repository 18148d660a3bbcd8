"""The tags with which something is created."""

from __future__ import annotations

from offline_aws.cloudwatch.checks import Shape, validation_error

#: The most tags of one resource.
MOST_TAGS = 50


def given_tags(tags: list[Shape]) -> dict[str, str]:
    """Return the tags with which something is created. Raises ValidationError."""
    found = {tag["Key"]: tag["Value"] for tag in tags}
    if len(found) < len(tags):
        raise validation_error("A tag key is there twice.")
    if len(found) > MOST_TAGS or any(key.lower().startswith("aws:") for key in found):
        raise validation_error(f"At most {MOST_TAGS} tags, and none of them with the prefix aws:.")
    return found
