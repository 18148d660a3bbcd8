"""Chapter 05: a pipeline from commit to production, and what to do when it is red."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.pipelines import (
    first_release,
    failures,
    flow,
    recovery,
    schema_changes,
    quiz,
)

# isort: on
from devops_workbook.chapters.pipelines.account import chapter

__all__ = [
    "chapter",
    "failures",
    "first_release",
    "flow",
    "quiz",
    "recovery",
    "schema_changes",
]
