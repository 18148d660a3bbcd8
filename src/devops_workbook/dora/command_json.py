"""The numbers of ``workbook dora`` as JSON has them: what is not known is null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from devops_workbook.dora.comparison import Comparison
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.report_words import ORDER


def compared_numbers(compared: Comparison, notes: Sequence[str]) -> dict[str, Any]:
    """Return the numbers of both periods, and the verdicts by metric."""
    verdicts = {
        key: {
            "factor": row.factor,
            "difference": row.difference,
            "verdict": row.verdict,
            "reason": row.reason,
        }
        for key, row in compared.rows.items()
    }
    return {
        "before": numbers(compared.before, notes),
        "after": numbers(compared.after, notes),
        "comparison": _plain(verdicts),
    }


def numbers(metrics: Metrics, notes: Sequence[str]) -> dict[str, Any]:
    """Return the metrics of a period, by metric."""
    return {
        "start": metrics.start.isoformat(),
        "end": metrics.end.isoformat(),
        "tz": metrics.tz,
        "services": sorted(metrics.deployments["service"].unique()),
        "metrics": {key: _plain(vars(getattr(metrics, key))) for key in ORDER},
        "notes": list(notes),
    }


def _plain(value: Any) -> Any:
    """Return the value without NaN and infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return None if value != value or value in (float("inf"), float("-inf")) else value
