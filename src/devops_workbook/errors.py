"""What the workbook raises, all of it under one name.

WorkbookError               catch this one
├── UnknownKeyError         a chapter, exercise or question that does not exist
├── LabClosedError          the lab was closed, by you or by opening another
└── NotebookSourceError     a notebook source breaks a rule of CONTRIBUTING.md
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WorkbookError(Exception):
    """A mistake the workbook can explain in one sentence: what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        # IPython's way of asking an error how to show it: the sentence without the library's lines.
        return [f"{type(self).__name__}: {self}"]


class UnknownKeyError(WorkbookError):
    """No chapter, exercise or question has this key."""

    def __init__(self, kind: str, key: object, known: Iterable[str]) -> None:
        known = list(known)
        close = difflib.get_close_matches(str(key), known, n=1)
        others = f"There are: {', '.join(known)}." if known else "There are none here."
        hint = f"Did you mean {close[0]!r}?" if close else others
        super().__init__(f"There is no {kind} {key!r}. {hint}")


class LabClosedError(WorkbookError):
    """The lab no longer has an offline AWS behind it."""


class NotebookSourceError(WorkbookError):
    """A notebook source breaks a rule of CONTRIBUTING.md."""
