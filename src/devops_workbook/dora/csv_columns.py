"""The columns of a CSV file that a table needs: found under any of their names, and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import pandas as pd

from devops_workbook.dora.columns import Column
from devops_workbook.dora.csv_table import TextTable
from devops_workbook.dora.csv_times import read_times
from devops_workbook.dora.errors import EventsError

#: Cells that say "nothing here", as databases and spreadsheets write it.
_MISSING = ["", "-", "NULL", "null", "None", "none", "NaN", "nan", "NaT", "NA", "N/A", "n/a", "\\N"]


@dataclass(frozen=True)
class Field:
    """A column that a table needs: the other names it goes by, and how its cells are read.

    ``aliases`` are separated by spaces and hold letters and digits only, as in ``deployedat``.
    """

    aliases: str = ""
    required: bool = False
    time: bool = False
    words: Mapping[str, str] | None = None
    hint: str = ""


@dataclass(frozen=True)
class CsvTable:
    """A CSV file and the fields it is read for."""

    name: str
    text: TextTable
    fields: Mapping[str, Field]

    @cached_property
    def headers(self) -> dict[str, str]:
        """The file's own name of each field that it has."""
        return {field: self.text.header[place] for field, place in self._places.items()}

    @cached_property
    def _places(self) -> dict[str, int]:
        places: dict[str, int] = {}
        for place, header in enumerate(self.text.header):
            for name, field in self.fields.items():
                if _key(header) not in (_key(name), *field.aliases.split()):
                    continue
                if name in places:
                    other = self.text.header[places[name]]
                    problem = f"both {other!r} and {header!r} mean this: rename or remove one"
                    raise EventsError(problem, file=self.text.file, column=name)
                places[name] = place
        return places

    def frame(self, zone: ZoneInfo | None) -> pd.DataFrame:
        """Return the fields as read, and any further columns as text.

        Raises EventsError for a required field that has no column, and for a time that cannot
        be read; `located` turns its row into a line of the file.
        """
        for name, field in self.fields.items():
            if field.required and name not in self._places:
                raise self._missing(name, field)
        columns = {name: self._read(name, zone) for name in self._places}
        return pd.DataFrame(columns | self._further(), index=self.text.cells.index)

    def _missing(self, name: str, field: Field) -> EventsError:
        found = ", ".join(self.text.header)
        problem = f"this column is missing, found {found}{field.hint}"
        return EventsError(problem, file=self.text.file, column=name)

    def _read(self, name: str, zone: ZoneInfo | None) -> pd.Series:
        field, values = self.fields[name], self.text.cells[self._places[name]]
        values = values.mask(values.isin(_MISSING))
        if field.time:
            return read_times(Column(self.name, name, values), zone)
        if field.words is not None:
            spelled = values.str.lower()
            return spelled.map(field.words).astype("str").fillna(spelled)
        return values

    def _further(self) -> dict[str, pd.Series]:
        taken = set(self._places.values())
        further: dict[str, pd.Series] = {}
        for place, header in enumerate(self.text.header):
            values = self.text.cells[place]
            if place in taken or (header == "" and values.eq("").all()):
                continue
            if header == "" or header in further:
                problem = f"found {header!r} above column {place + 1}, expected a name of its own"
                raise EventsError(problem, file=self.text.file)
            further[header] = values
        return further


@contextmanager
def located(tables: Mapping[str, CsvTable]) -> Iterator[None]:
    """Turn an EventsError about a row of one of these tables into one about a line of its file."""
    try:
        yield
    except EventsError as error:
        if error.file is not None or error.table is None or error.table not in tables:
            raise
        table = tables[error.table]
        line = table.text.line(error.row) if isinstance(error.row, int) else None
        column = None if error.column is None else table.headers.get(error.column, error.column)
        raise EventsError(
            error.problem, table=table.name, file=table.text.file, row=line, column=column
        ) from error


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
