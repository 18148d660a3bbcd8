"""The hours of a workshop: days, breaks and lunch around the chapters."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from devops_workbook.agenda.choice import Part, choose
from devops_workbook.exercise import Exercise

#: Minutes of a day in the room at most, breaks in them; lunch is extra.
DAY = 8 * 60
#: Minutes of work after which a room needs air, and how long it gets.
STRETCH, BREAK, LUNCH = 90, 15, 60
#: By how much a recap may make it longer: nobody has lunch five minutes before the end.
OVERRUN = 10
#: What the slots say in which exercises are done, and a chapter ends.
EXERCISES, RECAP = "exercises", "recap and quiz"
# The longest time for questions at the end, and the least in a workshop of two hours or more.
_QUESTIONS, _CLOSING, _LONG = 30, 5, 120
# A day that is longer than this has lunch.
_LUNCH_FROM = 4 * 60
# Of the time without exercises: what comes before them, the rest is recap, quiz and questions.
_BEFORE = 0.7
# Minutes: by how much less is tried when the breaks leave too little time; shorter is no slot.
_STEP = 5


@dataclass(frozen=True)
class Piece:
    """What of a chapter is done without a break: its minutes, and the exercise if it is one."""

    part: Part
    what: str
    minutes: int
    exercises: tuple[Exercise, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A row of a timetable. ``start`` and ``end`` are minutes after the day's first.

    ``exercises`` are those that are done in it.
    """

    start: int
    end: int
    what: str
    part: Part | None = None
    exercises: tuple[Exercise, ...] = ()


@dataclass
class Day:
    """One day: its rows in order."""

    slots: list[Slot] = field(default_factory=list)

    @property
    def end(self) -> int:
        """When the last row ends, in minutes after the day's first."""
        return self.slots[-1].end if self.slots else 0

    def add(self, minutes: int, what: str, piece: Piece | None = None) -> None:
        """Add a row, or make the last one longer when it is of the same kind."""
        part = piece.part if piece else None
        done = piece.exercises if piece else ()
        last = self.slots[-1] if self.slots else None
        if last and part and last.part is part and last.what == what:
            done = (*last.exercises, *done)
            self.slots[-1] = Slot(last.start, last.end + minutes, what, part, done)
        else:
            self.slots.append(Slot(self.end, self.end + minutes, what, part, done))


def plan(total: int, keys: Iterable[str] | None = None) -> list[Day]:
    """Return the days of a workshop of ``total`` minutes in the room, lunch not counted.

    With as many chapters as fit, see ``choose``, on as few days as hold them, all equally long. A
    break comes when the next piece would end more than ``STRETCH`` minutes after the last one, so
    that no exercise is torn; the middle one of a long day is lunch. No chapter goes on the next day
    if all the chapters fit so. What is left over at the end is for questions. Raises
    ``UnknownKeyError``.
    """
    asked = list(keys) if keys else None
    for working in range(total, 0, -_STEP):
        parts = choose(working, asked)
        days = timetable(parts, total, whole=True) or timetable(parts, total)
        if days is not None:
            return days
    return []


def timetable(parts: Iterable[Part], total: int, whole: bool = False) -> list[Day] | None:
    """Return the days on which the chapters are taught, or None when they do not fit.

    With ``whole`` no chapter goes on the next day.
    """
    number = math.ceil(total / DAY)
    days = [_Clock(total // number)]
    for pieces in map(_pieces, parts):
        # What is tried goes all on one day, or one piece after the other.
        for together in [pieces] if whole else [[piece] for piece in pieces]:
            day = days[-1].with_work(together)
            if day is not None:
                days[-1] = day
            elif len(days) < number and (day := _Clock(total // number).with_work(together)):
                days.append(day)
            else:
                return None
    enough = days[-1].close() >= (_CLOSING if total >= _LONG else 0)
    return [day.day for day in days] if enough else None


class _Clock:
    """A day under construction: how much of it is used, and when the last break was."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        self.used = 0
        self.day = Day()
        self._since = 0
        self._lunch = minutes > _LUNCH_FROM

    def with_work(self, pieces: Iterable[Piece]) -> _Clock | None:
        """Return the day with these pieces of work in it, or None when they do not end in time."""
        more = copy.copy(self)
        more.day = Day([*self.day.slots])
        for piece in pieces:
            more._work(piece)
        return more if more.used <= more.minutes else None

    def _work(self, piece: Piece) -> None:
        if self._is_due(piece.minutes, OVERRUN if piece.what == RECAP else 0):
            self._rest()
        self.day.add(piece.minutes, piece.what, piece)
        self.used += piece.minutes
        self._since += piece.minutes

    def close(self) -> int:
        """Leave what is left for questions, after a break when one is due; return the minutes."""
        left = self.minutes - self.used
        if self._is_due(min(left, _QUESTIONS)) and left >= BREAK + _CLOSING:
            self._lunch = False
            self._rest()
            left -= BREAK
        rest = min(left, STRETCH - self._since, _QUESTIONS)
        if rest >= _STEP:
            self.day.add(rest, "questions, and what you take home")
        return rest

    def _is_due(self, minutes: int, overrun: int = 0) -> bool:
        return bool(self._since) and self._since + minutes > STRETCH + overrun

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


def _pieces(part: Part) -> list[Piece]:
    reading = part.minutes - sum(exercise.minutes for exercise in part.exercises)
    before = round(reading * _BEFORE)
    return [
        Piece(part, "story, idea, worked example", before),
        # One name for all, so that exercises in a row become one slot.
        *(Piece(part, EXERCISES, each.minutes, (each,)) for each in part.exercises),
        Piece(part, RECAP, reading - before),
    ]
