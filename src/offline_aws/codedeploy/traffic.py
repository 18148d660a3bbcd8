"""How traffic is shifted: which percentage has gone to the new version, and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from offline_aws.codedeploy.course import Course
from offline_aws.codedeploy.shapes import Shape

_ALL = 100


def steps(routing: Shape) -> list[tuple[int, int]]:
    """Return the minutes after the beginning and the percentage from then on.

    The first part of a canary or a linear shift moves at once; the last step is 100.
    """
    kind = routing["type"]
    if kind == "TimeBasedCanary":
        canary = routing["timeBasedCanary"]
        return [(0, canary["canaryPercentage"]), (canary["canaryInterval"], _ALL)]
    if kind == "TimeBasedLinear":
        linear = routing["timeBasedLinear"]
        part, minutes = linear["linearPercentage"], linear["linearInterval"]
        count = -(-_ALL // part)
        return [(i * minutes, min(_ALL, (i + 1) * part)) for i in range(count)]
    return [(0, _ALL)]


def shift(
    course: Course, routing: Shape, move: Callable[[int], None], done: Callable[[], object]
) -> None:
    """Move the traffic step by step on the clock; ``done`` is called once all has moved."""

    def moved(percent: int) -> None:
        move(percent)
        if percent == _ALL and course.deployment.active:
            done()

    for minutes, percent in steps(routing):
        if minutes == 0:
            moved(percent)
        else:
            course.after(minutes * 60, partial(moved, percent))
