"""Whether a tag may be moved to another image."""

from __future__ import annotations

from offline_aws.ecr.patterns import matches
from offline_aws.ecr.store import Repository
from offline_aws.errors import AwsError


def is_immutable(repository: Repository, tag: str) -> bool:
    """Return whether a tag stays with the image that has it.

    The settings ..._WITH_EXCLUSION hold for every tag that no filter fits; for the others it is
    the other way round.
    """
    mode = repository.settings.mutability
    excluded = any(matches(each, tag) for each in repository.settings.exclusions)
    return mode.startswith("IMMUTABLE") != (excluded and mode.endswith("_WITH_EXCLUSION"))


def require_movable(repository: Repository, tag: str) -> None:
    """Raise ImageTagAlreadyExistsException for a tag that another image has for good."""
    if is_immutable(repository, tag):
        text = (
            f"The image tag '{tag}' already exists in the '{repository.name}' repository and "
            "cannot be overwritten because the tag is immutable."
        )
        raise AwsError("ImageTagAlreadyExistsException", text)
