"""Which chapters a workshop of so many minutes has room for, and with which exercises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from devops_workbook import chapters
from devops_workbook.exercise import Chapter, Exercise

#: What a workshop does first when there is no time for all: measure, release safely, automate,
#: describe the infrastructure, see. A chapter that is not listed here comes last.
PRIORITY = (
    "start-here",
    "dora-metrics",
    "safe-deployments",
    "pipelines",
    "infrastructure-as-code",
    "monitoring",
    "tracing",
    "source-control",
    "build-and-test",
    "container-images",
    "running-containers",
    "cdk",
    "capstone",
)
#: A chapter of which less than this is left is not worth beginning.
WORTHWHILE = 0.6


@dataclass(frozen=True)
class Part:
    """A chapter in a plan. ``cut`` are the exercises that the plan leaves out from the start."""

    chapter: Chapter
    cut: tuple[Exercise, ...] = ()

    @property
    def exercises(self) -> list[Exercise]:
        """The exercises that are done, in their order."""
        return [e for e in self.chapter.exercises.values() if e not in self.cut]

    @property
    def minutes(self) -> int:
        """The minutes of reading and of the exercises that are done."""
        return self.chapter.minutes - sum(exercise.minutes for exercise in self.cut)

    @property
    def cut_points(self) -> list[Exercise]:
        """The exercises to leave out next when the room is late, the first one first.

        Those that the chapter names in ``leave_out``, then stretch exercises, then ordinary ones
        from the last to the second. Predictions and break/fix exercises stay, and all when
        ``leave_out`` is None.
        """
        named = self.chapter.leave_out
        if named is None:
            return []
        stretch = [exercise for exercise in self.exercises if exercise.kind == "stretch"]
        ordinary = [exercise for exercise in self.exercises if exercise.kind == "exercise"]
        return sorted(
            stretch + ordinary[:0:-1],
            key=lambda cut: named.index(cut.key) if cut.key in named else len(named),
        )


def choose(minutes: int, keys: Iterable[str] | None = None) -> list[Part]:
    """Return the chapters that fit into so many minutes of work, in the order of the course.

    By ``PRIORITY``, or in their own order when ``keys`` names them. A chapter that does not fit is
    shortened at its cut points when ``WORTHWHILE`` of it fits. Raises ``UnknownKeyError``.
    """
    asked = list(dict.fromkeys(keys)) if keys else _by_priority()
    parts: list[Part] = []
    left = minutes
    for chapter in map(chapters.load, asked):
        part = _fitting(chapter, left)
        if part:
            parts.append(part)
            left -= part.minutes
    return sorted(parts, key=lambda part: chapters.COURSE.index(part.chapter.key))


def _by_priority() -> list[str]:
    known: Sequence[str] = chapters.COURSE
    return sorted(known, key=lambda key: PRIORITY.index(key) if key in PRIORITY else len(PRIORITY))


def _fitting(chapter: Chapter, minutes: int) -> Part | None:
    part = Part(chapter)
    while part.minutes > minutes and part.cut_points:
        part = Part(chapter, (*part.cut, part.cut_points[0]))
    fits = part.minutes <= minutes and part.minutes >= WORTHWHILE * chapter.minutes
    return part if fits else None
