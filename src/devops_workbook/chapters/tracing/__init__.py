"""Chapter 11: from "it is slow" to the line of SQL, with X-Ray and OpenTelemetry."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.tracing import (
    filter_expressions,
    line_of_sql,
    longest_span,
    instrumenting,
    broken_trace,
    faster,
    slow_calls,
    sampling,
    quiz,
)

# isort: on
from devops_workbook.chapters.tracing.account import chapter

__all__ = [
    "broken_trace",
    "chapter",
    "faster",
    "filter_expressions",
    "instrumenting",
    "line_of_sql",
    "longest_span",
    "quiz",
    "sampling",
    "slow_calls",
]
