"""The words of which the entries of resource types are made: calls, and what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import ClientError, ParamValidationError

from offline_aws.cloudformation.resource_type import Context, Failed, Properties
from offline_aws.cloudformation.resources._models import (
    Words,
    input_shape,
    member_for,
    sent,
    text,
)

if TYPE_CHECKING:
    from offline_aws.cloudformation.resources._declared import Declared

_GONE = re.compile(r"NotFound|NoSuch|NotExist|NonExistent|^404$")


@dataclass
class Resource:
    """One resource while it is made, read, changed or deleted.

    ``properties`` are those of the template.
    ``value`` is the property, or the member of a list, that a call is about. ``answer`` is that
    of the call that made it. ``live`` is what the service answers about it: asked once, and anew
    by ``look``.
    """

    type: Declared
    context: Context
    id: str = ""
    properties: Properties = field(default_factory=dict)
    value: Any = None
    answer: Any = None
    _live: Any = None

    def __getitem__(self, name: str) -> Any:
        """Return a property, None where it is not set."""
        return self.properties.get(name)

    @property
    def client(self) -> Any:
        """Return the client of the type's service."""
        return self.context.client(self.type.service)

    @property
    def bits(self) -> list[str]:
        """Return the pieces of a physical id that is made of several."""
        return self.id.split("|")

    def ask(self, operation: str, **parameters: Any) -> Any:
        """Call an operation of the type's service.

        Raises ``Failed`` for what botocore does not send, and what else ``ClientError`` says.
        """
        try:
            return getattr(self.client, operation)(**parameters)
        except ParamValidationError as error:
            raise Failed(f"{self.type.type_name}: {error}") from error

    def found(self, path: str, **parameters: Any) -> Any:
        """Call the operation before the colon and return what is under the path after it."""
        operation, _, rest = path.partition(":")
        return at(rest, self.ask(operation, **parameters))

    def look(self) -> Any:
        """Ask the service about the resource and keep the answer; None when it is gone."""
        self._live = self.type.look.run(self)
        return self._live

    @property
    def live(self) -> Any:
        """Return what the service answers about the resource."""
        return self.look() if self._live is None else self._live


#: What stands for a parameter in an entry: the value, or how it is found.
Parameter = Any
Parameters = Mapping[str, Parameter]


def ID(it: Resource) -> str:
    """Stand for the physical id."""
    return it.id


def VALUE(it: Resource) -> Any:
    """Stand for the property, or the member of a list, that a call is about."""
    return it.value


def bit(number: int) -> Callable[[Resource], str]:
    """Stand for a piece of a physical id that is made of several."""
    return lambda it: it.bits[number]


def prop(name: str) -> Callable[[Resource], Any]:
    """Stand for a property; the parameter is left out where it is not set."""
    return lambda it: it[name]


def live(path: str) -> Callable[[Resource], Any]:
    """Stand for something in the service's answer about the resource."""
    return lambda it: at(path, it.live)


def same_as(property: str, path: str) -> Callable[[Resource], Any]:
    """Return what shows something that has a name and an ARN as the template calls it.

    Where it is another one, it is shown as the service has it.
    """

    def shown(it: Resource) -> Any:
        live, wanted = at(path, it.live), it[property]
        if isinstance(live, str) and isinstance(wanted, str):
            ends = [re.split("[:/]", each)[-1] for each in (live, wanted)]
            return wanted if ends[0] == ends[1] else live
        return live

    return shown


def at(path: str, value: Any) -> Any:
    """Return what is under a JMESPath."""
    return _compiled(path).search(value) if path else value


@cache
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def filled(parameter: Parameter, it: Resource) -> Any:
    """Return a parameter with what stands for something replaced by it; None is left out."""
    if callable(parameter):
        return parameter(it)
    if isinstance(parameter, Mapping):
        found = {name: filled(each, it) for name, each in parameter.items()}
        return {name: each for name, each in found.items() if each is not None}
    if isinstance(parameter, (list, tuple)):
        return [filled(each, it) for each in parameter]
    return parameter


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


def is_gone(error: ClientError) -> bool:
    """Return whether a service says that there is no such thing."""
    return bool(_GONE.search(error.response["Error"]["Code"]))


def keyed(items: Iterable[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    """Return the members of a list by what tells them apart."""
    return {key(each): each for each in items}
