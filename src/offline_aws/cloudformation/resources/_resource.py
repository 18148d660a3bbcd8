"""One resource while something is done to it, and what is found in the answers about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import ClientError, ParamValidationError

from offline_aws.cloudformation.resource_type import Context, Failed, Properties

if TYPE_CHECKING:
    from offline_aws.cloudformation.resources._declared import Declared

_GONE = re.compile(r"NotFound|NoSuch|NotExist|NonExistent|^404$")


@dataclass
class Resource:
    """One resource while it is made, read, changed or deleted.

    ``properties`` are those of the template.
    ``value`` is the property, or the member of a list, that a call is about. ``answer`` is that
    of the call that made it. ``live`` is what the service answers about it: asked once, and anew
    by ``look``. ``reached`` are the properties that an update has changed by now.
    """

    type: Declared
    context: Context
    id: str = ""
    properties: Properties = field(default_factory=dict)
    value: Any = None
    answer: Any = None
    reached: Properties = field(default_factory=dict)
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


def at(path: str, value: Any) -> Any:
    """Return what is under a JMESPath."""
    return _compiled(path).search(value) if path else value


@cache
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def is_gone(error: ClientError) -> bool:
    """Return whether a service says that there is no such thing."""
    return bool(_GONE.search(error.response["Error"]["Code"]))


def keyed(items: Iterable[Any], key: Callable[[Any], str]) -> dict[str, Any]:
    """Return the members of a list by what tells them apart."""
    return {key(each): each for each in items}
