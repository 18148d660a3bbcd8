"""A CloudWatch dashboard as a picture: what GetDashboard returns, with what GetMetricData holds.

::

    from devops_workbook import dashboard
    dashboard.draw(boto3.client("cloudwatch"), "orders", end=lab.clock.now(), hours=3)

Any boto3 client will do, an account's own too. Drawn are widgets for metrics (lines, stacked areas,
numbers, with expressions and horizontal annotations), for alarms and for text. A widget of another
type is drawn as a box that says so.

body.py     the JSON of a dashboard as widgets
series.py   the values of all widgets, in one question
drawing.py  the picture
words.py    what the picture shows, in words
"""

from __future__ import annotations

from devops_workbook.dashboard.body import DashboardError
from devops_workbook.dashboard.drawing import draw

__all__ = ["DashboardError", "draw"]
