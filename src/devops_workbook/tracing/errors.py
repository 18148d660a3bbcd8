"""The one error that bad traces raise: what is wrong, where, and what was expected."""

from __future__ import annotations


class TracesError(ValueError):
    """Traces that cannot be used, in one sentence that says where to look.

    ``place`` is the file, the document or the column, or None.
    """

    def __init__(self, problem: str, *, place: str | None = None) -> None:
        self.problem = problem
        self.place = place
        super().__init__(f"{place}: {problem}" if place else problem)
