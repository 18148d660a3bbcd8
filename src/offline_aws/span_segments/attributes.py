"""The attributes of a span or a resource as plain Python values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9.]")


class Attributes(dict[str, Any]):
    """Attributes by name, from which those that are used can be taken."""

    def take(self, *names: str) -> Any:
        """Return the first of some attributes that is there, and take all of them out."""
        found = [self.pop(name, None) for name in names]
        return next((each for each in found if each is not None), None)

    def first(self, *names: str) -> Any:
        """Return the first of some attributes that is there, else None."""
        return next((self[name] for name in names if name in self), None)


def values_of(attributes: Iterable[Any]) -> Attributes:
    """Return the key-value pairs of the protocol as a dict."""
    return Attributes((pair.key, _value(pair.value)) for pair in attributes)


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(each) for each in value.array_value.values]
    if kind == "kvlist_value":
        return dict(values_of(value.kvlist_value.values))
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, kind) if kind else None


def annotation_key(name: str) -> str:
    """Return a name as the key of an annotation: letters, digits, dots, else underscores."""
    return _NOT_IN_A_KEY.sub("_", name)
