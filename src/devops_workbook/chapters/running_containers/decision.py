"""The exercise at the end: a decision table, computed from the learner's own answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np

from devops_workbook.chapters.running_containers import prices
from devops_workbook.chapters.running_containers.account import chapter
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.display import Table
from devops_workbook.lab import Lab

Workload = Mapping[str, Any]
#: The questions, with the type of an answer.
QUESTIONS: Mapping[str, type] = {
    "services": int,
    "people": int,
    "knows_kubernetes": bool,
    "needs_kubernetes": bool,
    "only_http": bool,
    "has_app_runner": bool,
    "busy": float,
}
#: numpy's numbers are as good as Python's own.
_ALLOWED: Mapping[type, Any] = {int: Integral, float: Real, bool: (bool, np.bool_)}
_COLUMNS = ("Way", "Verdict", "Against it", "$ a service, month")
_COPIES, _CPU, _MEMORY = 3, 0.5, 1.0
#: Somebody has to be able to be on holiday.
_PEOPLE_FOR_KUBERNETES = 2


@dataclass(frozen=True)
class Option:
    """A way with what rules it out, each with its reason, and its price a service and month."""

    name: str
    obstacles: tuple[tuple[Callable[[Workload], bool], str], ...]
    price: Callable[[Workload], float]


def _shared_balancer(workload: Workload) -> float:
    tasks = prices.fargate(_COPIES, _CPU, _MEMORY)
    return tasks + prices.balancer() / int(workload["services"])


OPTIONS = (
    Option(
        "App Runner",
        (
            (lambda w: not w["has_app_runner"], "closed to new customers since 30 April 2026"),
            (lambda w: not w["only_http"], "answers HTTP requests, and nothing else"),
            (lambda w: w["needs_kubernetes"], "is no Kubernetes"),
        ),
        lambda w: prices.month("App Runner", 1, _CPU, _MEMORY, w["busy"]),
    ),
    Option(
        "ECS Express Mode",
        (
            (lambda w: not w["only_http"], "is made for web services"),
            (lambda w: w["needs_kubernetes"], "is no Kubernetes"),
        ),
        _shared_balancer,
    ),
    Option(
        "ECS on Fargate",
        ((lambda w: w["needs_kubernetes"], "is no Kubernetes"),),
        _shared_balancer,
    ),
    Option(
        "EKS",
        (
            (
                lambda w: w["people"] < _PEOPLE_FOR_KUBERNETES,
                "needs two people who look after it, one on holiday",
            ),
            (
                lambda w: not w["knows_kubernetes"] and not w["needs_kubernetes"],
                "is a lot to learn for what nobody asked for",
            ),
        ),
        lambda w: prices.cluster_share(w["services"], _COPIES, _CPU, _MEMORY),
    ),
)


def remaining(workload: Workload) -> list[Option]:
    """Return the ways that nothing rules out, in the order of how little they ask of a team."""
    return [
        each for each in OPTIONS if not any(rules_out(workload) for rules_out, _ in each.obstacles)
    ]


def table(workload: Workload) -> Table:
    """Return every way with what speaks against it and what a service costs.

    Before all questions are answered it is empty.
    """
    if any(workload.get(key, ...) is ... for key in QUESTIONS):
        return Table("Answer all questions above first", _COLUMNS, [])
    left = remaining(workload)
    rows = []
    for each in OPTIONS:
        against = "; ".join(why for rules_out, why in each.obstacles if rules_out(workload))
        mark = "first choice" if left and each is left[0] else "possible" if each in left else "no"
        rows.append((each.name, mark, against, f"{each.price(workload):.0f}"))
    return Table("Ways to run it", _COLUMNS, rows)


def side_by_side(cases: Mapping[str, Workload]) -> Table:
    """Return the verdicts for several workloads, by name: a row for each way."""
    tables = {name: table(workload) for name, workload in cases.items()}
    rows = []
    for place, option in enumerate(OPTIONS):
        verdicts = [each.rows[place] for each in tables.values()]
        cells = [f"{row[1]}: {row[2]}" if row[2] else f"{row[1]}, {row[3]} $" for row in verdicts]
        rows.append((option.name, *cells))
    return Table("Ways for several workloads", ("Way", *cases), rows)


@chapter.exercise(
    "decision",
    title="Your own workload",
    minutes=4,
    answer="workload",
    hints=(
        "Take a service that you know. services and people are whole numbers, busy is a share from "
        "0 to 1, all others are True or False.",
        "needs_kubernetes is True where something that you must run comes as a Helm chart, or "
        "wants a DaemonSet; a wish is not a need.",
    ),
)
def check_decision(lab: Lab, answer: Any) -> str:
    """All questions are answered in a way that the table can be computed from."""
    require_entries(answer, "workload", QUESTIONS)
    for key, kind in QUESTIONS.items():
        value = answer[key]
        fits = isinstance(value, _ALLOWED[kind]) and (kind is bool or not isinstance(value, bool))
        word = {int: "a whole number", bool: "True or False", float: "a share from 0 to 1"}[kind]
        require(fits, f"workload[{key!r}] should be {word}. Found {describe(value)}.")
    require(answer["services"] >= 1, "There should be at least one service.")
    require(answer["people"] >= 0, "There cannot be fewer than no people.")
    require(0 <= answer["busy"] <= 1, f"busy is a share from 0 to 1, not {answer['busy']}.")
    left = remaining(answer)
    require(
        left,
        "Nothing is left: Kubernetes is needed, and there are not two people for it. Change one of "
        "the two before you choose.",
    )
    others = ", ".join(each.name for each in left[1:]) or "nothing else"
    return f"{left[0].name} asks the least of you. Possible as well: {others}."
