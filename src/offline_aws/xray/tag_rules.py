"""What X-Ray demands of tags."""

from __future__ import annotations

from offline_aws.errors import AwsError
from offline_aws.xray.checks import Shape, invalid

#: The most tags of one resource.
MOST_TAGS = 50


def given_tags(tags: list[Shape]) -> dict[str, str]:
    """Return tags by key. Raises InvalidRequestException."""
    found = {tag["Key"]: tag["Value"] for tag in tags}
    if len(found) < len(tags):
        raise invalid("A tag key is there twice.")
    if any(key.lower().startswith("aws:") for key in found):
        raise invalid("The prefix aws: is reserved for tags of AWS.")
    if len(found) > MOST_TAGS:
        raise invalid(f"A resource has at most {MOST_TAGS} tags.")
    return found


def too_many(arn: str) -> AwsError:
    """Return the error of a resource that would have too many tags."""
    message = f"A resource has at most {MOST_TAGS} tags."
    return AwsError("TooManyTagsException", message, ResourceName=arn)
