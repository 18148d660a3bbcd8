"""The chapters, in the order of the course. Each is a module named like its key."""

from __future__ import annotations

import importlib

from devops_workbook.errors import UnknownKeyError
from devops_workbook.exercise import Chapter

#: The number of each chapter, which stands in its notebook's name. A number that is missing
#: belongs to a chapter that is not written yet.
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


def stem(key: str) -> str:
    """Return the file name of a chapter's notebook without its ending: ``01_dora_metrics``."""
    if key not in COURSE:
        raise UnknownKeyError("chapter", key, COURSE)
    return f"{_NUMBERS[key]:02d}_{key.replace('-', '_')}"
