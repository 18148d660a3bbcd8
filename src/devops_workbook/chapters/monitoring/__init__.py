"""Chapter 10: know how the shop is doing, be woken for a reason, and find the cause."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.monitoring import (
    percentiles,
    error_alarm,
    missing_data,
    silent_alarm,
    burn_rate,
    log_queries,
    boards,
    incident,
    usual_band,
    quiz,
)

# isort: on
from devops_workbook.chapters.monitoring.account import chapter

__all__ = [
    "boards",
    "burn_rate",
    "chapter",
    "error_alarm",
    "incident",
    "log_queries",
    "missing_data",
    "percentiles",
    "quiz",
    "silent_alarm",
    "usual_band",
]
