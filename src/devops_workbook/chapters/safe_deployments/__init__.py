"""Chapter 04: five ways to deploy, alarms that stop a bad release, and rollbacks that come."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.safe_deployments import (
    first_steps,
    choosing,
    alarms,
    timing,
    own_config,
    readiness,
    no_rollback,
    servers,
    quiz,
)

# isort: on
from devops_workbook.chapters.safe_deployments.account import chapter

__all__ = [
    "alarms",
    "chapter",
    "choosing",
    "first_steps",
    "no_rollback",
    "own_config",
    "quiz",
    "readiness",
    "servers",
    "timing",
]
