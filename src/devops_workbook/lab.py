"""The lab: a chapter's offline AWS with its exercises, and everything a learner calls."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from devops_workbook import chapters
from devops_workbook.display import Note, Table, notebook_shell
from devops_workbook.errors import LabClosedError, UnknownKeyError
from devops_workbook.exercise import Chapter, Exercise, Question, Result
from devops_workbook.judge import judge, judge_choice
from devops_workbook.progress import Progress, raise_state
from offline_aws import OfflineAWS

if TYPE_CHECKING:
    from offline_aws.clock import Clock

#: Every lab starts on the same Monday morning.
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REGION = "us-east-1"

_current: Lab | None = None


def open_lab(key: str) -> Lab:
    """Open a chapter: start offline AWS, put the chapter's scenario in place, return the lab.

    A lab that was open before in the same kernel is closed; its account is gone, its progress
    is kept. Raises ``UnknownKeyError`` for a key that no chapter has.
    """
    global _current
    chapter = chapters.load(key)
    if _current is not None:
        _current.close()
    _current = Lab(chapter)
    return _current


class Lab:
    """A chapter's offline AWS, its exercises and quiz, and the learner's progress in it.

    Shown in a notebook it is a panel with buttons; shown in a terminal it is a table.
    ``recording`` switched off keeps what follows out of the progress file.
    """

    def __init__(self, chapter: Chapter, *, recording: bool = True) -> None:
        self.chapter = chapter
        # What the scenario takes is over when the lab opens.
        self.aws = OfflineAWS(region=REGION, now=MONDAY - chapter.set_up_takes)
        self.recording = recording
        self._progress = Progress()
        self._states = _states_so_far(self._progress, chapter)
        self._listeners: list[Callable[[], None]] = []
        self._hints_shown: dict[str, int] = {}
        self._asked_for_solution: set[str] = set()
        self.aws.start()
        try:
            self._set_scene()
        except BaseException:
            self.aws.stop()
            raise
        self._record("opened")

    @property
    def clock(self) -> Clock:
        """The lab's clock: ``now()``, ``advance(minutes=5)``, ``advance_until(...)``."""
        return self.aws.clock

    # What a learner calls.

    def check(self, key: str, answer: Any = None) -> Result:
        """Check an exercise and return the ``Result``.

        Without an answer, the check takes the notebook's variable that the exercise names, or
        looks at AWS alone. Raises ``UnknownKeyError``.
        """
        exercise = self._exercise(key)
        if answer is None and exercise.answer:
            answer = _notebook_variable(exercise.answer)
        return self._finish("check", judge(self, exercise, answer, self._next_step(exercise)))

    def answer(self, key: str, choice: object = ...) -> Result:
        """Answer a quiz question with the letter of an option; every option is explained."""
        question = self._question(key)
        return self._finish("answer", judge_choice(question, choice))

    def hint(self, key: str) -> Note:
        """Return the next hint of an exercise; after the last, the last again."""
        hints = self._exercise(key).hints
        shown = min(self._hints_shown.get(key, 0) + 1, len(hints))
        self._hints_shown[key] = shown
        self._record("hint", exercise=key)
        more = "Ask again for the next." if shown < len(hints) else "That was the last one."
        return Note(f"Hint {shown} of {len(hints)} ({key}):", f"{hints[shown - 1]}\n{more}")

    def solution(self, key: str) -> Note:
        """Return a solution of an exercise. Before the first try it asks once whether to."""
        self._exercise(key)
        untried = key not in self._states
        if untried and key not in self._asked_for_solution:
            self._asked_for_solution.add(key)
            return Note(f"Show the solution of {key}?", "You have not tried yet. Ask again to see.")
        from devops_workbook.notebooks import solution_of

        self._record("solution", exercise=key)
        return Note(
            f"A solution of {key}.",
            "Any other way that passes the check is as good.",
            code=solution_of(self.chapter.key, key),
        )

    def catch_up(self, key: str) -> Note:
        """Reset the account and bring it to where an exercise begins.

        Nothing you wrote in the notebook is lost, nor any progress.
        """
        exercise = self._exercise(key)
        self._reset_account()
        if exercise.arrange:
            exercise.arrange(self)
        return Note("Caught up.", f"The account is as it should be at the start of {key}.")

    def reset(self) -> Note:
        """Bring the account and the clock back to where the chapter begins."""
        self._reset_account()
        return Note("Reset.", f"The account is as at the start of {self.chapter.key}.")

    def progress(self) -> Table:
        """Return the chapter's exercises and questions with their states."""
        rows = [
            (exercise.title, f"{exercise.kind}, {exercise.minutes} min", self.state(key))
            for key, exercise in self.chapter.exercises.items()
        ]
        rows += [
            (_shortened(question.text), "question", self.state(key))
            for key, question in self.chapter.questions.items()
        ]
        done = sum(state == "passed" for _, _, state in rows)
        return Table(f"{self.chapter.title}: {done} of {len(rows)} done", _COLUMNS, rows)

    def quiz(self) -> object:
        """Return the chapter's quiz: buttons in a notebook, text in a terminal."""
        from devops_workbook.quiz import Quiz

        return Quiz(self)

    def close(self) -> None:
        """Stop the offline AWS. Calling again does nothing."""
        self.aws.stop()

    # What the panel, the quiz and the tests build on.

    def state(self, key: str) -> str:
        """Return ``not started``, ``tried`` or ``passed``."""
        return self._states.get(key, "not started")

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call the listener whenever a state may have changed."""
        self._listeners.append(listener)

    def _next_step(self, exercise: Exercise) -> str:
        if self._hints_shown.get(exercise.key, 0) < len(exercise.hints):
            return f'Stuck? `lab.hint("{exercise.key}")`'
        return f'Still stuck? `lab.solution("{exercise.key}")`'

    def _finish(self, event: str, result: Result) -> Result:
        raise_state(self._states, result.key, result.outcome.code)
        problem = self._record(event, exercise=result.key, outcome=result.outcome.code)
        for listener in self._listeners:
            listener()
        return replace(result, notes=(*result.notes, problem)) if problem else result

    def _record(self, event: str, **details: str) -> str:
        """Record an event; return a sentence when that failed, since the lab goes on."""
        if not self.recording:
            return ""
        try:
            self._progress.record(self.chapter.key, event, **details)
        except OSError as error:
            reason = error.strerror or error
            return (
                f"Your progress could not be saved in {self._progress.path}: {reason}. "
                "It is kept in this notebook and saved at a later check, once that works."
            )
        return ""

    def _reset_account(self) -> None:
        if not self.aws.running:
            raise LabClosedError("This lab is closed. Run the cell with open_lab again.")
        self.aws.reset()
        self._set_scene()

    def _set_scene(self) -> None:
        if self.chapter.set_scene:
            self.chapter.set_scene(self)

    def _exercise(self, key: str) -> Exercise:
        if key not in self.chapter.exercises:
            raise UnknownKeyError("exercise", key, self.chapter.exercises)
        return self.chapter.exercises[key]

    def _question(self, key: str) -> Question:
        if key not in self.chapter.questions:
            raise UnknownKeyError("question", key, self.chapter.questions)
        return self.chapter.questions[key]

    def __repr__(self) -> str:
        return repr(self.progress())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from devops_workbook.panel import bundle

        return bundle(self)


_COLUMNS = ("Exercise", "Kind", "State")


def _shortened(question: str) -> str:
    # A table is plain text: it would show backticks as they are.
    return textwrap.shorten(question.replace("`", ""), 60, placeholder=" …")


def _states_so_far(progress: Progress, chapter: Chapter) -> dict[str, str]:
    try:
        return progress.states(chapter.key)
    except OSError:
        # The lab goes on without; what cannot be read cannot be written, and a check says so.
        return {}


def _notebook_variable(name: str) -> Any:
    """Return the notebook's variable of that name, or ``...`` when its cell has not run."""
    shell = notebook_shell()
    return shell.user_ns.get(name, ...) if shell else ...
