"""The metrics as pictures, each a ``display.Figure`` whose alternative text is computed."""

from __future__ import annotations

from devops_workbook.dora.charts.comparison import comparison
from devops_workbook.dora.charts.lead_times import lead_times
from devops_workbook.dora.charts.over_time import over_time
from devops_workbook.dora.charts.quarter import quarter
from devops_workbook.dora.charts.timeline import timeline

__all__ = ["comparison", "lead_times", "over_time", "quarter", "timeline"]
