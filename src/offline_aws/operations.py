"""How a service folder adds an operation: a plain function with a decorator.

::

    @operation("codecommit", "CreateBranch")
    def create_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        repositories = call.state(Repositories)
        ...

``parameters`` is what the caller passed, by the names of AWS's model. The function returns a dict
in the operation's output shape, or raises ``AwsError``. The seam does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from offline_aws.clock import Clock

S = TypeVar("S")
Operation = Callable[["Call", dict[str, Any]], dict[str, Any]]

#: Every registered operation, by service (boto3's name) and by name.
REGISTRY: dict[str, dict[str, Operation]] = {}


@dataclass
class State:
    """What the services of one environment keep; gone with it, and at its reset."""

    _of: dict[tuple[str, str, object], Any] = field(default_factory=dict)

    def get(self, account: str, region: str, kind: Callable[[], S]) -> S:
        """Return the one ``kind()`` of an account and region, made at its first use."""
        key = (account, region, kind)
        if key not in self._of:
            self._of[key] = kind()
        found: S = self._of[key]
        return found


@dataclass(frozen=True)
class Call:
    """Who calls, where and when."""

    account: str
    region: str
    clock: Clock
    _state: State

    def state(self, kind: Callable[[], S]) -> S:
        """Return the caller's account's and region's one instance of ``kind``."""
        return self._state.get(self.account, self.region, kind)


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Register the decorated function as an operation of a service, moto's or a new one."""

    def register(function: Operation) -> Operation:
        REGISTRY.setdefault(service, {})[name] = function
        return function

    return register
