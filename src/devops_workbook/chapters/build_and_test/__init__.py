"""Chapter 03: builds and tests with CodeBuild, and what a build should find before users do."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.build_and_test import (
    first_builds,
    results,
    shift_left,
    phases,
    leak,
    caching,
    promotion,
    other_services,
    quiz,
)

# isort: on
from devops_workbook.chapters.build_and_test.phases import PREDICT
from devops_workbook.chapters.build_and_test.scenario import chapter

__all__ = [
    "PREDICT",
    "caching",
    "chapter",
    "first_builds",
    "leak",
    "other_services",
    "phases",
    "promotion",
    "quiz",
    "results",
    "shift_left",
]
