"""Properties that have calls of their own: set after the creation, changed and read alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from offline_aws.cloudformation.resource_type import Properties
from offline_aws.cloudformation.resources._calls import Call, Looking
from offline_aws.cloudformation.resources._models import Words
from offline_aws.cloudformation.resources._resource import Resource, keyed


class Part(Protocol):
    """Some properties of a resource."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the properties."""

    @property
    def words(self) -> Words | None:
        """Return the words that the service has others for; None for those of the type."""

    @property
    def clear(self) -> bool:
        """Return whether the properties are unset before the resource is deleted."""

    @property
    def looks(self) -> bool:
        """Return whether it asks for the properties itself."""

    def apply(self, it: Resource, old: Properties) -> None:
        """Bring the resource from the old properties to those that it has now."""

    def show(self, it: Resource) -> dict[str, Any]:
        """Return the live properties in the service's words, and nothing for what is not set."""


@dataclass(frozen=True)
class Own:
    """One property that is set by a call of its own, whole.

    ``put`` is told the property with ``VALUE``. ``unset`` is the call for one that the template
    has no more, with the old one as ``VALUE``; without it the property is put back to
    ``default``. ``look`` asks for it; without one it is in the answer about the resource.
    ``send`` and ``back`` turn it into the service's form and back.
    """

    name: str
    put: Call
    unset: Call | None = None
    look: Looking | None = None
    default: Any = None
    send: Callable[[Any], Any] | None = None
    back: Callable[[Any], Any] | None = None
    words: Words | None = None
    clear: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the property."""
        return (self.name,)

    @property
    def looks(self) -> bool:
        """Return whether it asks for the properties itself."""
        return self.look is not None

    def apply(self, it: Resource, old: Properties) -> None:
        """Set the property, or unset it when there is none any more."""
        before, now = old.get(self.name), it[self.name]
        if before == now:
            return
        if now is None and self.unset:
            it.value = before
            self.unset.run(it, self.words)
            return
        it.value = self.default if now is None else now
        if it.value is not None:
            it.value = self.send(it.value) if self.send else it.value
            self.put.run(it, self.words)

    def show(self, it: Resource) -> dict[str, Any]:
        """Return the property, where the service says it."""
        if self.look is None:
            return {}
        found = self.look.run(it)
        if found is not None and self.back:
            found = self.back(found)
        return {} if found is None else {self.name: found}


def _itself(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True)


def by(name: str) -> Callable[[Any], str]:
    """Tell the members of a list apart by one of their names."""
    return lambda item: str(item[name])


@dataclass(frozen=True)
class Each:
    """A list whose members are added and removed one by one.

    ``key`` tells members apart: one that changes but for it is added again, over the old one.
    """

    name: str
    add: Call
    remove: Call
    look: Callable[[Resource], Any] | None = None
    key: Callable[[Any], str] = _itself
    words: Words | None = None
    clear: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the property."""
        return (self.name,)

    @property
    def looks(self) -> bool:
        """Return whether it asks for the properties itself."""
        return self.look is not None

    def apply(self, it: Resource, old: Properties) -> None:
        """Remove what the template has no more, then add what is new or changed."""
        there = keyed(old.get(self.name) or (), self.key)
        now = keyed(it[self.name] or (), self.key)
        for key in [each for each in there if each not in now]:
            it.value = there[key]
            self.remove.run(it)
            del there[key]
            it.reached[self.name] = list(there.values())
        for key, item in now.items():
            if there.get(key) != item:
                it.value = item
                self.add.run(it)
                there[key] = item
                it.reached[self.name] = list(there.values())

    def show(self, it: Resource) -> dict[str, Any]:
        """Return the list."""
        return {self.name: self.look(it)} if self.look else {}


@dataclass(frozen=True)
class Do:
    """Properties of which a function takes care, for what is irregular.

    It is called when one of them has changed, or ``always``: at the creation too.
    """

    properties: str
    do: Callable[[Resource, Properties], None]
    look: Callable[[Resource], Mapping[str, Any]] | None = None
    always: bool = False
    words: Words | None = None
    clear: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the properties."""
        return tuple(self.properties.split())

    @property
    def looks(self) -> bool:
        """Return whether it asks for the properties itself."""
        return self.look is not None

    def apply(self, it: Resource, old: Properties) -> None:
        """Call the function when one of the properties has changed."""
        if self.always or any(old.get(name) != it[name] for name in self.names):
            self.do(it, old)

    def show(self, it: Resource) -> dict[str, Any]:
        """Return what the function for it finds; without one it is in the resource's answer."""
        return dict(self.look(it)) if self.look else {}
