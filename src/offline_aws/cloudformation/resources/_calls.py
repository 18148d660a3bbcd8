"""The calls of which the entries of resource types are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.resources._models import (
    Words,
    input_shape,
    member_for,
    sent,
    text,
)
from offline_aws.cloudformation.resources._resource import Resource, at, is_gone
from offline_aws.cloudformation.resources._values import Parameters, filled


@dataclass(frozen=True)
class Call:
    """A call of the service.

    ``parameters`` are told besides the properties. ``told`` names the properties that the call is
    told, separated by spaces; ``*`` are all that no part takes and the call has a parameter for.
    They go into the structure or the map ``under``, where that is named.
    """

    operation: str
    parameters: Parameters = field(default_factory=dict)
    told: str = ""
    under: str = ""

    def run(self, it: Resource, words: Words | None = None) -> Any:
        """Call the service; return its answer."""
        words = it.type.words if words is None else words
        shape = input_shape(it.client, self.operation)
        told = self._told(it, shape, words)
        for name, parameter in self.parameters.items():
            value = filled(parameter, it)
            if value is not None:
                told[name] = _both(
                    told.get(name), sent(shape.members[name], value, words, it.type.type_name)
                )
        return it.ask(self.operation, **told)

    def names(self, it: Resource) -> list[str]:
        """Return the names of the properties that the call can be told."""
        if self.told != "*":
            return self.told.split()
        shape = input_shape(it.client, self.operation)
        words = it.type.words
        return [name for name in it.type.plain if self._place(shape, words.get(name, name))]

    def _place(self, shape: Any, word: str) -> tuple[str, ...]:
        """Return where a property goes: its member, or the one that it is under and its own."""
        own = member_for(shape, word)
        if own or not self.under:
            return (own,) if own else ()
        below = shape.members[self.under]
        own = word if below.type_name == "map" else member_for(below, word)
        return (self.under, own) if own else ()

    def _told(self, it: Resource, shape: Any, words: Words) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in self.names(it):
            value = it[name]
            if value is None:
                continue
            value = it.type.send[name](it, value) if name in it.type.send else value
            place, below, into = self._place(shape, words.get(name, name)), shape, found
            if not place:
                raise TypeError(f"{self.operation} has no parameter for {name}.")
            for step in place[:-1]:
                below, into = below.members[step], into.setdefault(step, {})
            if below.type_name == "map":
                into[place[-1]] = text(value)
            else:
                where = f"{it.type.type_name}/{name}"
                into[place[-1]] = sent(below.members[place[-1]], value, words, where)
        return found


def _both(told: Any, parameter: Any) -> Any:
    """Return what the properties and the parameters say about the same structure."""
    if isinstance(told, dict) and isinstance(parameter, dict):
        return {**told, **parameter}
    return parameter


@dataclass(frozen=True)
class Look:
    """A call that asks for something, and the JMESPath at which it is in the answer."""

    operation: str
    parameters: Parameters = field(default_factory=dict)
    path: str = ""

    def run(self, it: Resource) -> Any:
        """Return what was asked for, None when there is no such thing."""
        try:
            return at(self.path, Call(self.operation, self.parameters).run(it))
        except ClientError as error:
            if is_gone(error):
                return None
            raise


@dataclass(frozen=True)
class Find:
    """A function that asks for something, where one call does not do; None for no such thing."""

    function: Callable[[Resource], Any]

    def run(self, it: Resource) -> Any:
        """Return what was asked for, None when there is no such thing."""
        try:
            return self.function(it)
        except ClientError as error:
            if is_gone(error):
                return None
            raise


def one(operation: str, path: str, parameters: Parameters | None = None) -> Find:
    """Ask for several and take the one at the path, in which ``{id}`` is the physical id."""
    return Find(lambda it: Look(operation, parameters or {}, path.format(id=it.id)).run(it))


Looking = Look | Find


@dataclass(frozen=True)
class By:
    """A function that makes or removes a resource, where one call does not do."""

    function: Callable[[Resource], Any]
    told: str = ""

    def run(self, it: Resource, words: Words | None = None) -> Any:
        """Make or remove the resource; return what the id is found in."""
        return self.function(it)

    def names(self, it: Resource) -> list[str]:
        """Return the names of the properties that the function is told."""
        return self.told.split()


Calling = Call | By
