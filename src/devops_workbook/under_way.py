"""Say how far something is that takes a while: in a notebook, and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

Each = TypeVar("Each")
#: Told how far something is: how many are done, and of how many, None while nobody knows.
Report = Callable[[int, int | None], object]


def counted(what: str, items: Sequence[Each]) -> Iterator[Each]:
    """Yield the items; say before each which it is, on one line: ``Trying the gates: 2 of 5``.

    Plain text that is written over, for cells that take seconds. It says no times, so that two
    runs of a notebook say the same.
    """
    try:
        for number, item in enumerate(items, 1):
            print(f"\r{what}: {number} of {len(items)}", end="", flush=True)
            yield item
    finally:
        if items:
            print(flush=True)


@contextmanager
def spinning(what: str) -> Iterator[None]:
    """Say on the command line that something goes on, and in a terminal for how long it has."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(highlight=False)
    if not console.is_terminal:
        print(f"{what} ...", flush=True)
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        bar.add_task(what, total=None)
        yield


@contextmanager
def progress_bar(what: str) -> Iterator[Report]:
    """Show on stderr how far something is; nothing where no terminal watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn(what, markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
