"""The exercise on sampling: what is the chance that a rare failure is in the sample?"""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.tracing.account import chapter, drawn, minutes
from devops_workbook.checks import call, number
from devops_workbook.display import Table
from devops_workbook.lab import Lab

_CASES = ((1, 0.05), (10, 0.05), (60, 0.05), (3, 1.0), (0, 0.5), (20, 0.0))


@chapter.exercise(
    "sampling",
    title="What five per cent lose",
    minutes=5,
    kind="stretch",
    answer="chance_seen",
    hints=(
        "The chance that one failure is left out is 1 - sampled. That all of them are left out is "
        "that chance, multiplied by itself for each.",
        "At least one is seen unless all are left out: 1 - (1 - sampled) ** failures.",
    ),
)
def check_sampling(lab: Lab, answer: Any) -> str:
    """The chance that at least one of some failures is recorded."""
    for failures, sampled in _CASES:
        number(
            call(answer, failures, sampled, what="chance_seen"),
            1 - (1 - sampled) ** failures,
            f"chance_seen({failures}, {sampled:g})",
            mistakes={
                "That is how many are expected in the sample, not the chance of at least one.": (
                    failures * sampled
                ),
                "That is the chance that all are recorded.": sampled**failures,
                "That is the chance that none is recorded.": (1 - sampled) ** failures,
            },
        )
    return "Right. Ten failures, and the odds are still against seeing a single one."


def kept(shares: tuple[float, ...] = (1.0, 0.5, 0.05)) -> Table:
    """Return what samples of the last hour have of its requests and its faults."""
    rows = []
    for share in shares:
        documents = [document for minute in minutes() for document in drawn(minute, share)]
        first = [document for document in documents if document["name"] == "storefront"]
        slow = [each for each in first if each["end_time"] - each["start_time"] > 1]
        faults = sum(bool(each.get("fault")) for each in first)
        rows.append((f"{share:.0%}", f"{len(first):,}", f"{len(slow)}", f"{faults}"))
    columns = ("Sampled", "Requests", "Longer than a second", "Faults")
    return Table("What a sample of the last hour holds", columns, rows)
