"""From a file, a text or Python objects to typed records, with errors that say where to look."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from devops_workbook.tracing.errors import TracesError

T = TypeVar("T")


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


def lines(text: bytes, type_: type[T], place: str) -> list[T]:
    """Return one record for each line of JSON that is not blank. Raises TracesError."""
    try:
        return list(msgspec.json.Decoder(type_, strict=False).decode_lines(text))
    except (msgspec.MsgspecError, RecursionError):
        # Slower, but it knows the line.
        numbered = enumerate(text.splitlines(), 1)
        return [decode(line, type_, f"{place}, line {n}") for n, line in numbered if line.strip()]


def each(values: Iterable[Any], type_: type[T], place: str) -> list[T]:
    """Return one record for each text or Python object. Raises TracesError with its number."""
    values = list(values)
    if values and all(isinstance(value, str) for value in values):
        one = "\n".join(values)
        if one.count("\n") == len(values) - 1:
            return lines(one.encode(), type_, place)
    return [record(value, type_, f"{place} {n}") for n, value in enumerate(values, 1)]


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
