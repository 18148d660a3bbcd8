"""Read what moto keeps of an ECR repository, which a call for each image would ask it again."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RepositorySettings:
    """A repository's settings that decide what happens to its images."""

    arn: str
    uri: str
    #: One of ECR's ImageTagMutability.
    mutability: str
    #: Patterns with ``*`` for the tags that it is the other way round for.
    exclusions: tuple[str, ...]
    scan_on_push: bool
    #: What the registry's scanning configuration says of it: MANUAL, SCAN_ON_PUSH and so on.
    scan_frequency: str


def repository_settings(account: str, region: str, name: str) -> RepositorySettings | None:
    """Return the settings of a repository, None where there is none of that name."""
    found = _backend(account, region).repositories.get(name)
    if found is None:
        return None
    mutability = found.image_tag_mutability
    return RepositorySettings(
        arn=found.arn,
        uri=found.uri,
        mutability=str(getattr(mutability, "value", mutability)),
        exclusions=tuple(
            each["filter"] for each in found.image_tag_mutability_exclusion_filters or ()
        ),
        scan_on_push=bool(found.image_scanning_configuration.get("scanOnPush")),
        scan_frequency=str(found.scanning_config["scanFrequency"]),
    )


def replication_rules(account: str, region: str) -> list[dict[str, Any]]:
    """Return the rules of a registry's replication configuration, as ECR's model has them."""
    rules: list[dict[str, Any]] = _backend(account, region).replication_config.get("rules", [])
    return rules


def _backend(account: str, region: str) -> Any:
    return importlib.import_module("moto.ecr.models").ecr_backends[account][region]
