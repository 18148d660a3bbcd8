"""Examples of resource types, and what has to hold of every one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from offline_aws import OfflineAWS, clients
from offline_aws.cloudformation.resource_type import Context, ResourceType, find
from offline_aws.cloudformation.schemas import create_only, find_schema, write_only

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1b2c"
#: One of the images that moto has: a list of all takes a second.
IMAGE = "ami-03cf127a"
TAGS = {"stack": "shop", "aws:cloudformation:stack-name": "shop"}
Properties = dict[str, Any]


@dataclass
class World:
    """An account with a stack, and what an example needs to be there."""

    aws: OfflineAWS
    token: str = ""
    made: list[tuple[str, str, Context]] = field(default_factory=list)

    def context(self, logical_id: str = "Thing", **more: Any) -> Context:
        """Return what the stack says about a resource."""
        return Context(
            account="123456789012",
            region="us-east-1",
            stack_name="shop",
            stack_id=STACK,
            logical_id=logical_id,
            clock=self.aws.clock,
            tags=TAGS,
            token=self.token,
            **more,
        )

    def make(self, type_name: str, **properties: Any) -> str:
        """Make what an example refers to; return its physical id."""
        context = self.context(f"Needed{len(self.made)}")
        physical_id = known(type_name).create(context, properties)
        context = replace(context, properties=properties)
        self.made.append((type_name, physical_id, context))
        return physical_id

    def attribute(self, physical_id: str, name: str) -> Any:
        """Return an attribute of something that was made."""
        for type_name, made, context in self.made:
            if made == physical_id:
                live = known(type_name).read(context, made)
                assert live is not None
                return live[name]
        raise AssertionError(physical_id)


Given = Mapping[str, Any] | Callable[[World], Properties]
#: Changes one after the other, or steps of several at once.
Changes = Given | Callable[[World], list[Properties]]


@dataclass(frozen=True)
class Example:
    """Properties of a type, and changes of them: a new value, or None for one that is taken out.

    ``unset`` says what a property is after it was taken out, where it is not simply gone.
    """

    type_name: str
    properties: Given
    changes: Changes = field(default_factory=dict)
    unset: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.type_name.removeprefix("AWS::").replace("::", "-")


def client(service: str) -> Any:
    """Return the client that the services use: to make one takes longer than most tests."""
    return clients.client(service, "us-east-1")


def known(type_name: str) -> ResourceType:
    """Return a type that is simulated."""
    found = find(type_name)
    assert found is not None, type_name
    return found


def given(world: World, what: Given) -> Properties:
    """Return properties, for which something may have to be made first."""
    return what(world) if callable(what) else dict(what)


def steps(world: World, changes: Changes) -> list[Properties]:
    """Return what is changed together."""
    found = changes(world) if callable(changes) else changes
    return found if isinstance(found, list) else [{name: each} for name, each in found.items()]


def lives(world: World, example: Example) -> None:
    """Make the resource of an example, change it, delete it and make it anew."""
    kind, context = known(example.type_name), world.context()
    properties = given(world, example.properties)
    physical_id = kind.create(context, properties)
    _reads(kind, replace(context, properties=properties), physical_id, properties)
    for step in steps(world, example.changes):
        new = {name: each for name, each in {**properties, **step}.items() if each is not None}
        kind.update(context, physical_id, properties, new)
        live = _reads(kind, replace(context, properties=new), physical_id, new)
        for name in step:
            gone = name in new or not live.get(name)
            assert gone or live[name] == example.unset[name], (name, live[name])
        properties = new
    _is_deleted(kind, replace(context, properties=properties), physical_id)
    if not example.changes:
        again = kind.create(context, properties)
        _is_deleted(kind, replace(context, properties=properties), again)


def _is_deleted(kind: ResourceType, context: Context, physical_id: str) -> None:
    kind.delete(context, physical_id)
    assert kind.read(context, physical_id) is None
    kind.delete(context, physical_id)


def _reads(
    kind: ResourceType, context: Context, physical_id: str, properties: Properties
) -> Properties:
    live = kind.read(context, physical_id)
    assert live is not None
    hidden = not_compared(kind)
    for name, value in properties.items():
        if name not in hidden:
            assert name in live, (name, live)
            assert contains(live[name], value), (name, value, live[name])
    tags = live.get("Tags") or ()
    assert not any("stack" in str(each) for each in tags), tags
    return live


def not_compared(kind: Any) -> frozenset[str]:
    """Return the properties that nothing can be said about, of the type's own or of AWS."""
    schema = find_schema("us-east-1", kind.type_name)
    assert schema is not None
    hidden: frozenset[str] = kind.not_read
    return hidden | {path[0] for path in write_only(schema) if len(path) == 1}


def contains(live: Any, wanted: Any) -> bool:
    """Return whether a live value is a wanted one; it may say more, and in another order."""
    if isinstance(wanted, Mapping):
        return isinstance(live, Mapping) and all(
            name in live and contains(live[name], value) for name, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(live, list)
            and len(live) == len(wanted)
            and all(any(contains(each, one) for each in live) for one in wanted)
        )
    return live == wanted or str(live).lower() == str(wanted).lower()


@dataclass
class Tried:
    """Which properties of a type the examples set, and which they change."""

    put: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    def missing(self, kind: Any) -> set[str]:
        """Return the properties of the type that are not tried."""
        schema = find_schema("us-east-1", kind.type_name)
        assert schema is not None
        own = {*kind.properties.split()}
        fixed = {path[0] for path in create_only(schema) if len(path) == 1}
        for field_name in ("fixed", "immutable"):
            fixed |= {*getattr(kind, field_name, "").split()}
        return {*(own - self.put - self.changed)} | {
            f"change of {name}" for name in own - fixed - self.changed
        }


def tried(aws: OfflineAWS, examples: list[Example]) -> dict[str, Tried]:
    """Return what is tried of each type; what examples need is made in one account."""
    found: dict[str, Tried] = {}
    for number, example in enumerate(examples):
        world = World(aws, token=str(number))
        one = found.setdefault(example.type_name, Tried())
        one.put |= set(given(world, example.properties))
        one.changed |= {name for step in steps(world, example.changes) for name in step}
    return found
