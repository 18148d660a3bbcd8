"""Traces as pictures, each a ``display.Figure`` whose alternative text is computed."""

from __future__ import annotations

from devops_workbook.tracing.charts.flame_graph import flame_graph
from devops_workbook.tracing.charts.heat_map import latency_heat_map
from devops_workbook.tracing.charts.intervals import changes
from devops_workbook.tracing.charts.map import service_map
from devops_workbook.tracing.charts.waterfall import waterfall

__all__ = ["changes", "flame_graph", "latency_heat_map", "service_map", "waterfall"]
