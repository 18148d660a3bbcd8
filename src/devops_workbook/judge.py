"""From an answer to a ``Result``: run the check and put what it found into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devops_workbook import checks
from devops_workbook.exercise import Exercise, Finding, Outcome, Question, Result

if TYPE_CHECKING:
    from devops_workbook.lab import Lab


def judge(lab: Lab, exercise: Exercise, answer: Any, next_step: str) -> Result:
    """Return the result of an exercise; ``next_step`` says where to look when it is unfinished.

    Whatever the check or the learner's code raises becomes part of the result.
    """
    if not lab.aws.running:
        message = "This lab is closed. Run the cell with open_lab again, then the cells after."
        return Result(exercise.key, Outcome.SETUP_MISSING, message)
    if exercise.answer and checks.untouched(answer):
        message = (
            f"`{exercise.answer}` is still `...`, or its cell has not run. "
            "Fill it in, run the cell, check again."
        )
        return Result(exercise.key, Outcome.NOT_STARTED, message)
    try:
        return Result(exercise.key, Outcome.PASSED, exercise.check(lab, answer))
    except Finding as finding:
        outcome, message = finding.outcome, str(finding)
    except Exception as error:
        outcome, message = _judge_error(exercise, answer, error)
    if outcome is Outcome.SETUP_MISSING and "catch_up" not in message:
        return Result(exercise.key, outcome, f'{message} Or: `lab.catch_up("{exercise.key}")`.')
    unfinished = outcome in {Outcome.NOT_YET, Outcome.RAISED}
    return Result(exercise.key, outcome, message, (next_step,) if unfinished else ())


def _judge_error(exercise: Exercise, answer: Any, error: Exception) -> tuple[Outcome, str]:
    reason = checks.explain(error)
    if checks.from_learner(error):
        return Outcome.RAISED, reason
    if exercise.answer:
        found = checks.describe(answer)
        return Outcome.NOT_YET, f"The check cannot use `{exercise.answer}`: {found}. ({reason})"
    return Outcome.NOT_YET, f"The check looked at your account and got: {reason}"


def judge_choice(question: Question, choice: object) -> Result:
    """Return the result of a quiz question; ``...`` stands for no choice yet."""
    letters = ", ".join(question.options)
    if choice is ...:
        return Result(question.key, Outcome.NOT_STARTED, f"Choose {letters}.")
    letter = str(choice).strip().lower()
    if letter not in question.options:
        message = f"{choice!r} is not one of the options: {letters}."
        return Result(question.key, Outcome.NOT_YET, message)
    if letter != question.right:
        # Only what was chosen is explained, so that there is still something to find out.
        message = f"{letter}) {question.options[letter][1]} Try another."
        return Result(question.key, Outcome.NOT_YET, message)
    explained = tuple(
        f"{option}) {text}\n   {why}" for option, (text, why) in question.options.items()
    )
    return Result(question.key, Outcome.PASSED, f"{letter} is right.", explained)
