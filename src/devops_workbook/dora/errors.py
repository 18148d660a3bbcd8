"""The one error that bad events raise: what is wrong, where, and what was expected."""

from __future__ import annotations


class EventsError(ValueError):
    """Events that cannot be used, in one sentence that says where to look.

    ``problem`` is the sentence without its place; ``table`` is ``deployments``, ``changes`` or
    ``incidents``; ``row`` is the label of the row in the table's index, or the line of ``file``.
    Each of them may be None.
    """

    def __init__(
        self,
        problem: str,
        *,
        table: str | None = None,
        file: str | None = None,
        row: int | str | None = None,
        column: str | None = None,
    ) -> None:
        self.problem = problem
        self.table = table
        self.file = file
        self.row = row
        self.column = column
        places = (
            file,
            f"table {table}" if table is not None and file is None else None,
            f"row {row}" if row is not None else None,
            f"column {column}" if column is not None else None,
        )
        place = ", ".join(name for name in places if name is not None)
        super().__init__(f"{place}: {problem}" if place else problem)
