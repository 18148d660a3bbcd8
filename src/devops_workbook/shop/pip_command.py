"""A stand-in for ``pip install``: what it would leave of each package, by name and version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from devops_workbook.images import Running
from devops_workbook.shop.stand_in_bytes import Left, meaningless

SITE_PACKAGES = "opt/python/lib/python3.12/site-packages"
_CACHE = "root/.cache/pip"
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?(?:==([\w.!+-]+))?")
_FILES = ("-r", "--requirement")
_TARGETS = ("-t", "--target")
#: Other options that are followed by a value.
_WITH_VALUE = ("-c", "--constraint", "-i", "--index-url", "--extra-index-url", "--prefix", "--root")


def pip(run: Running) -> Left:
    """``pip install``, with ``-r``, ``--target`` and names; a version that is not pinned is 1."""
    if "install" not in run.words:
        return {}
    target, wanted = _arguments(run)
    found: Left = {}
    for name, version in wanted:
        module = re.sub(r"[-.]+", "_", name)
        data = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        found[f"{target}/{module}-{version}.dist-info/METADATA"] = data.encode()
        found[f"{target}/{module}/__init__.py"] = meaningless(f"{name}-{version}")
        if "--no-cache-dir" not in run.words:
            found[f"{_CACHE}/{name}-{version}.whl"] = meaningless(f"{name}-{version}.whl")
    return found


def _arguments(run: Running) -> tuple[str, list[tuple[str, str]]]:
    """Return the folder that packages go to, and the packages."""
    target, wanted = SITE_PACKAGES, list[tuple[str, str]]()
    words = iter(run.words[run.words.index("install") + 1 :])
    for word in words:
        option, separator, value = word.partition("=")
        if option in (*_FILES, *_TARGETS, *_WITH_VALUE):
            value = value if separator else next(words, "")
            if option in _TARGETS:
                target = run.path(value)
            elif option in _FILES:
                wanted += _listed(run.text(value))
        elif not word.startswith("-"):
            wanted += _listed(word)
    return target, wanted


def _listed(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and version of each requirement of a requirements file."""
    for line in text.splitlines():
        if found := _REQUIREMENT.match(line.strip()):
            yield found[1], found[2] or "1"
