"""The exercise on cost: a month of tasks on Fargate."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.running_containers import prices
from devops_workbook.chapters.running_containers.account import chapter
from devops_workbook.checks import call, number
from devops_workbook.lab import Lab

_CASES = ((3, 0.5, 1.0), (1, 0.25, 0.5), (10, 2.0, 8.0))


@chapter.exercise(
    "fargate-month",
    title="What a month costs",
    minutes=4,
    answer="fargate_month",
    hints=(
        'price["fargate-vcpu"] is for one vCPU and one hour, price["fargate-memory"] for one GB '
        "and one hour.",
        "A month has 730 hours: 730 * tasks * (vcpu * … + gb * …).",
    ),
)
def check_fargate_month(lab: Lab, answer: Any) -> str:
    """The function returns what tasks of a size cost in a month of 730 hours."""
    price = prices.prices()
    for tasks, cpu, memory in _CASES:
        found = call(answer, tasks, cpu, memory, what="fargate_month")
        right = prices.fargate(tasks, cpu, memory)
        number(
            found,
            right,
            f"fargate_month({tasks}, {cpu}, {memory})",
            rel=0.005,
            mistakes={
                "That is an hour. A month has 730.": right / prices.HOURS,
                "That is without the memory, which is paid by the GB.": tasks
                * prices.HOURS
                * cpu
                * price["fargate-vcpu"],
                "That is one task. There are more.": right / tasks if tasks > 1 else -1.0,
                "That is a day.": right * 24 / prices.HOURS,
                "That is thirty days. The prices reckon with 730 hours.": right
                * 720
                / prices.HOURS,
            },
        )
    return "You pay for what a task asks for, whether it uses it or not."
