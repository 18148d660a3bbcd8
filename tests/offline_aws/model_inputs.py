"""Random input for an operation, in the shape of AWS's model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.model import Shape
from hypothesis import strategies as st

# Said of anything: what is short, what is long, what is not there, what is no name at all.
COMMON_WORDS = ("x", "1", "", "a" * 300, "ü/\0", "arn:aws:x:::y")


def inputs(shape: Shape | None, words: list[str], depth: int = 6) -> st.SearchStrategy[Any]:
    """Return what the model allows as input, from words that mean something to the account.

    Lengths and patterns are for the service to check, so they are not kept to.
    """
    if shape is None:
        return st.just({})
    several = max(0, min(3, depth))
    match shape.type_name:
        case "structure":
            return _structure(shape, words, depth - 1)
        case "list":
            return st.lists(inputs(shape.member, words, depth - 1), max_size=several)
        case "map":
            key, value = (inputs(each, words, depth - 1) for each in (shape.key, shape.value))
            return st.dictionaries(key, value, max_size=several)
        case "string":
            return st.sampled_from([*shape.enum, "x"] if shape.enum else words)
        case "boolean":
            return st.booleans()
        case "blob":
            return st.binary(max_size=3)
        case "timestamp":
            return st.datetimes()
        case "double" | "float":
            return st.floats(-1, 101)
    assert shape.type_name in ("integer", "long"), shape.type_name
    return st.integers(-1, 3)


def _structure(shape: Any, words: list[str], depth: int) -> st.SearchStrategy[Any]:
    """Return required members with any of the others, or with few: much is seldom valid."""
    members = {each: inputs(member, words, depth) for each, member in shape.members.items()}
    if (body := shape.serialization.get("payload")) and shape.members[body].type_name == "blob":
        # moto reads the body of every request as UTF-8.
        members[body] = st.text(max_size=3).map(str.encode)
    required = {each: members.pop(each) for each in shape.required_members}
    for each in required:
        # Without what is in the address there is no such address, and nobody who answers.
        if shape.members[each].serialization.get("location") in ("uri", "querystring"):
            required[each] = required[each].filter(bool)
    if not members or depth < 0:
        return st.fixed_dictionaries(required)
    few = st.sets(st.sampled_from(sorted(members)), max_size=2).flatmap(
        lambda names: st.fixed_dictionaries(required | {each: members[each] for each in names})
    )
    return st.one_of(few, st.fixed_dictionaries(required, optional=members))


def least_input(shape: Any) -> Any:
    """Return the least that a shape requires."""
    match shape.type_name:
        case "structure":
            return {each: least_input(shape.members[each]) for each in shape.required_members}
        case "list":
            return [least_input(shape.member)]
        case "map":
            return {}
        case "string":
            return shape.enum[0] if shape.enum else "shop"
        case "boolean":
            return False
        case "blob":
            return b"x"
        case "timestamp":
            return datetime(2026, 1, 5, tzinfo=UTC)
    return 1
