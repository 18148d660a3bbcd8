"""The hours of a workshop: days, breaks and lunch around the chapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from devops_workbook.agenda.choice import Part, choose

#: Minutes of a day in the room at most, breaks in them; lunch is extra.
DAY = 6 * 60
#: Minutes of work after which a room needs air, and how long it gets.
STRETCH, BREAK, LUNCH = 90, 15, 60
#: What a slot says in which exercises are done.
EXERCISES = "exercises"
# The longest time for questions at the end.
_QUESTIONS = 30
# A day that is longer than this has lunch.
_LUNCH_FROM = 4 * 60
# Of the time without exercises: what comes before them, the rest is recap, quiz and questions.
_BEFORE = 0.7
# Minutes: by how much less is tried when the breaks leave too little time, the least for questions.
_STEP = 5


@dataclass(frozen=True)
class Slot:
    """A row of a timetable. ``start`` and ``end`` are minutes after the day's first."""

    start: int
    end: int
    what: str
    part: Part | None = None


@dataclass
class Day:
    """One day: its rows in order."""

    slots: list[Slot] = field(default_factory=list)

    @property
    def end(self) -> int:
        """When the last row ends, in minutes after the day's first."""
        return self.slots[-1].end if self.slots else 0

    def add(self, minutes: int, what: str, part: Part | None = None) -> None:
        """Add a row, or make the last one longer when it is of the same kind."""
        last = self.slots[-1] if self.slots else None
        if last and part and last.part is part and last.what == what:
            self.slots[-1] = Slot(last.start, last.end + minutes, what, part)
        else:
            self.slots.append(Slot(self.end, self.end + minutes, what, part))


def plan(total: int, keys: Iterable[str] | None = None) -> list[Day]:
    """Return the days of a workshop of ``total`` minutes in the room, lunch not counted.

    With as many chapters as fit, see ``choose``. A break comes when the next piece would end more
    than ``STRETCH`` minutes after the last one, so that no exercise is torn; the middle one of a
    long day is lunch. What is left over at the end is for questions. Raises ``UnknownKeyError``.
    """
    asked = list(keys) if keys else None
    for working in range(total, 0, -_STEP):
        parts = choose(working, asked)
        days = timetable(parts, total)
        if days is not None:
            return days
    return []


def timetable(parts: Iterable[Part], total: int) -> list[Day] | None:
    """Return the days on which the chapters are taught, or None when they do not fit."""
    days = [_Clock(min(DAY, total))]
    for part, what, minutes in _pieces(parts):
        if not days[-1].has_room(minutes):
            if (left := total - DAY * len(days)) <= 0:
                return None
            days.append(_Clock(min(DAY, left)))
        days[-1].work(minutes, what, part)
    days[-1].close()
    return [day.day for day in days]


class _Clock:
    """A day under construction: how much of it is used, and when the last break was."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        self.used = 0
        self.day = Day()
        self._since = 0
        self._lunch = minutes > _LUNCH_FROM

    def has_room(self, minutes: int) -> bool:
        """Whether a piece of work, and the break before it, end in time."""
        rest = BREAK if self._is_due(minutes) and not self._is_noon() else 0
        return self.used + rest + minutes <= self.minutes

    def work(self, minutes: int, what: str, part: Part | None) -> None:
        """Add a piece of work, after a break when one is due."""
        if self._is_due(minutes):
            self._rest()
        self.day.add(minutes, what, part)
        self.used += minutes
        self._since += minutes

    def close(self) -> None:
        """Leave what is left for questions, without another break."""
        rest = min(self.minutes - self.used, STRETCH - self._since, _QUESTIONS)
        if rest >= _STEP:
            self.day.add(rest, "questions, and what you take home")

    def _is_due(self, minutes: int) -> bool:
        return bool(self._since) and self._since + minutes > STRETCH

    def _is_noon(self) -> bool:
        # The break that is nearest to the middle of the day.
        return self._lunch and self.used >= (self.minutes - STRETCH) / 2

    def _rest(self) -> None:
        if self._is_noon():
            self._lunch = False
            self.day.add(LUNCH, "Lunch")
        else:
            self.day.add(BREAK, "Break")
            self.used += BREAK
        self._since = 0


def _pieces(parts: Iterable[Part]) -> Iterator[tuple[Part, str, int]]:
    for part in parts:
        reading = part.minutes - sum(exercise.minutes for exercise in part.exercises)
        before = round(reading * _BEFORE)
        yield part, "story, idea, worked example", before
        # One name for all, so that exercises in a row become one slot.
        yield from ((part, EXERCISES, exercise.minutes) for exercise in part.exercises)
        yield part, "recap and quiz", reading - before
