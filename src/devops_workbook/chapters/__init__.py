"""The chapters, in the order of the course. Each is a module named like its key."""

from __future__ import annotations

import importlib

from devops_workbook.errors import UnknownKeyError
from devops_workbook.exercise import Chapter

#: The keys of the chapters in the order of the course. Keys never change.
COURSE = ("start-here", "dora-metrics")


def load(key: str) -> Chapter:
    """Return the chapter with this key. Raises ``UnknownKeyError``."""
    if key not in COURSE:
        raise UnknownKeyError("chapter", key, COURSE)
    module = importlib.import_module(f"{__name__}.{key.replace('-', '_')}")
    chapter: Chapter = module.chapter
    return chapter


def stem(key: str) -> str:
    """Return the file name of a chapter's notebook without its ending: ``01_dora_metrics``."""
    if key not in COURSE:
        raise UnknownKeyError("chapter", key, COURSE)
    return f"{COURSE.index(key):02d}_{key.replace('-', '_')}"
