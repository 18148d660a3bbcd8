"""Where the time goes: spans from traces, then the map, the critical path and what to mend.

::

    spans = tracing.read("traces.json")          # or read_segments, from_xray, read_otlp, ...
    tracing.service_map(spans)
    tracing.critical_path(spans, trace_id)
    tracing.bottlenecks(spans)

Every analysis takes the table of spans, whose columns are in ``tracing.COLUMNS``, or the
``Forest`` of it. A million spans take seconds.
"""

from __future__ import annotations

from devops_workbook.tracing import charts
from devops_workbook.tracing.bottlenecks import bottlenecks
from devops_workbook.tracing.comparison import compare, compare_requests
from devops_workbook.tracing.critical_path import critical_path, critical_paths, notes
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.exemplars import exemplars
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.jaeger import read_jaeger
from devops_workbook.tracing.otlp import read_otlp
from devops_workbook.tracing.reading import read
from devops_workbook.tracing.report import report
from devops_workbook.tracing.self_time import self_seconds
from devops_workbook.tracing.service_map import ServiceMap, service_map
from devops_workbook.tracing.spans import COLUMNS, spans
from devops_workbook.tracing.statements import normalised, repeated_calls, statements
from devops_workbook.tracing.xray import read_segments
from devops_workbook.tracing.xray_account import from_xray
from devops_workbook.tracing.zipkin import read_zipkin

__all__ = [
    "COLUMNS",
    "Forest",
    "ServiceMap",
    "TracesError",
    "bottlenecks",
    "charts",
    "compare",
    "compare_requests",
    "critical_path",
    "critical_paths",
    "exemplars",
    "from_xray",
    "normalised",
    "notes",
    "read",
    "read_jaeger",
    "read_otlp",
    "read_segments",
    "read_zipkin",
    "repeated_calls",
    "report",
    "self_seconds",
    "service_map",
    "spans",
    "statements",
]
