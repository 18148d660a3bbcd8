"""What a type of resource has to be: made, read, changed and deleted over boto3.

A type is one small class in a file of ``resources/``::

    @register
    class Queue:
        type_name = "AWS::SQS::Queue"
        takes = timedelta(seconds=5)

        def create(self, context, properties): ...
        def read(self, context, physical_id): ...
        def update(self, context, physical_id, old, new): ...
        def delete(self, context, physical_id): ...

Properties are in the words of the type's schema, as a template has them, with every function of
the template put in. The engine has checked them against the schema, and replaces a resource whose
create-only properties change. A handler raises ``Failed`` with the sentence that AWS gives, or
lets the ``ClientError`` of the service through, which the engine puts into AWS's form.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar, runtime_checkable

from offline_aws import clients
from offline_aws.clock import Clock

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_RANDOM = 12

Properties = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """Who makes a resource, and where.

    ``tags`` are the stack's own and those of AWS (``aws:cloudformation:...``), to be put on a
    resource that can have tags. ``token`` is another for each resource that is made, also for the
    one that replaces another. ``properties`` are what the template had at the last change, for
    ``read`` and ``delete``: which queues a policy was put on, which policies a role was given.
    """

    account: str
    region: str
    stack_name: str
    stack_id: str
    logical_id: str
    clock: Clock
    tags: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service, in the stack's region and account."""
        return clients.client(service, self.region, self.account)

    def name(self, longest: int, *, lower: bool = False, separator: str = "-") -> str:
        """Return the name that AWS makes up: stack, logical id and random letters.

        At most ``longest`` characters, the same for the same ``token``. What is too long loses
        the end of the stack's name and of the logical id.
        """
        end = self.letters(_RANDOM)
        room = longest - len(end) - 2 * len(separator)
        logical = self.logical_id[: max(room // 2, room - len(self.stack_name))]
        name = separator.join((self.stack_name[: room - len(logical)], logical, end))
        return name.lower() if lower else name

    def letters(self, count: int) -> str:
        """Return capital letters and digits that look random, the same for the same ``token``."""
        seed = f"{self.stack_id}/{self.logical_id}/{self.token}"
        return "".join(_LETTERS[each % len(_LETTERS)] for each in _bytes(seed, count))


def _bytes(seed: str, count: int) -> bytes:
    return hashlib.shake_256(seed.encode()).digest(count)


class Failed(Exception):
    """A resource could not be made, changed or deleted; the text is its ResourceStatusReason.

    ``physical_id`` is what was made all the same and has to be deleted at a rollback.
    """

    def __init__(self, reason: str, physical_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.physical_id = physical_id


class Stopped(Failed):
    """An update ended on the way, because of ``cause``.

    ``reached`` are the properties that the service has taken by then, None for one that is unset:
    all that a rollback has to take back.
    """

    def __init__(self, cause: Exception, reached: Properties) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.reached = reached


class ResourceType(Protocol):
    """One type of resource.

    ``takes`` is the lab time from the start of a creation to its end. Three more methods may be
    there: ``stabilise``, ``ref`` and ``snapshot``, see the protocols below. ``not_read``, where it
    is there, are the paths of the properties that ``read`` cannot give, such as ``TableClass`` or
    ``NotificationConfiguration/EventBridgeConfiguration``: drift does not compare them.
    """

    type_name: str
    takes: timedelta

    def create(self, context: Context, properties: Properties) -> str:
        """Make the resource and return its physical id, which is what Ref gives."""

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return what the resource is now, by the names of the schema; None when it is gone.

        With its read-only properties, which GetAtt gives. Drift is the difference to this.
        """

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Change the resource from what the template had to what it has now.

        Raises ``Stopped`` where it knows how far it came; else all counts as changed.
        """

    def delete(self, context: Context, physical_id: str) -> None:
        """Delete the resource; one that is gone already is fine."""


@runtime_checkable
class Stabilises(Protocol):
    """A type whose resources take their own time after a create or update."""

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether the resource is stable; asked on the clock until it is.

        Raises ``Failed`` when it will never be.
        """


@runtime_checkable
class VanishesLater(Protocol):
    """A type whose resources are still there for a while after ``delete``."""

    def gone(self, context: Context, physical_id: str) -> bool:
        """Return whether the resource is gone; asked on the clock until it is."""


@runtime_checkable
class HasRef(Protocol):
    """A type for which Ref gives something else than the physical id."""

    def ref(self, context: Context, physical_id: str) -> str:
        """Return what Ref gives."""


@runtime_checkable
class HasSnapshot(Protocol):
    """A type for which DeletionPolicy can be Snapshot."""

    def snapshot(self, context: Context, physical_id: str) -> None:
        """Make a snapshot of the resource, which is deleted after it."""


_TYPES: dict[str, ResourceType] = {}
T = TypeVar("T")


def register(type_or_class: T) -> T:
    """Add a type: a class that is made without arguments, or an instance; return what was given."""
    made: Any = type_or_class() if isinstance(type_or_class, type) else type_or_class
    _TYPES[made.type_name] = made
    return type_or_class


def find(type_name: str) -> ResourceType | None:
    """Return a type by its name, None for one that is not simulated."""
    return _known().get(type_name)


def names() -> list[str]:
    """Return the names of every type, sorted."""
    return sorted(_known())


def _known() -> dict[str, ResourceType]:
    for module in ("resources", "nested_stacks", "wait_conditions"):
        importlib.import_module(f"offline_aws.cloudformation.{module}")
    return _TYPES
