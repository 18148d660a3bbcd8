"""What services tell the rest of the account: the events that AWS sends to EventBridge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event: what EventBridge calls source, detail-type, resources, time and detail."""

    source: str
    detail_type: str
    resources: tuple[str, ...]
    time: datetime
    detail: dict[str, Any]


Listener = Callable[[Event], object]


class EventBus:
    """The default event bus of one account and region, for the services themselves."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Have a listener called with every event from now on. Listening twice is once."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def send(self, event: Event) -> None:
        """Call the listeners, in the order in which they came."""
        for listener in tuple(self._listeners):
            listener(event)


_RULE = ContextVar("rule", default="")


@contextmanager
def delivered_by(rule_arn: str) -> Iterator[None]:
    """Have the calls made meanwhile be those of a rule of EventBridge, which AWS tells apart."""
    token = _RULE.set(rule_arn)
    try:
        yield
    finally:
        _RULE.reset(token)


def delivering_rule() -> str:
    """Return the ARN of the rule whose target is being called, "" for none."""
    return _RULE.get()
