"""What a notebook shows of an error of the CDK: the learner's own lines and the message."""

from __future__ import annotations

from traceback import walk_tb
from types import TracebackType
from typing import Any

from devops_workbook.display import notebook_shell


def shorten_errors() -> None:
    """Let the notebook leave out the lines of the CDK's own Python and JavaScript.

    A construct that refuses its arguments raises ``RuntimeError`` from a ``JavaScriptError``, or
    ``TypeError`` from its check of types; both would show pages of code that nobody can change.
    """
    if shell := notebook_shell():
        shell.set_custom_exc((RuntimeError, TypeError), _show)


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> None:
    if type(error.__cause__).__name__ == "JavaScriptError" or _is_of_a_construct(trace):
        error.__cause__, error.__suppress_context__ = None, True
        shell.showtraceback((kind, error, _of_cells(trace)), tb_offset=0)
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def _is_of_a_construct(trace: TracebackType | None) -> bool:
    """Return whether a construct was being made: jsii's metaclass makes all of them."""
    frames = walk_tb(trace)
    return any(frame.f_globals.get("__name__") == "jsii._runtime" for frame, _ in frames)


def _of_cells(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback of the notebook's own frames alone."""
    if trace is None:
        return None
    rest = _of_cells(trace.tb_next)
    if trace.tb_frame.f_globals.get("__name__") != "__main__":
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
