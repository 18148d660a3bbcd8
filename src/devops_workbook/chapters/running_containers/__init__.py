"""Chapter 09: one image in several ways, each deployed, broken and paid for."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.running_containers import (
    replace,
    secrets,
    manifest,
    pod_limits,
    bad_release,
    stuck,
    cost,
    decision,
    upgrade,
    quiz,
)

# isort: on
from devops_workbook.chapters.running_containers.account import chapter

__all__ = [
    "bad_release",
    "chapter",
    "cost",
    "decision",
    "manifest",
    "pod_limits",
    "quiz",
    "replace",
    "secrets",
    "stuck",
    "upgrade",
]
