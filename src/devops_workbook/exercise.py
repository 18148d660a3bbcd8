"""What a chapter is made of: exercises with their checks, quiz questions, and results."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from devops_workbook.display import inline_html

if TYPE_CHECKING:
    from devops_workbook.lab import Lab

Check = Callable[["Lab", Any], str]
Arrange = Callable[["Lab"], None]
Kind = Literal["exercise", "prediction", "break/fix", "stretch"]


class Outcome(Enum):
    """How a check ended. ``symbol`` and ``word`` say so together, never colour alone."""

    PASSED = ("passed", "✓", "Passed")
    NOT_YET = ("not yet", "✗", "Not yet")
    NOT_STARTED = ("not started", "○", "Not started")
    RAISED = ("raised", "!", "Your code raised an error")
    SETUP_MISSING = ("set-up missing", "?", "Set-up missing")

    def __init__(self, code: str, symbol: str, word: str) -> None:
        self.code = code
        self.symbol = symbol
        self.word = word


_COLOURS = {
    Outcome.PASSED: "#009E73",
    Outcome.NOT_YET: "#D55E00",
    Outcome.RAISED: "#D55E00",
    Outcome.NOT_STARTED: "#0072B2",
    Outcome.SETUP_MISSING: "#CC79A7",
}


@dataclass(frozen=True)
class Result:
    """The answer to ``lab.check`` or ``lab.answer``.

    ``message`` says what was looked at, what was found and what was expected, never the
    answer. ``notes`` are further lines: where to look next, or the options of a question.
    """

    key: str
    outcome: Outcome
    message: str
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the exercise is done."""
        return self.outcome is Outcome.PASSED

    def __repr__(self) -> str:
        head = f"{self.outcome.symbol} {self.outcome.word} ({self.key}): {self.message}"
        return "\n".join([head, *(f"  {note}" for note in self.notes)])

    def to_html(self) -> str:
        """Return the result as a block that a screen reader announces."""
        notes = "".join(f"<div>{_multiline(note)}</div>" for note in self.notes)
        return (
            f'<div role="status" style="border-left:6px solid {_COLOURS[self.outcome]};'
            # A widget would set lines as far apart as its buttons are high.
            'padding:.4em .8em;margin:.3em 0;line-height:1.5">'
            f"<strong>{self.outcome.symbol} {self.outcome.word}</strong> "
            f'<span style="opacity:.75">({html.escape(self.key)})</span>'
            f"<div>{_multiline(self.message)}</div>{notes}</div>"
        )

    def _repr_html_(self) -> str:
        return self.to_html()


def _multiline(text: str) -> str:
    return f'<span style="white-space:pre-wrap">{inline_html(text)}</span>'


class Finding(Exception):
    """What a check found; raised inside a check, turned into a ``Result`` by the lab."""

    outcome = Outcome.NOT_YET


class NotYet(Finding):
    """The work is not right yet; the message says what was found and what was expected."""


class NotStarted(Finding):
    """The task's cell is still as it was shipped."""

    outcome = Outcome.NOT_STARTED


class LearnerError(Finding):
    """The learner's own code raised; the cause is their exception."""

    outcome = Outcome.RAISED


class SetupMissing(Finding):
    """Something that the chapter put in place is gone."""

    outcome = Outcome.SETUP_MISSING


@dataclass(frozen=True)
class Exercise:
    """One exercise: what to do stands in the notebook, how it is checked stands here.

    ``answer`` names the variable or function in which the notebook keeps the learner's answer,
    so that the panel's Check button finds it; ``None`` when the check looks at AWS alone.
    """

    key: str
    title: str
    minutes: int
    check: Check
    hints: tuple[str, ...]
    answer: str | None = None
    kind: Kind = "exercise"
    arrange: Arrange | None = None


@dataclass(frozen=True)
class Question:
    """One quiz question. ``options`` maps a letter to its text and its explanation."""

    key: str
    text: str
    options: Mapping[str, tuple[str, str]]
    right: str


@dataclass
class Chapter:
    """A chapter: the scenario it starts from, its exercises and its quiz, by key.

    ``set_up_takes`` is the lab time that the scenario moves the clock by: the account begins so
    much earlier, and the lab opens at nine. ``leave_out`` are the keys of the exercises that a
    shorter session leaves out first, in that order, as the instructor's notes say; None when it
    leaves out nothing.
    """

    key: str
    title: str
    minutes: int
    exercises: dict[str, Exercise] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    set_scene: Arrange | None = None
    set_up_takes: timedelta = timedelta(0)
    leave_out: tuple[str, ...] | None = ()

    def scenario(self, function: Arrange) -> Arrange:
        """Register the function that puts the chapter's scenario into an empty account."""
        self.set_scene = function
        return function

    def exercise(
        self,
        key: str,
        *,
        title: str,
        minutes: int,
        hints: tuple[str, ...],
        answer: str | None = None,
        kind: Kind = "exercise",
        arrange: Arrange | None = None,
    ) -> Callable[[Check], Check]:
        """Register the decorated function as the check of a new exercise.

        The check receives the lab and the answer (``None`` when there is none). It returns the
        message of a pass, or raises ``NotYet`` or ``NotStarted`` with what it found.
        ``arrange(lab)`` brings the scenario to where this exercise begins.
        """

        def register(check: Check) -> Check:
            self._refuse_taken(key)
            self.exercises[key] = Exercise(key, title, minutes, check, hints, answer, kind, arrange)
            return check

        return register

    def question(
        self, key: str, text: str, options: Mapping[str, tuple[str, str]], *, right: str
    ) -> None:
        """Add a quiz question; ``options`` is ``{"a": (text, explanation), ...}``."""
        self._refuse_taken(key)
        if right not in options:
            raise ValueError(f"question {key!r}: the right option {right!r} is not among them")
        self.questions[key] = Question(key, text, options, right)

    def _refuse_taken(self, key: str) -> None:
        if key in self.exercises or key in self.questions:
            raise ValueError(f"chapter {self.key!r} already has the key {key!r}")
