"""Which tags a filter means: of a key, of a value, or of both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from offline_aws.codedeploy.shapes import Shape

Tags = Iterable[tuple[str, str]]


def matches_any(tags: Tags, filters: Sequence[Shape]) -> bool:
    """Whether one of the tags is meant by one of the filters."""
    return any(_matches(tag, each) for tag in tags for each in filters)


def matches_all(tags: Sequence[tuple[str, str]], groups: Sequence[Sequence[Shape]]) -> bool:
    """Whether every group of filters means one of the tags, as in a tag set."""
    return bool(groups) and all(matches_any(tags, group) for group in groups)


def _matches(tag: tuple[str, str], given: Shape) -> bool:
    kind, key, value = given.get("Type"), given.get("Key", ""), given.get("Value", "")
    if kind == "KEY_ONLY":
        return bool(tag[0] == key)
    if kind == "VALUE_ONLY":
        return bool(tag[1] == value)
    return tag == (key, value)
