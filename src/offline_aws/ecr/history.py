"""Pushes of the time before an environment began, for a registry with a past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from offline_aws.ecr.manifests import digest_of, media_type, parsed, require_parts, size_of
from offline_aws.ecr.store import Image, repository_named
from offline_aws.errors import ClockError
from offline_aws.operations import Call


def record(call: Call, name: str, pushes: Iterable[Mapping[str, Any]]) -> None:
    """Put images into a repository as they were pushed: see ``OfflineAWS.record_pushes``."""
    repository = repository_named(call, name)
    for push in pushes:
        when = push["pushedAt"]
        if when.tzinfo is None or when > call.clock.now():
            raise ClockError(f"A push at {when} is not one of the past, in a time zone.")
        text, tag = push["imageManifest"], push.get("imageTag", "")
        document = parsed(text)
        kind = media_type(document, push.get("imageManifestMediaType", ""))
        require_parts(repository, document)
        digest = digest_of(text)
        holder = repository.tagged(tag) if tag else None
        if holder is not None:
            holder.tags.remove(tag)
        if digest not in repository.images:
            size, number = size_of(repository, document), repository.next_number()
            repository.images[digest] = Image(digest, text, kind, size, when, number)
        if tag:
            repository.images[digest].tags.append(tag)
