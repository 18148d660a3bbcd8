"""The exercise on the arithmetic of a rolling update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devops_workbook.chapters.running_containers import eks
from devops_workbook.chapters.running_containers.account import chapter
from devops_workbook.checks import as_number, call, require
from devops_workbook.exercise import NotYet
from devops_workbook.kubernetes.rolling import limits
from devops_workbook.lab import Lab

#: Replicas, maxSurge and maxUnavailable in percent.
CASES = (
    (4, 25, 25),
    (3, 25, 25),
    (10, 25, 25),
    (10, 0, 10),
    (1, 25, 25),
    (7, 50, 30),
    (20, 100, 0),
)


def arrange_pods(lab: Lab) -> None:
    """The cluster with the service, for what comes after the exercise."""
    eks.create_cluster(lab).apply(eks.manifest("1.4.1"))
    eks.settle(lab)


@chapter.exercise(
    "pod-limits",
    title="How many pods, at most and at least",
    minutes=5,
    answer="pod_limits",
    hints=(
        "A quarter of three pods is 0.75 of one. Kubernetes rounds the surge up (math.ceil) and "
        "what may be missing down (math.floor).",
        "most = replicas + surge, least = replicas - unavailable.",
    ),
    arrange=arrange_pods,
)
def check_pod_limits(lab: Lab, answer: Any) -> str:
    """The function returns the most and the least of a rolling update, for whole percentages."""
    for replicas, surge, unavailable in CASES:
        found = call(answer, replicas, surge, unavailable, what="pod_limits")
        right = limits(replicas, f"{surge}%", f"{unavailable}%")
        said = f"pod_limits({replicas}, {surge}, {unavailable}) is {found!r}."
        most, least = _pair(found, said)
        require(
            (most, least) != (right.least, right.most) or right.least == right.most,
            f"{said} That is the right pair the wrong way round: (most, least).",
        )
        exact_most = replicas * (1 + surge / 100)
        require(
            most == right.most,
            f"{said} The most is wrong: {surge} % of {replicas} on top makes {exact_most:g}, and "
            "there are no parts of pods. A surge is rounded up.",
        )
        exact_least = replicas * (1 - unavailable / 100)
        require(
            least == right.least,
            f"{said} The least is wrong: without {unavailable} % of {replicas} it is "
            f"{exact_least:g}. What may be missing is rounded down.",
        )
    return "With three replicas and 25 %, one more and none less: Kubernetes errs on the safe side."


def _pair(found: Any, said: str) -> tuple[float, float]:
    # A dict would be taken for its keys, and a text for its letters.
    try:
        most, least = list(found) if not isinstance(found, (Mapping, str)) else []
    except (TypeError, ValueError):
        raise NotYet(f"{said} It should be a pair: (most, least).") from None
    return as_number(most, f"{said} The most"), as_number(least, f"{said} The least")
