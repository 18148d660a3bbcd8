"""COPY and ADD: which files are taken, and where they are put."""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Mapping
from dataclasses import replace

from devops_workbook.images.dockerfile import Instruction
from devops_workbook.images.layer import File
from devops_workbook.images.stage import Stage

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")


def copied(step: Instruction, sources: Mapping[str, File], to: Stage) -> dict[str, File]:
    """Return the files that a COPY or ADD puts into a stage, by their new paths.

    ``sources`` are those of the context or, with ``--from``, of another stage or image. Raises
    ``DockerfileError``.
    """
    flags, _ = step.flags()
    words = step.words()
    if len(words) < 2:
        raise step.wrong("needs a source and a destination")
    *patterns, target = words
    into = target.endswith("/") or target in (".", "..") or len(patterns) > 1
    into = into or any("*" in each for each in patterns)
    place = to.path(target)
    found: dict[str, File] = {}
    for pattern in patterns:
        _refuse_what_add_would_do(step, pattern)
        found |= _of_one(step, pattern, sources, place, into or to.is_folder(place))
    return {path: _owned(step, flags, file, to) for path, file in found.items()}


def _refuse_what_add_would_do(step: Instruction, source: str) -> None:
    if step.word == "ADD" and "://" in source:
        raise step.wrong("of an address needs the network, which is not there")
    if step.word == "ADD" and source.endswith(_ARCHIVES):
        raise step.wrong("would unpack the archive, which is not done here; use COPY")


def _of_one(
    step: Instruction, pattern: str, sources: Mapping[str, File], place: str, into: bool
) -> dict[str, File]:
    wanted = posixpath.relpath(posixpath.join("/", pattern), "/")
    wanted = "" if wanted == "." else wanted
    if posixpath.normpath(pattern).startswith(".."):
        raise step.wrong(f"cannot take {pattern}: it is outside of the context")
    inside = _below(wanted, sources)
    if inside is not None:  # a folder: what is in it is copied, without the folder itself
        return {posixpath.join(place, path): file for path, file in inside.items()}
    matching = [path for path in sources if _is_file(sources[path]) and _fits(path, wanted)]
    if not matching:
        raise step.wrong(f"found no {pattern}; it may be left out by .dockerignore")
    if not into:
        return {place: sources[matching[0]]}
    return {posixpath.join(place, posixpath.basename(path)): sources[path] for path in matching}


def _is_file(file: File) -> bool:
    return file.data is not None


def _fits(path: str, pattern: str) -> bool:
    same_depth = path.count("/") == pattern.count("/")
    return path == pattern or (same_depth and fnmatch.fnmatchcase(path, pattern))


def _below(folder: str, sources: Mapping[str, File]) -> dict[str, File] | None:
    """Return what is below a folder, None where there is no such folder."""
    start = f"{folder}/" if folder else ""
    found = {
        path.removeprefix(start): file for path, file in sources.items() if path.startswith(start)
    }
    is_folder = folder in sources and sources[folder].data is None
    return found if found or is_folder or not folder else None


def _owned(step: Instruction, flags: Mapping[str, str], file: File, to: Stage) -> File:
    uid, gid = 0, 0
    if "chown" in flags:
        try:
            uid, gid = to.owner(to.replaced(flags["chown"]))
        except ValueError as error:
            raise step.wrong(f"--chown: the image has no {error}") from None
    mode = int(flags["chmod"], 8) if "chmod" in flags and file.data is not None else file.mode
    return replace(file, uid=uid, gid=gid, mode=mode)
