"""Read a YAML document node by node, so that what is wrong with it has a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

_YES, _NO = ("yes", "true", "on", "y"), ("no", "false", "off", "n")


class BuildspecError(Exception):
    """A mistake in a buildspec: what is wrong and the line, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"{message} at line {line}")
        self.line = line


@dataclass(frozen=True)
class Value:
    """A node of the document and the name by which a message calls it."""

    node: yaml.Node
    name: str

    @property
    def line(self) -> int:
        """The line at which it begins, counted from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, message: str) -> BuildspecError:
        """Return an error at this value."""
        return BuildspecError(message, self.line)

    @property
    def empty(self) -> bool:
        """Whether nothing is written, as after a bare ``key:``."""
        return bool(self.node.tag == "tag:yaml.org,2002:null")

    def text(self) -> str:
        """Return a scalar as it is written, ``0.10`` as ``0.10``."""
        if not isinstance(self.node, yaml.ScalarNode):
            found = "subkeys" if isinstance(self.node, yaml.MappingNode) else "a list"
            raise self.error(f"Expected {self.name} to be of string type: found {found} instead")
        if self.empty:
            raise self.error(f"Expected {self.name} to be of string type: found nothing")
        return str(self.node.value)

    def flag(self) -> bool:
        """Return a yes or a no."""
        text = self.text().lower()
        if text not in _YES + _NO:
            raise self.error(f"Expected {self.name} to be yes or no: found {text}")
        return text in _YES

    def choice(self, among: Collection[str]) -> str:
        """Return a scalar that must be one of a few."""
        text = self.text()
        if text not in among:
            raise self.error(f"Expected {self.name} to be one of {', '.join(among)}: found {text}")
        return text

    def texts(self) -> tuple[str, ...]:
        """Return a list of scalars; a single scalar is a list of one, nothing an empty one."""
        return tuple(value.text() for value in self.values())

    def values(self) -> list[Value]:
        """Return the items of a list."""
        if self.empty:
            return []
        if isinstance(self.node, yaml.ScalarNode):
            return [self]
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"Expected {self.name} to be a list: found subkeys instead")
        return [Value(n, f"{self.name}[{i}]") for i, n in enumerate(self.node.value)]

    def mapping(self, allowed: Collection[str] | None = None) -> dict[str, Value]:
        """Return the values by key; a key that is not allowed or given twice is an error."""
        found: dict[str, Value] = {}
        for key, value in self._pairs():
            name = key.text()
            if allowed is not None and name not in allowed:
                known = ", ".join(allowed)
                raise key.error(f"Unknown key {name} in {self.name} (expected: {known})")
            if name in found:
                raise key.error(f"Key {name} is given twice in {self.name}")
            found[name] = value
        return found

    def keys(self) -> list[Value]:
        """Return the keys of a mapping."""
        return [key for key, _ in self._pairs()]

    def strings(self) -> dict[str, str]:
        """Return a mapping of scalars."""
        return {name: value.text() for name, value in self.mapping().items()}

    def _pairs(self) -> Iterator[tuple[Value, Value]]:
        if self.empty:
            return
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"Expected {self.name} to have keys of its own")
        for key, value in self.node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            yield Value(key, f"a key of {self.name}"), Value(value, str(name))


def read_document(text: str) -> Value:
    """Return the whole document. Raises ``BuildspecError`` for what is not YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "The text is not YAML"
        raise BuildspecError(problem, mark.line + 1 if mark else 1) from error
    except yaml.reader.ReaderError as error:
        # Positions are counted in characters here, since no line was read.
        line = text.count("\n", 0, error.position) + 1
        raise BuildspecError("The text has a character that YAML does not allow", line) from error
    except RecursionError as error:
        raise BuildspecError("The text is nested too deeply", 1) from error
    if node is None:
        raise BuildspecError("The buildspec is empty", 1)
    return Value(node, "the buildspec")
