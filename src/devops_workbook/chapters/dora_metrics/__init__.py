"""Chapter 01: the DORA metrics by hand, with the mistakes that make them wrong."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.dora_metrics import (
    throughput,
    lead_time_rules,
    instability,
    judgement,
    quiz,
)

# isort: on
from devops_workbook.chapters.dora_metrics.instability import DASHBOARD_QUERY, dashboard
from devops_workbook.chapters.dora_metrics.shop_log import chapter

__all__ = [
    "DASHBOARD_QUERY",
    "chapter",
    "dashboard",
    "instability",
    "judgement",
    "lead_time_rules",
    "quiz",
    "throughput",
]
