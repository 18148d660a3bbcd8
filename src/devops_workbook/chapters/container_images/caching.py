"""The prediction on layers: what one changed line makes anew."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.account import chapter
from devops_workbook.chapters.container_images.working_folder import (
    build_of,
    files_of,
    with_another_line,
)
from devops_workbook.checks import as_number, require_entries
from devops_workbook.display import Table
from devops_workbook.exercise import NotYet
from devops_workbook.images import Build, Cache
from devops_workbook.lab import Lab

#: The same build twice; the second copies what seldom changes before what often does.
AT_ONCE = """FROM shop/jdk:2025.11
WORKDIR /src
COPY . .
RUN mvn --batch-mode dependency:go-offline
RUN mvn --batch-mode package
"""
LIBRARIES_FIRST = """FROM shop/jdk:2025.11
WORKDIR /src
COPY pom.xml ./
RUN mvn --batch-mode dependency:go-offline
COPY src ./src
RUN mvn --batch-mode package
"""
_ORDERS = {"at once": AT_ONCE, "libraries first": LIBRARIES_FIRST}


@chapter.exercise(
    "layer-order",
    title="Predict: one line of Java changes",
    minutes=4,
    kind="prediction",
    answer="made_anew",
    hints=(
        "COPY, RUN and WORKDIR make a layer each. Which files does each COPY take, and is the "
        "changed one among them?",
        "The first instruction that sees the changed file is made anew, and all below it.",
    ),
)
def check_layer_order(lab: Lab, answer: Any) -> str:
    """How many layers a second build makes, in either order."""
    require_entries(answer, "made_anew", _ORDERS)
    for name, text in _ORDERS.items():
        expected = after_a_change(text).misses
        if as_number(answer[name], f"made_anew['{name}']") != expected:
            first = "COPY . ." if name == "at once" else "COPY src ./src"
            raise NotYet(
                f"{name!r}: {answer[name]} does not hold. The first instruction that sees the "
                f"change is {first}. Count from there."
            )
    return "One order downloads all libraries for every changed line, the other does not."


def after_a_change(dockerfile: str) -> Build:
    """Return the second build of two, with one line of Java changed between them."""
    cache, files = Cache(), files_of("orders-spring")
    build_of("orders-spring", dockerfile, files, cache)
    changed = with_another_line("orders-spring", files)
    return build_of("orders-spring", dockerfile, changed, cache)


def report(made: Build, caption: str = "The build, step by step") -> Table:
    """Return a table of a build: each instruction, and whether its layer came from the cache."""
    words = {True: "from the cache", False: "made anew", None: ""}
    rows = [
        (
            _short(step.shown),
            words[step.cached] if step.layer else "",
            f"{len(step.layer.data) / 1000:,.1f}" if step.layer else "",
            step.note.partition(":")[0],
        )
        for step in made.steps
    ]
    return Table(caption, ("Instruction", "Layer", "kB", "Note"), rows)


def _short(text: str, most: int = 58) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
