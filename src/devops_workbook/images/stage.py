"""One stage of a build: its files so far, its layers, and what a container would start with."""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Mapping
from typing import Any

from devops_workbook.images.dockerfile import Instruction, replaced
from devops_workbook.images.layer import FOLDER, File, Layer, with_parents
from devops_workbook.images.oci import Image, files_in

_WHITEOUT = ".wh."


class Stage:
    """The state after each instruction. ``args`` are those of the whole build."""

    def __init__(self, image: Image, name: str, args: Mapping[str, str]) -> None:
        self.name = name
        self.layers = list(image.layers)
        self.history = list(image.history)
        self.settings: dict[str, Any] = copy.deepcopy(image.settings)
        self.files: dict[str, File] = {}
        self.given = dict(args)
        self.args: dict[str, str] = {}
        for layer in image.layers:
            self._take(files_in(layer))

    @property
    def image(self) -> Image:
        """The image that the stage is now."""
        return Image(tuple(self.layers), self.settings, tuple(self.history))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a container, by name."""
        return dict(each.partition("=")[::2] for each in self.settings.get("Env", []))

    def replaced(self, text: str) -> str:
        """Return a text with the variables of ARG and ENV replaced; ENV wins."""
        return replaced(text, {**self.args, **self.environment})

    def path(self, text: str) -> str:
        """Return an absolute or relative path as it is in a layer: without the first slash."""
        whole = posixpath.join(self.settings.get("WorkingDir") or "/", text)
        return posixpath.normpath(whole).strip("/")

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder at a path; the root is one."""
        return path == "" or self.files.get(path, File(b"")).data is None

    def changes(self, files: Mapping[str, File]) -> dict[str, File]:
        """Return what a layer with these files holds: them and the folders that are new."""
        return with_parents(files, self.files)

    def add(self, layer: Layer, step: Instruction, note: str = "") -> None:
        """Put a layer on top."""
        self.layers.append(layer)
        self._take(files_in(layer))
        self.note(step, note=note)

    def note(self, step: Instruction, empty: bool = False, note: str = "") -> None:
        """Write an instruction into the history."""
        entry: dict[str, Any] = {"created_by": step.shown}
        if empty:
            entry["empty_layer"] = True
        if note:
            entry["comment"] = note
        self.history.append(entry)

    def owner(self, text: str) -> tuple[int, int]:
        """Return the numbers of ``user:group``, by the image's own files. Raises ValueError."""
        user, _, group = text.partition(":")
        uid, own_group = self._numbers("etc/passwd", user, (2, 3))
        gid = self._numbers("etc/group", group, (2, 2))[0] if group else own_group
        return uid, gid

    def _numbers(self, path: str, name: str, fields: tuple[int, int]) -> tuple[int, int]:
        if name.isdecimal():
            return int(name), int(name)
        lines = (self.files.get(path, FOLDER).data or b"").decode().splitlines()
        for line in lines:
            parts = line.split(":")
            if parts[0] == name and len(parts) > max(fields):
                return int(parts[fields[0]]), int(parts[fields[1]])
        raise ValueError(name)

    def _take(self, files: Mapping[str, File]) -> None:
        for path in files:
            folder, _, name = path.rpartition("/")
            if name.startswith(_WHITEOUT):
                self._remove(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
            else:
                # A folder that no layer has by itself is there all the same.
                self.files |= {**with_parents({path: files[path]}, self.files), path: files[path]}

    def _remove(self, path: str) -> None:
        for each in [p for p in self.files if p == path or p.startswith(f"{path}/")]:
            del self.files[each]
