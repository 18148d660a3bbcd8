"""A CSV file as columns of text, and the line of the file that each row came from."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pandas as pd

from devops_workbook.dora.errors import EventsError

#: A path, or a file opened in text or binary mode.
Source = str | os.PathLike[str] | IO[str] | IO[bytes]

_DELIMITERS = ",;\t|"
#: The last one is the space that spreadsheets do not break a line at.
_SPACES = " \t\N{NO-BREAK SPACE}"
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"))


@dataclass(frozen=True)
class TextTable:
    """Every cell of a CSV file as stripped text; columns are numbered, ``header`` names them.

    The index of ``cells`` counts the records of the file; rows of nothing but empty cells are
    gone from it.
    """

    file: str
    header: list[str]
    cells: pd.DataFrame
    text: str
    delimiter: str

    def line(self, row: int) -> int:
        """Return the line, counted from 1, on which the record with this index begins."""
        records = _records(self.text, self.delimiter)
        next(records)
        return next(line for index, (line, _) in enumerate(records) if index == row)


def read_text_table(source: Source, name: str) -> TextTable:
    """Read a CSV file; ``name`` stands for a file object that has no name of its own.

    The file is UTF-8, with or without a byte order mark, or UTF-16 with one; its delimiter is
    the comma, semicolon, tab or bar that the header uses. Raises EventsError for a file that
    is missing, empty, not text, or whose rows do not have as many cells as its header.
    """
    file, raw = _contents(source, name)
    text = _decode(raw, file)
    first_line = re.search(r"[^\r\n]*\S[^\r\n]*", text)
    if first_line is None:
        raise EventsError("the file is empty: expected a line that names the columns", file=file)
    delimiter = max(_DELIMITERS, key=first_line[0].count)
    _, header = next(_checked_records(text, delimiter, file))
    header = [cell.strip() for cell in header]
    cells = _cells(text, delimiter, header, file)
    return TextTable(file, header, _tidy(cells, text), text, delimiter)


def _contents(source: Source, name: str) -> tuple[str, bytes]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        try:
            return str(path), path.read_bytes()
        except FileNotFoundError as error:
            problem = f"there is no such file (looked for {path.absolute()})"
            raise EventsError(problem, file=str(path)) from error
        except OSError as error:
            raise EventsError(f"cannot be read: {error.strerror}", file=str(path)) from error
    content = source.read()
    raw = content.encode() if isinstance(content, str) else content
    return str(getattr(source, "name", name)), raw


def _decode(raw: bytes, file: str) -> str:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = "this is not UTF-8 text: save the file again as 'CSV UTF-8'"
        raise EventsError(problem, file=file, row=line) from error


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of each record that is not a blank line, the header first."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for cells in reader:
        if cells and (len(cells) > 1 or cells[0].strip()):
            yield line, cells
        line = reader.line_num + 1


def _checked_records(text: str, delimiter: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records, or raise EventsError for quotes that do not add up."""
    line = 0
    try:
        for line, cells in _records(text, delimiter):
            yield line, cells
    except csv.Error as error:
        problem = f"the quotes of the record after this line do not add up ({error})"
        raise EventsError(problem, file=file, row=line) from error


def _cells(text: str, delimiter: str, header: list[str], file: str) -> pd.DataFrame:
    problem = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(
                io.BytesIO(text.encode()),
                sep=delimiter,
                header=0,
                names=range(len(header)),
                index_col=False,
                dtype=str,
                na_filter=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        problem = str(error)
    else:
        if _delimiters_add_up(text, delimiter, header, cells):
            return cells
    _raise_for_uneven_record(text, delimiter, len(header), file)
    raise EventsError(f"this is not a table of comma-separated values {problem}", file=file)


def _delimiters_add_up(text: str, delimiter: str, header: list[str], cells: pd.DataFrame) -> bool:
    """Say whether no record is short: pandas would fill one up with empty cells, unasked."""
    inside = sum(cell.count(delimiter) for cell in header)
    if '"' in text:
        inside += sum(int(cells[column].str.count(f"[{delimiter}]").sum()) for column in cells)
    return text.count(delimiter) == inside + (len(header) - 1) * (len(cells) + 1)


def _raise_for_uneven_record(text: str, delimiter: str, width: int, file: str) -> None:
    uneven = [
        (line, len(cells))
        for line, cells in _checked_records(text, delimiter, file)
        if len(cells) != width
    ]
    if uneven:
        line, found = uneven[0]
        more = f" (and {len(uneven) - 1} more such rows)" if len(uneven) > 1 else ""
        problem = f"found {found} cells, expected {width} as in the header{more}"
        raise EventsError(problem, file=file, row=line)


def _tidy(cells: pd.DataFrame, text: str) -> pd.DataFrame:
    if any(space in text for space in _SPACES):
        cells = cells.apply(lambda column: column.str.strip())
    if not cells[0].eq("").any():
        return cells
    return cells[(cells != "").any(axis="columns")]
