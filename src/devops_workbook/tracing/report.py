"""The analysis of traces as one page of HTML that can be forwarded: everything is in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from devops_workbook import page
from devops_workbook.tracing import report_tables
from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.survey import Survey


def report(
    spans: pd.DataFrame | Forest | Survey, path: str | Path, *, title: str = "Where the time goes"
) -> Path:
    """Write the analysis of spans as one self-contained HTML page and return its path.

    The page holds the service map, the bottlenecks, a flame graph, durations over time,
    waterfalls of a typical and of the slowest trace, database statements, loops, and what had
    to be adjusted. It loads nothing and runs no script. The same spans give the same bytes.
    """
    survey = spans if isinstance(spans, Survey) else Survey(Forest.of(spans))
    table = survey.forest.spans
    return page.fill(
        path,
        Path(__file__).with_name("report.html.j2"),
        title=title,
        first=f"{table['start'].min():%Y-%m-%d %H:%M:%S}",
        last=f"{table['start'].max():%Y-%m-%d %H:%M:%S}",
        survey=survey,
        sections=_sections(survey),
    )


def _sections(survey: Survey) -> list[dict[str, Any]]:
    """Return heading, lead, pictures and table of each section; a table without rows is none."""
    from devops_workbook.tracing import charts

    traces = survey.exemplars
    slowest = int(traces["seconds"].to_numpy().argmax())
    opened = [traces["trace_id"].iloc[place] for place in (0, slowest)]
    found: list[dict[str, Any]] = [
        {
            "title": "Who calls whom",
            "lead": "Each service with the figures of the requests that it received, each arrow "
            "with those of the calls as their sender saw them.",
            "figures": [charts.service_map(survey.map)],
            "table": report_tables.services(survey.map),
        },
        {
            "title": "What requests wait for",
            "lead": "Only work on the critical path makes a request longer. What would be saved is "
            "found by running each trace again with that work made shorter: where something else "
            "is then waited for, less is saved.",
            "figures": [charts.flame_graph(survey.forest)],
            "table": report_tables.bottlenecks(survey.bottlenecks),
        },
        {
            "title": "Which traces to open",
            "lead": "The dark line is the critical path: at each moment what everything waited "
            "for.",
            "figures": [charts.latency_heat_map(survey.forest)]
            + [charts.waterfall(survey.forest, each) for each in dict.fromkeys(opened)],
            "table": report_tables.exemplars(survey.exemplars),
        },
        {
            "title": "Called in a loop",
            "lead": "One query for a list and one more for each of its elements: better one query "
            "for all of them.",
            "figures": [],
            "table": report_tables.loops(survey.loops),
        },
        {
            "title": "Database statements",
            "lead": "Literals and parameters are replaced by question marks.",
            "figures": [],
            "table": report_tables.statements(survey.statements),
        },
    ]
    return [section for section in found if section["table"].rows]
