"""The exercise on changing a database that is in use: expand, and contract."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from devops_workbook.chapters.pipelines import declarations
from devops_workbook.chapters.pipelines.account import chapter
from devops_workbook.chapters.pipelines.operate import ship
from devops_workbook.chapters.pipelines.rehearsal_of_releases import Rehearsal, ReleaseBroken
from devops_workbook.chapters.pipelines.versions import FIRST, LAST, as_releases
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab


def arrange_migrations(lab: Lab) -> None:
    """A release in production, behind an action that migrates the database."""
    declarations.create_whole(declarations.migrate(1), declarations.deploy(2))
    ship(lab)


@chapter.exercise(
    "expand-contract",
    title="Rename a column without hurting anyone",
    minutes=8,
    kind="stretch",
    answer="releases",
    hints=(
        "First add what the new version needs, without taking away what the old one uses: expand. "
        "SQLite: ALTER TABLE customers ADD COLUMN full_name TEXT.",
        "Which version has to serve, alone, before old rows are filled in for good? One that "
        "writes both columns. UPDATE customers SET full_name = name WHERE full_name IS NULL.",
        "Take the column away, contract, when no version that serves has a word of it: "
        "ALTER TABLE customers DROP COLUMN name. A release may have no migration.",
    ),
    arrange=arrange_migrations,
)
def check_expand_contract(lab: Lab, answer: Any) -> str:
    """Every version that serves works at every moment of every release, to the last."""
    try:
        releases = as_releases(answer)
    except ValueError as error:
        raise NotYet(str(error)) from None
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rehearsal = Rehearsal(Path(folder, "copy.db"))
        try:
            last = rehearsal.play(releases)
        except ReleaseBroken as error:
            raise NotYet(str(error)) from None
        columns = rehearsal.columns()
    if columns.count("full_name") == 0 and last == FIRST:
        raise NotStarted("After these releases everything is as it was.")
    require(last == LAST, f"Nobody was hurt, and {last} serves in the end. It should be {LAST}.")
    require(
        "name" not in columns,
        f"Nobody was hurt. In the end customers has {', '.join(columns)}: one column too many.",
    )
    return (
        f"{len(answer)} releases, {len(rehearsal.names)} orders, no error, no name lost. "
        "At any moment you could have gone back one version."
    )
