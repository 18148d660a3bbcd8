"""Read a Dockerfile: its instructions, their flags and forms, and its variables.

What may stand where: the Dockerfile reference, https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from devops_workbook.errors import WorkbookError

#: The instructions that are understood.
KNOWN = frozenset(
    [
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK"),
        *("LABEL", "MAINTAINER", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    ]
)
_FLAG = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S+))?(?:\s+|$)")
_PAIR = re.compile(r"""(?P<key>[^\s=]+)=(?P<value>(?:"(?:\\.|[^"])*"|'[^']*'|\\.|\S)*)""")
_VARIABLE = re.compile(
    r"\\\$|\$(?P<plain>\w+)|\$\{(?P<name>\w+)(?::(?P<kind>[-+])(?P<other>[^}]*))?\}"
)


class DockerfileError(WorkbookError):
    """A Dockerfile that cannot be read or built, with its line."""


@dataclass(frozen=True)
class Instruction:
    """One instruction. ``text`` is what stands after the word, on one line; ``line`` its first."""

    line: int
    word: str
    text: str

    @property
    def shown(self) -> str:
        """The instruction as it stands, on one line."""
        return f"{self.word} {self.text}"

    def flags(self) -> tuple[dict[str, str], str]:
        """Return the flags by name, and the rest of the text."""
        found: dict[str, str] = {}
        rest = self.text
        while match := _FLAG.match(rest):
            found[match["name"]] = match["value"] or "true"
            rest = rest[match.end() :]
        return found, rest

    def words(self) -> list[str]:
        """Return the arguments of the text without flags, in either form."""
        _, rest = self.flags()
        listed = as_list(rest)
        return listed if listed is not None else shlex.split(rest)

    def pairs(self) -> dict[str, str]:
        """Return the ``key=value`` of ENV, LABEL and ARG. ``ENV key value`` is one pair."""
        if self.word != "ARG" and "=" not in self.text.split(maxsplit=1)[0]:
            key, _, value = self.text.partition(" ")
            return {key: value.strip()}
        found = {each["key"]: each["value"] for each in _PAIR.finditer(self.text)}
        if not found and self.word != "ARG":
            raise self.wrong("needs key=value")
        return {key: "".join(shlex.split(value)) for key, value in found.items()}

    def wrong(self, what: str) -> DockerfileError:
        """Return the error of this instruction."""
        return DockerfileError(f"Dockerfile, line {self.line}: {self.word} {what}.")


def as_list(text: str) -> list[str] | None:
    """Return the arguments of the JSON form, None where the text is in the shell form."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
    return found if is_list else None


def read_dockerfile(text: str) -> list[Instruction]:
    """Return the instructions of a Dockerfile.

    Raises ``DockerfileError`` for what is not understood here; heredocs and ONBUILD are among it.
    """
    found = [_instruction(line, joined) for line, joined in _joined(text)]
    if not found:
        raise DockerfileError("The Dockerfile has no instruction.")
    first = next((each for each in found if each.word != "ARG"), found[0])
    if first.word != "FROM":
        raise first.wrong("stands before the first FROM")
    return found


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield each instruction on one line, with the number of its first line."""
    begin, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue  # also between the lines of one instruction
        begin = begin if parts else number
        parts.append(stripped.removesuffix("\\").rstrip())
        if not stripped.endswith("\\"):
            yield begin, " ".join(parts)
            parts = []
    if parts:
        yield begin, " ".join(parts)


def _instruction(line: int, text: str) -> Instruction:
    word, _, rest = text.partition(" ")
    made = Instruction(line, word.upper(), rest.strip())
    if made.word not in KNOWN:
        raise DockerfileError(f"Dockerfile, line {line}: {word} is not understood here.")
    if not made.text:
        raise made.wrong("needs something after it")
    if re.match(r"<<-?['\"]?\w", made.text):
        raise made.wrong("with a heredoc (<<) is not read here")
    return made


def replaced(text: str, variables: Mapping[str, str]) -> str:
    """Return a text with its variables replaced; one that is not set is empty."""

    def value(match: re.Match[str]) -> str:
        name = match["plain"] or match["name"]
        if not name:
            return "$"
        found = variables.get(name, "")
        if match["kind"] == "-":
            return found or match["other"]
        if match["kind"] == "+":
            return match["other"] if found else ""
        return found

    return _VARIABLE.sub(value, text)
