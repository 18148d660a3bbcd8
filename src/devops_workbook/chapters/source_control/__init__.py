"""Chapter 02: commits, branches and pull requests, two ways of working, and a leaked key."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.source_control import (
    pull_requests,
    reviews,
    merging,
    ways_of_working,
    leaked_key,
    quiz,
)

# isort: on
from devops_workbook.chapters.source_control import payments
from devops_workbook.chapters.source_control.history_chart import draw_histories
from devops_workbook.chapters.source_control.leaked_key import files_with_key
from devops_workbook.chapters.source_control.scene import (
    REVIEWERS,
    as_role,
    chapter,
    clone_url,
    rule_of,
)

__all__ = [
    "REVIEWERS",
    "as_role",
    "chapter",
    "clone_url",
    "draw_histories",
    "files_with_key",
    "leaked_key",
    "merging",
    "payments",
    "pull_requests",
    "quiz",
    "reviews",
    "rule_of",
    "ways_of_working",
]
