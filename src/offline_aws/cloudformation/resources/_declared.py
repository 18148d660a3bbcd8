"""A type of resource as a table: which calls make, find, change and remove it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.failure import handler_message
from offline_aws.cloudformation.resource_type import Context, Failed, Properties, Stopped
from offline_aws.cloudformation.resources._calls import Call, Calling, Looking
from offline_aws.cloudformation.resources._models import Words
from offline_aws.cloudformation.resources._parts import Part
from offline_aws.cloudformation.resources._resource import Resource, at, is_gone
from offline_aws.cloudformation.resources._shown import shown
from offline_aws.cloudformation.schemas import Schema, find_schema

_REGION = "us-east-1"

Show = str | Callable[[Resource], Any]


@dataclass(frozen=True)
class Named:
    """The property that names a resource, and the name that AWS makes up where it is not set."""

    property: str
    longest: int
    lower: bool = False
    separator: str = "-"
    end: Callable[[Properties], str] | None = None

    def in_full(self, context: Context, properties: Properties) -> Properties:
        """Return the properties with a name in them."""
        if properties.get(self.property):
            return properties
        end = self.end(properties) if self.end else ""
        name = context.name(self.longest - len(end), lower=self.lower, separator=self.separator)
        return {**properties, self.property: name + end}


@dataclass(frozen=True)
class Declared:
    """A type of resource, in the words of ``_calls.py`` and ``_parts.py``.

    type_name   the type
    service     its service, as boto3 names it
    properties  the names of the properties that are simulated, separated by spaces
    make        the call that makes it; told all properties that it has a parameter for, if nothing
                else is said
    look        asks for it; what is found is what ``read`` shows, in the schema's words
    remove      the call that deletes it
    change      the calls that change it; each is made when a property that it is told has changed
    parts       properties with calls of their own, tags among them
    named       the property that names it
    id          the physical id: a JMESPath in the answer of ``make``, or a function; it is the
                name when there is none
    words       words of the schema that the service has others for, at any depth
    send        how a property is turned before it is told
    show        where in the answer a property is: a JMESPath, or a function
    defaults    what a change puts in place of a property that the template has no more
    fixed       properties that AWS changes and the offline service does not: refused by name
    immutable   properties that AWS refuses to change, without a new resource for them
    unread      properties that the service cannot be asked for
    accepted    properties that are taken and have no effect offline
    taken       asks whether there is one of the name, which ``ID`` stands for, where ``make`` does
                not mind an old one
    """

    type_name: str
    service: str
    properties: str
    make: Calling
    look: Looking
    remove: Calling
    change: tuple[Calling, ...] = ()
    parts: tuple[Part, ...] = ()
    named: Named | None = None
    id: str | Callable[[Resource], str] = ""
    takes: timedelta = timedelta(seconds=5)
    words: Words = field(default_factory=dict)
    send: Mapping[str, Callable[[Resource, Any], Any]] = field(default_factory=dict)
    show: Mapping[str, Show] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: str = ""
    immutable: str = ""
    unread: str = ""
    accepted: str = ""
    taken: Looking | None = None

    @cached_property
    def schema(self) -> Schema:
        """Return AWS's schema of the type."""
        schema = find_schema(_REGION, self.type_name)
        if schema is None:
            raise TypeError(f"AWS has no type {self.type_name}.")
        return schema

    @cached_property
    def plain(self) -> list[str]:
        """Return the names of the properties that no part takes."""
        of_parts = {name for part in self.parts for name in part.names}
        return [name for name in self.properties.split() if name not in of_parts]

    @cached_property
    def _shown_plainly(self) -> Schema:
        """Return the schema of the properties that are in the answer by their own name."""
        looked_for = {name for part in self.parts if part.looks for name in part.names}
        others = {*self.show, *looked_for, *self.not_read}
        every = self.schema["properties"].items()
        return {"properties": {name: part for name, part in every if name not in others}}

    @property
    def not_read(self) -> frozenset[str]:
        """Return the paths of the properties that are not in what ``read`` gives."""
        return frozenset((*self.unread.split(), *self.accepted.split()))

    def create(self, context: Context, properties: Properties) -> str:
        """Make the resource and return its physical id; what is half made is removed again."""
        self._refuse_others(properties)
        named = self.named.in_full(context, properties) if self.named else properties
        it = Resource(self, context, properties=named)
        self._refuse_second(it)
        make = _all(self.make)
        it.id = self._identify(it, make.run(it))
        made = {name: it[name] for name in make.names(it)}
        try:
            for part in self.parts:
                part.apply(it, made)
        except (ClientError, Failed):
            with suppress(ClientError):
                self.remove.run(it)
            raise
        return it.id

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return the live properties, those that only the service sets among them."""
        it = Resource(self, context, physical_id, dict(context.properties))
        if it.look() is None:
            return None
        found: Properties = shown(self.schema, self._shown_plainly, it.live, self.words)
        for name, where in self.show.items():
            found[name] = at(where, it.live) if isinstance(where, str) else where(it)
            self._in_words(found, name, self.words)
        for part in self.parts:
            for name, value in part.show(it).items():
                found[name] = value
                self._in_words(found, name, self.words if part.words is None else part.words)
        return {name: value for name, value in found.items() if value is not None}

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change what differs between the old and the new properties."""
        try:
            self._refuse_others(new)
            self._refuse_fixed(context, old, new)
        except Failed as refusal:
            raise Stopped(refusal, {}) from refusal
        it = Resource(self, context, physical_id, self._with_defaults(physical_id, old, new))
        try:
            for call in map(_all, self.change):
                names = call.names(it)
                if any(old.get(name) != new.get(name) for name in names):
                    call.run(it)
                    it.reached |= {name: new.get(name) for name in names}
            for part in self.parts:
                part.apply(it, old)
                it.reached |= {name: new.get(name) for name in part.names}
        except (ClientError, Failed) as error:
            raise Stopped(error, it.reached) from error

    def delete(self, context: Context, physical_id: str) -> None:
        """Delete the resource; one that is gone already is fine."""
        properties = dict(context.properties)
        it = Resource(self, context, physical_id, properties)
        if it.look() is None:
            return
        try:
            for part in self.parts:
                if part.clear:
                    part.apply(Resource(self, context, physical_id), properties)
            self.remove.run(it)
        except ClientError as error:
            if not is_gone(error):
                raise

    def _in_words(self, found: Properties, name: str, words: Words) -> None:
        if found[name] is not None:
            found[name] = shown(self.schema, self.schema["properties"][name], found[name], words)

    def _identify(self, it: Resource, answer: Any) -> str:
        if callable(self.id):
            it.answer = answer
            return self.id(it)
        if self.id:
            return str(at(self.id, answer))
        if self.named is None:
            raise TypeError(f"{self.type_name} has neither an id nor a name.")
        return str(it[self.named.property])

    def _with_defaults(self, physical_id: str, old: Properties, new: Properties) -> Properties:
        gone = {name: self.defaults[name] for name in self.defaults if name in old}
        name = {self.named.property: physical_id} if self.named and not self.id else {}
        return {**name, **gone, **new}

    def _refuse_others(self, properties: Properties) -> None:
        known = {*self.properties.split(), *self.accepted.split()}
        for name in properties:
            if name not in known:
                raise Failed(
                    f"The property {name} of {self.type_name} is not simulated offline. "
                    f"Simulated are: {', '.join(sorted(known))}."
                )

    def _refuse_fixed(self, context: Context, old: Properties, new: Properties) -> None:
        for name in self.immutable.split():
            if old.get(name) != new.get(name):
                sentence = (
                    f"Invalid request provided: Updates are not allowed for property - {name}."
                )
                raise Failed(handler_message(sentence, "InvalidRequest", context.token))
        for name in self.fixed.split():
            if old.get(name) != new.get(name):
                raise Failed(f"Changing {name} of {self.type_name} is not simulated offline.")

    def _refuse_second(self, it: Resource) -> None:
        if self.taken is None or self.named is None:
            return
        it.id = str(it[self.named.property])
        if self.taken.run(it) is not None:
            raise Failed(
                f"Resource of type '{self.type_name}' with identifier '{it.id}' already exists."
            )


def _all(call: Calling) -> Calling:
    """Return a call that is told all properties when nothing else is said of it."""
    if isinstance(call, Call) and not call.told:
        return replace(call, told="*")
    return call
