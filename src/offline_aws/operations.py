"""How a service folder adds an operation: a plain function with a decorator.

::

    @operation("codecommit", "CreateBranch")
    def create_branch(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        repositories = call.state(Repositories)
        ...

``parameters`` is what the caller passed, by the names of AWS's model. The function returns a dict
in the operation's output shape, or raises ``AwsError``. The seam does the rest. For the few paths
of AWS that are in no model, such as that of OTLP, there is ``plain_operation``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from offline_aws.clock import Clock
from offline_aws.event_bus import Event, EventBus

S = TypeVar("S")
Operation = Callable[["Call", dict[str, Any]], dict[str, Any]]

#: Every registered operation, by service (its folder's name) and by name.
REGISTRY: dict[str, dict[str, Operation]] = {}

#: What is asked by a path of its own and is no operation of AWS's model: service and path, and
#: what it is called where it is refused.
PLAIN_PATHS = {("xray", "/v1/traces"): "ExportTraces"}


@dataclass
class State:
    """What the services of one environment keep; gone with it, and at its reset."""

    _of: dict[tuple[str, str, object], Any] = field(default_factory=dict)
    #: Called with every event that a service sends, after those who listen to its bus.
    spread: Callable[[Call, Event], None] | None = None
    #: The address of the http server, "" while none runs.
    server_url: Callable[[], str] = field(default=lambda: "")
    #: Whether anybody but the services looks into the folder.
    folder_is_shown: bool = False
    _folder: TemporaryDirectory[str] | None = None

    def get(self, account: str, region: str, kind: Callable[[], S]) -> S:
        """Return the one ``kind()`` of an account and region, made at its first use."""
        key = (account, region, kind)
        if key not in self._of:
            self._of[key] = kind()
        found: S = self._of[key]
        return found

    @property
    def folder(self) -> Path:
        """Return the folder for what has to be a real file, made at its first use."""
        if self._folder is None:
            # Windows keeps what a program still has open: a stop does not fail for it.
            self._folder = TemporaryDirectory(prefix="offline-aws-", ignore_cleanup_errors=True)
        return Path(self._folder.name)

    def show_folder(self) -> Path:
        """Return the folder for somebody to look into: from now on no file of it is put off."""
        self.folder_is_shown = True
        for kept in tuple(self._of.values()):
            getattr(kept, "write_out", _nothing)()
        return self.folder

    def close(self) -> None:
        """Close what has a ``close()``, forget everything and remove the folder."""
        for kept in self._of.values():
            getattr(kept, "close", _nothing)()
        self._of.clear()
        self.folder_is_shown = False
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _nothing() -> None:
    """Stand in for the ``close()`` or ``write_out()`` that most of what is kept does not have."""


@dataclass(frozen=True)
class Call:
    """Who calls, where and when."""

    account: str
    region: str
    clock: Clock
    _state: State
    _identify: Callable[[], str]
    _ask_moto: Callable[[], dict[str, Any]] | None = None

    @property
    def caller(self) -> str:
        """Return the ARN of the caller, as STS GetCallerIdentity gives it."""
        return self._identify()

    @property
    def server_url(self) -> str:
        """Return the address of the environment's http server, "" while none runs."""
        return self._state.server_url()

    @property
    def folder(self) -> Path:
        """Return the environment's folder for what has to be a real file."""
        return self._state.folder

    @property
    def folder_is_shown(self) -> bool:
        """Return whether a file has to be there now, and not only when a service needs it."""
        return self._state.folder_is_shown

    def state(self, kind: Callable[[], S]) -> S:
        """Return the caller's account's and region's one instance of ``kind``."""
        return self._state.get(self.account, self.region, kind)

    def in_region(self, region: str) -> Call:
        """Return the same call in another region, for what an account has once."""
        return replace(self, region=region)

    def shared(self, kind: Callable[[], S]) -> S:
        """Return the environment's one instance of ``kind``, the same in all its accounts."""
        return self._state.get("", "", kind)

    def moto(self) -> dict[str, Any]:
        """Return what moto answers to the same call, for an operation that adds to it.

        Errors of moto pass through, as they would without the operation of ours.
        """
        if self._ask_moto is None:
            raise NotImplementedError("moto has no such operation")
        return self._ask_moto()

    def send_event(
        self, source: str, detail_type: str, detail: dict[str, Any], *resources: str
    ) -> None:
        """Tell the account's services what happened, as AWS tells EventBridge.

        ``source`` is EventBridge's name of the service, such as ``aws.codecommit``.
        """
        event = Event(source, detail_type, resources, self.clock.now(), detail)
        self.state(EventBus).send(event)
        if self._state.spread:
            self._state.spread(self, event)


@dataclass(frozen=True)
class PlainRequest:
    """A request that is for no operation of AWS's model."""

    method: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, whatever its case; empty where there is none."""
        return next((v for k, v in self.headers.items() if k.lower() == name.lower()), "")


#: Status, headers and body.
PlainAnswer = tuple[int, dict[str, str], bytes]
PlainOperation = Callable[[Call, PlainRequest], PlainAnswer]
#: What answers each of ``PLAIN_PATHS``, by service and path.
PLAIN: dict[str, dict[str, PlainOperation]] = {}


def plain_operation(service: str, path: str) -> Callable[[PlainOperation], PlainOperation]:
    """Register the decorated function as what answers one of ``PLAIN_PATHS``."""

    def register(function: PlainOperation) -> PlainOperation:
        PLAIN.setdefault(service, {})[path] = function
        return function

    return register


def operation(service: str, name: str) -> Callable[[Operation], Operation]:
    """Register the decorated function as an operation of a service, moto's or a new one."""

    def register(function: Operation) -> Operation:
        REGISTRY.setdefault(service, {})[name] = function
        return function

    return register
