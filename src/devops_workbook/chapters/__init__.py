"""The chapters, in the order of the course. Each is a module named like its key."""

from __future__ import annotations

import importlib

from devops_workbook.errors import UnknownKeyError
from devops_workbook.exercise import Chapter

#: The number of each chapter, which stands in its notebook's name.
_NUMBERS = {
    "start-here": 0,
    "dora-metrics": 1,
    "source-control": 2,
    "build-and-test": 3,
    "safe-deployments": 4,
    "pipelines": 5,
    "infrastructure-as-code": 6,
    "cdk": 7,
    "container-images": 8,
    "running-containers": 9,
    "monitoring": 10,
    "tracing": 11,
    "capstone": 12,
}

#: The keys of the chapters in the order of the course. Keys never change.
COURSE = tuple(_NUMBERS)


def load(key: str) -> Chapter:
    """Return the chapter with this key. Raises ``UnknownKeyError``."""
    if key not in COURSE:
        raise UnknownKeyError("chapter", key, COURSE)
    module = importlib.import_module(f"{__name__}.{key.replace('-', '_')}")
    chapter: Chapter = module.chapter
    return chapter


def key_of(text: str) -> str:
    """Return the key of the chapter that somebody names by its key, number or notebook.

    ``cdk``, ``safe_deployments``, ``4`` and ``04_safe_deployments.ipynb`` are such names. Raises
    ``UnknownKeyError``.
    """
    named = text.strip().lower().removesuffix(".ipynb")
    number = int(named) if named.isdecimal() else None
    for key in COURSE:
        if number == _NUMBERS[key] or named.replace("_", "-") in (key, stem(key).replace("_", "-")):
            return key
    raise UnknownKeyError("chapter", text, COURSE)


def stem(key: str) -> str:
    """Return the file name of a chapter's notebook without its ending: ``01_dora_metrics``."""
    if key not in COURSE:
        raise UnknownKeyError("chapter", key, COURSE)
    return f"{_NUMBERS[key]:02d}_{key.replace('-', '_')}"
