"""RUN is shown and not executed. For commands that somebody stands in for, the files they leave.

A stand-in is a function of a command's words, the files of the image, the working directory and
the user: it returns the files that the command would leave, and None for a path that it removes.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devops_workbook.images.dockerfile import Instruction, as_list
from devops_workbook.images.layer import File
from devops_workbook.images.stage import Stage

Left = Mapping[str, bytes | File | None]
Command = Callable[["Running"], Left]
_SEPARATORS = re.compile(r"&&|\|\||;|\|")


@dataclass(frozen=True)
class Running:
    """A command that would run: its words, and the image that it would run in."""

    words: tuple[str, ...]
    files: Mapping[str, File]
    stage: Stage

    def path(self, text: str) -> str:
        """Return a path of the command's as it is in the image."""
        return self.stage.path(text)

    def text(self, path: str) -> str:
        """Return the text of a file of the image, "" where there is none."""
        return (self.files.get(self.path(path), File(b"")).data or b"").decode()


@dataclass(frozen=True)
class Outcome:
    """What all commands of a RUN leave, and the programs that nobody stands in for."""

    files: dict[str, File]
    removed: tuple[str, ...]
    unknown: tuple[str, ...]


def outcome(step: Instruction, stage: Stage, commands: Mapping[str, Command]) -> Outcome:
    """Return what a RUN leaves, as far as its commands are known."""
    now, before = dict(stage.files), dict(stage.files)
    unknown: list[str] = []
    for words in _commands(step):
        command = commands.get(words[0])
        if command is None:
            unknown.append(words[0])
            continue
        for path, each in command(Running(tuple(words), now, stage)).items():
            if each is None:
                for gone in [p for p in now if p == path or p.startswith(f"{path}/")]:
                    del now[gone]
            else:
                now[path] = each if isinstance(each, File) else File(each)
    changed = {path: file for path, file in now.items() if before.get(path) != file}
    removed = {path for path in before if path not in now}
    tops = {path for path in removed if not any(path.startswith(f"{p}/") for p in removed)}
    return Outcome(changed, tuple(sorted(tops)), tuple(dict.fromkeys(unknown)))


def _commands(step: Instruction) -> list[list[str]]:
    """Return the words of each command of a RUN, in the JSON form or in the shell's."""
    _, rest = step.flags()
    listed = as_list(rest)
    if listed:
        return [listed]
    split = (shlex.split(part, posix=True) for part in _SEPARATORS.split(rest))
    return [words for words in split if words]
