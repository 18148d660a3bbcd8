"""Rehearse releases on a real database, with the old and the new version of the service running.

What happens in each release is what happens in production: the migration runs while the old
version is serving, then instances are replaced one by one, so that for a while both versions
serve, then the new version is alone. At every step each version that serves takes an order of a
new customer and reads orders back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from devops_workbook.chapters.pipelines.running_service import RunningService, ServiceError
from devops_workbook.chapters.pipelines.versions import FIRST, Release, as_releases, files_of
from devops_workbook.display import Table

_CUSTOMERS = ("Ada Lovelace", "Grace Hopper", "Mary Jackson")
_LATER = ("Annie Easley", "Barbara Liskov", "Carol Shaw", "Dorothy Vaughan", "Edith Clarke")
_COLUMNS = ("Release", "Moment", "Serving", "What customers saw")
FINE = "everything works"


class ReleaseBroken(Exception):
    """A release that hurt customers; the message says when, which version, and what they saw."""


@dataclass
class Rehearsal:
    """The database of production, copied, and what happened to it.

    ``names`` holds the customer's name of every order taken so far, by the order's number.
    """

    database: Path
    names: dict[int, str] = field(default_factory=dict)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def play(self, releases: Sequence[Release]) -> str:
        """Make the releases one after the other; return the version that serves in the end.

        Raises ``ReleaseBroken`` at the first moment at which a customer is hurt.
        """
        with ExitStack() as processes:
            old = processes.enter_context(self._start(FIRST))
            self._take_orders(old, _CUSTOMERS)
            for number, (sql, version) in enumerate(releases, 1):
                self._migrate(number, sql)
                self._serve(number, "after its migration", old)
                new = old
                if version != old.version:
                    new = processes.enter_context(self._start(version))
                    self._serve(number, "while instances are replaced", new, old, new)
                self._serve(number, "when it is done", new)
                old = new
            return old.version

    def columns(self) -> list[str]:
        """Return the columns of the table of customers."""
        with closing(sqlite3.connect(self.database)) as database:
            rows = database.execute("SELECT name FROM pragma_table_info('customers')")
            return [name for (name,) in rows]

    def table(self) -> Table:
        """Return what customers saw at each moment."""
        return Table("The releases, rehearsed", _COLUMNS, self.rows)

    def _start(self, version: str) -> RunningService:
        return RunningService(version, files_of(version), self.database)

    def _migrate(self, number: int, sql: str) -> None:
        with closing(sqlite3.connect(self.database)) as database:
            try:
                database.executescript(sql)
            except sqlite3.Error as error:
                self._broken(number, "its migration", "", f"SQLite says: {error}")

    def _serve(self, number: int, moment: str, *services: RunningService) -> None:
        serving = " and ".join(dict.fromkeys(each.version for each in services))
        for service in services:
            try:
                self._take_orders(service, [next(self._new_customers())])
                self._read_back(service)
            except ServiceError as error:
                self._broken(number, moment, serving, f"orders {service.version}: {error}")
        self.rows.append((str(number), moment, serving, FINE))

    def _take_orders(self, service: RunningService, customers: Sequence[str]) -> None:
        for customer in customers:
            self.names[service.order(customer)] = customer

    def _read_back(self, service: RunningService) -> None:
        for order, customer in self.names.items():
            found = service.name_on(order)
            if found != customer:
                raise ServiceError(f"order {order} of {customer} is addressed to {found!r}")

    def _new_customers(self) -> Iterator[str]:
        number = len(self.names)
        yield f"{_LATER[number % len(_LATER)]} {number}"

    def _broken(self, number: int, moment: str, serving: str, problem: str) -> None:
        self.rows.append((str(number), moment, serving, problem))
        raise ReleaseBroken(f"Release {number}, {moment}: {problem}")


def rehearse(releases: list[Release]) -> Table:
    """Make releases on a copy of production's database; return what customers saw, step by step.

    Each release is a migration in SQL ("" for none) and the version that is deployed after it.
    Stops at the first moment at which a customer is hurt. Raises ``ValueError`` for what is no
    plan.
    """
    planned = as_releases(releases)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rehearsal = Rehearsal(Path(folder, "copy.db"))
        with suppress(ReleaseBroken):
            rehearsal.play(planned)
        return rehearsal.table()
