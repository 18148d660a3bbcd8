"""The course's own way to build it, a step for each exercise; a ``Design`` leaves things out."""

from __future__ import annotations

from devops_workbook.chapters.capstone.account import (
    with_resources,
)
from devops_workbook.chapters.capstone.reference.building import (
    build_all,
    build_foundation,
    build_ground,
    build_pipeline,
    build_release,
    build_service,
    everything,
    newest_image,
    released,
)
from devops_workbook.chapters.capstone.reference.delivery import (
    foundation,
    pipeline,
    release,
)
from devops_workbook.chapters.capstone.reference.design import (
    Design,
)
from devops_workbook.chapters.capstone.reference.running import (
    service,
)
from devops_workbook.chapters.capstone.reference.watching import (
    alarms,
    alarms_of_groups,
    names_of,
)

__all__ = [
    "Design",
    "alarms",
    "alarms_of_groups",
    "build_all",
    "build_foundation",
    "build_ground",
    "build_pipeline",
    "build_release",
    "build_service",
    "everything",
    "foundation",
    "names_of",
    "newest_image",
    "pipeline",
    "release",
    "released",
    "service",
    "with_resources",
]
