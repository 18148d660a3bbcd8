"""Chapter 06: stacks that grow, fail, drift and are protected, with CloudFormation."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.infrastructure_as_code import (
    first_stack,
    failures,
    changes,
    drift,
    stuck,
    sharing,
    policy,
    quiz,
)

# isort: on
from devops_workbook.chapters.infrastructure_as_code.scene import chapter

__all__ = [
    "changes",
    "chapter",
    "drift",
    "failures",
    "first_stack",
    "policy",
    "quiz",
    "sharing",
    "stuck",
]
