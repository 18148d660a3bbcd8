"""From a file, a text or Python objects to typed records, with errors that say where to look."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from operator import contains
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from devops_workbook.tracing.errors import TracesError

T = TypeVar("T")

# What is read together: bytes of a file, and texts of a list. Few, so that what is made of them
# is in the processor's cache while it is put into columns.
_BYTES, _TEXTS = 100_000, 100


class Record(msgspec.Struct, gc=False, frozen=True):
    """A JSON object of which only the declared fields are read; null counts as left out."""


def contents(path: str | os.PathLike[str]) -> bytes:
    """Return what a file holds. Raises TracesError for a file that cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise TracesError(error.strerror or str(error), place=str(path)) from error


def decode(text: bytes | str, type_: type[T], place: str) -> T:
    """Return a JSON text as a record. Raises TracesError."""
    try:
        return msgspec.json.decode(text, type=type_, strict=False)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise TracesError(_said(error), place=place) from error


def convert(value: Any, type_: type[T], place: str) -> T:
    """Return Python's dicts and lists as a record. Raises TracesError."""
    try:
        return msgspec.convert(value, type_, strict=False)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise TracesError(_said(error), place=place) from error


def record(value: Any, type_: type[T], place: str) -> T:
    """Return a JSON text or a Python object as a record. Raises TracesError."""
    if isinstance(value, str | bytes):
        return decode(value, type_, place)
    return convert(value, type_, place)


def lines(text: bytes, type_: type[T], place: str) -> Iterator[list[T]]:
    """Yield records of the lines of JSON that are not blank, some at a time.

    What is made of few records can be in the processor's cache while the next are read. Raises
    TracesError, which names the line.
    """
    begin = 0
    while begin < len(text):
        end = text.find(b"\n", begin + _BYTES) + 1 or len(text)
        yield _decoded(text[begin:end], type_, place, partial(_line_at, text, begin))
        begin = end


def parts(values: Sequence[Any]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield values, some at a time, with the number of the first of them, from 1."""
    for first in range(0, len(values), _TEXTS):
        yield first + 1, values[first : first + _TEXTS]


def each(values: Sequence[Any], type_: type[T], place: str, first: int = 1) -> list[T]:
    """Return records of texts or Python objects, numbered from ``first``. Raises TracesError."""
    # Texts are read faster as lines of one text; this asks about each without a loop in Python.
    if all(map(isinstance, values, repeat(str))) and not any(map(contains, values, repeat("\n"))):
        return _decoded("\n".join(values).encode(), type_, place, partial(int, first))
    return [record(value, type_, f"{place} {n}") for n, value in enumerate(values, first)]


def _decoded(text: bytes, type_: type[T], place: str, first: Callable[[], int]) -> list[T]:
    try:
        return list(msgspec.json.Decoder(type_, strict=False).decode_lines(text))
    except (msgspec.MsgspecError, RecursionError):
        return _line_by_line(text, type_, place, first())


def _line_at(text: bytes, place: int) -> int:
    return text.count(b"\n", 0, place) + 1


def _line_by_line(text: bytes, type_: type[T], place: str, first: int) -> list[T]:
    """Return what ``lines`` does; slower, but it knows which line is wrong."""
    numbered = enumerate(text.splitlines(), first)
    return [decode(line, type_, f"{place}, line {n}") for n, line in numbered if line.strip()]


@contextmanager
def uncollected() -> Iterator[None]:
    """Return a context without garbage collection.

    While a million records are made, all of which are kept, looking for garbage among them time
    and again takes longer than making them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def is_path(value: Any) -> bool:
    """Return whether a value names a file, rather than being JSON itself."""
    if isinstance(value, os.PathLike):
        return True
    return isinstance(value, str) and value.lstrip()[:1] not in ("{", "[")


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply"
    text = str(error).replace(" - at `", ", at `")
    return text[:1].lower() + text[1:]
