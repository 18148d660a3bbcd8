"""The prediction: the longest span may be one that nobody waits for."""

from __future__ import annotations

from typing import Any

from devops_workbook import tracing
from devops_workbook.chapters.tracing.account import chapter
from devops_workbook.chapters.tracing.home_page import CALLS, home_page
from devops_workbook.checks import number, require_entries
from devops_workbook.lab import Lab

ASKED = ("recommendations", "session", "prices")
_WHY = {
    "recommendations": "It is the longest span. But what is the page still waiting for when its "
    "answer has come?",
    "session": "Look at what begins when session ends.",
    "prices": "When prices is quicker, something else may be what the page waits for.",
}


@chapter.exercise(
    "longest-span",
    title="Predict: the longest span takes half as long",
    minutes=4,
    kind="prediction",
    answer="saved",
    hints=(
        "session, basket and prices run one after the other: each waits for the one before. "
        "recommendations runs beside all three.",
        "The page goes on when the later of the two is done: the chain, or recommendations. Work "
        "out both for each case.",
    ),
)
def check_longest_span(lab: Lab, answer: Any) -> str:
    """How many milliseconds earlier the page is there, for three calls made twice as quick."""
    require_entries(answer, "saved", ASKED)
    right = half_as_long()
    for name in ASKED:
        mistakes = {"That is in seconds. Say it in milliseconds.": right[name] / 1000}
        if right[name] != CALLS[name][1] / 2:
            mistakes[_WHY[name]] = CALLS[name][1] / 2
        number(answer[name], right[name], f"saved['{name}']", mistakes=mistakes)
    return (
        "The longest span was worth nothing, and prices less than it seemed: the page then waits "
        "for recommendations."
    )


def half_as_long() -> dict[str, float]:
    """Return what is saved by each call if it takes half as long, in milliseconds."""
    found = tracing.bottlenecks(home_page()).set_index("operation")["saved_if_half"]
    return {name: round(1000 * float(found[name]), 3) for name in CALLS}
