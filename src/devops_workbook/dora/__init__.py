"""DORA's five delivery metrics from events: read them, measure them, place them, show them."""

from __future__ import annotations

from devops_workbook.dora import charts
from devops_workbook.dora.cloudwatch import incidents_from_cloudwatch
from devops_workbook.dora.codedeploy import from_codedeploy
from devops_workbook.dora.codepipeline import from_codepipeline
from devops_workbook.dora.commit_table import from_commit_table
from devops_workbook.dora.comparison import ComparedMetric, Comparison, compare
from devops_workbook.dora.csv_input import read_csv
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.eventbridge import from_eventbridge
from devops_workbook.dora.events import Events
from devops_workbook.dora.git_history import from_git
from devops_workbook.dora.incidents import with_incidents
from devops_workbook.dora.levels import levels
from devops_workbook.dora.measure import measure
from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.quick_check import quick_check
from devops_workbook.dora.report import report
from devops_workbook.dora.report_comparison import report_comparison

__all__ = [
    "ComparedMetric",
    "Comparison",
    "Events",
    "EventsError",
    "Metric",
    "Metrics",
    "charts",
    "compare",
    "from_codedeploy",
    "from_codepipeline",
    "from_commit_table",
    "from_eventbridge",
    "from_git",
    "incidents_from_cloudwatch",
    "levels",
    "measure",
    "quick_check",
    "read_csv",
    "report",
    "report_comparison",
    "with_incidents",
]
