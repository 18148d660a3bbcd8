"""The versions that ``constraints.txt`` pins, what needs them, and what is installed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from devops_workbook import paths

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def pins(path: Path | None = None) -> dict[str, str]:
    """Return the pinned version of each package, by its normalised name."""
    text = (path or paths.COURSE / "constraints.txt").read_text(encoding="utf-8")
    names_and_versions = (line.split("==") for line in text.split())
    return {normalise(name): version for name, version in names_and_versions}


def normalise(name: str) -> str:
    """Return a package's name as PyPI compares it: ``Send2Trash`` is ``send2trash``."""
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)


def needed(requirement: str, environment: Mapping[str, str] | None = None) -> set[str]:
    """Return every package that a requirement such as ``moto[all]`` pulls in, but not itself.

    ``environment`` overrides environment markers, to ask for another Python or another system
    than this one. What is not installed is named, but what it needs is not known.
    """
    from packaging.requirements import Requirement

    root = Requirement(requirement)
    seen: set[tuple[str, str]] = set()
    todo = [root]
    while todo:
        current = todo.pop()
        for extra in {"", *current.extras}:
            if (normalise(current.name), extra) not in seen:
                seen.add((normalise(current.name), extra))
                todo += _requirements(current.name, {**(environment or {}), "extra": extra})
    return {name for name, _ in seen} - {normalise(root.name)}


def _requirements(name: str, environment: Mapping[str, str]) -> list[Requirement]:
    from packaging.requirements import Requirement

    try:
        texts = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    requirements = map(Requirement, texts)
    return [
        requirement
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(dict(environment))
    ]


def installed(names: Iterable[str]) -> dict[str, str]:
    """Return the installed version of each package, "" for what is missing."""
    versions = {}
    for name in sorted(names):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = ""
    return versions
