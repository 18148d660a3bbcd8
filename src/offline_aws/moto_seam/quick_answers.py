"""moto's serialisers, without what they would work out anew for each member of each answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

import moto.core.responses
from botocore.model import Shape
from moto.core.serialize import (
    AttributePickerContext,
    ResponseSerializer,
    XFormedAttributePicker,
)

# The names of a value hang on the class of what holds it and on its place in the model, which is
# one object for the whole process.
_names: dict[tuple[type, str, Shape], tuple[str, ...]] = {}


class _Picker(XFormedAttributePicker):
    """moto's own way to find a value, which remembers under which names to look for it."""

    def get_possible_keys(self, context: AttributePickerContext) -> Generator[str, None, None]:
        place = (type(context.obj), context.key, context.shape)
        names = _names.get(place)
        if names is None:
            names = _names[place] = tuple(dict.fromkeys(super().get_possible_keys(context)))
        yield from names


def names_are_remembered() -> AbstractContextManager[Any]:
    """Let moto look once for the names under which its objects hold what the model shows."""
    return patch.object(moto.core.responses, "XFormedAttributePicker", _Picker)


def of_dicts(serializer: type[ResponseSerializer]) -> type[ResponseSerializer]:
    """Return a serialiser for dicts by the names of the model: a value has no other name."""
    if serializer not in _of_dicts:
        _of_dicts[serializer] = type("OfDicts", (_OfDicts, serializer), {})
    return _of_dicts[serializer]


class _OfDicts:
    def get_value(self, value: dict[str, Any], key: str, shape: Shape) -> Any:
        return value.get(key)


_of_dicts: dict[type[ResponseSerializer], type[ResponseSerializer]] = {}
