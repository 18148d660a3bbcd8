"""Run a chapter's cells in this process, as a learner would, to try its exercises.

Used by the content tests: a wrong cell fails with its own message, a solution passes, each from an
account that ``catch_up`` put in place.
"""

from __future__ import annotations

import ast
import linecache
from types import TracebackType
from typing import Any, Self

from devops_workbook.exercise import Result
from devops_workbook.notebooks.exercise_gates import checks_exercise
from devops_workbook.notebooks.source import Cell, Source


class Rehearsal:
    """One run of a chapter's cells, in one namespace that plays the notebook's.

    A context manager: it closes the lab that the cells opened.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._ran = 0
        self._next = 0  # the cell to go on with
        self._tried = ""  # the exercise whose attempts are still in the account

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if "lab" in self._names:
            self.lab.close()

    def until(self, exercise: str) -> None:
        """Run the learner's cells up to the task of an exercise, from where the run stands."""
        if self._tried:
            self.lab.catch_up(self._tried)
            self._tried = ""
        for place, cell in enumerate(self._source.cells[self._next :], self._next):
            if cell.tag == "task" and cell.exercise == exercise:
                self._next = place
                return
            if cell.tag in {"", "task"}:
                self.run(cell)
        raise ValueError(f"{self._source.key} has no task {exercise!r} that is still to come")

    def attempt(self, exercise: str, cell: Cell) -> Result:
        """Catch up with an exercise, run a cell in the place of its task, run its check.

        What the cell made among the names is undone afterwards; what it made in the account, at
        the next attempt or when the run goes on.
        """
        self.lab.catch_up(exercise)
        self._tried = exercise
        before = dict(self._names)
        self.run(cell)
        check = next(c for c in self._source.cells if checks_exercise(c, exercise))
        result = self.run(check)
        # The same dict: functions that cells defined look their names up in it.
        self._names.clear()
        self._names.update(before)
        if not isinstance(result, Result):
            raise TypeError(f"the check cell of {exercise!r} does not end with lab.check(...)")
        return result

    @property
    def lab(self) -> Any:
        """The lab that the chapter's first cells opened."""
        return self._names["lab"]

    def run(self, cell: Cell) -> Any:
        """Run a code cell; return the value of its last line if that is an expression."""
        if cell.kind != "code":
            return None
        self._ran += 1
        name = f"<{self._source.key} cell {self._ran}>"
        # So that a traceback can show the line, as it does in a notebook.
        linecache.cache[name] = (len(cell.text), None, cell.text.splitlines(True), name)
        body = ast.parse(cell.text, name)
        last = body.body.pop() if body.body and isinstance(body.body[-1], ast.Expr) else None
        exec(compile(body, name, "exec"), self._names)  # noqa: S102 - the course's own cells
        if not isinstance(last, ast.Expr):
            return None
        expression = compile(ast.Expression(last.value), name, "eval")
        return eval(expression, self._names)  # noqa: S307 - the course's own cells
