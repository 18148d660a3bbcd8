"""Take planned releases through the pipeline, and ask the old and the new version on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath

from devops_workbook.chapters.pipelines import history
from devops_workbook.chapters.pipelines.account import database_of
from devops_workbook.chapters.pipelines.operate import approve, run
from devops_workbook.chapters.pipelines.rehearsal_of_releases import FINE
from devops_workbook.chapters.pipelines.running_service import RunningService, ServiceError
from devops_workbook.chapters.pipelines.versions import FIRST, as_releases, store_of
from devops_workbook.checks import untouched
from devops_workbook.display import Note, Table
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import commit_files
from devops_workbook.under_way import counted

_COLUMNS = ("Release", "Migrated", "Old version then", "Live", "Old and new version then")
_PATIENCE = timedelta(minutes=30)
_FIRST_MIGRATION = 3


def release(lab: Lab, planned: object) -> Table | Note:
    """Make one commit for each release and ship it; return what the versions answered.

    Each release is a migration in SQL and the version to deploy. The version that serves is asked
    after the migration and again, beside the new one, after the deployment. The new one runs from
    the package that is in production then. Stops at a release that fails in the pipeline.
    """
    if untouched(planned):
        return Note("Nothing to release yet.", "Plan your releases first, then run this again.")
    try:
        releases = as_releases(planned)
    except ValueError as error:
        return Note("Nothing is released.", str(error))
    rows: list[tuple[str, ...]] = []
    serving = RunningService(FIRST, _deployed_files(), database_of(lab))
    names = {serving.order("Ada Lovelace"): "Ada Lovelace"}
    try:
        for number, (sql, version) in enumerate(counted("Releasing", releases), 1):
            _commit(number, sql, version)
            run(lab)
            execution = approve()
            row, new = _follow(lab, execution, serving, version, names)
            rows.append((str(number), *row))
            if new is None:
                break
            serving.close()
            serving = new
    finally:
        serving.close()
    return Table("The releases, through the pipeline", _COLUMNS, rows)


def _commit(number: int, sql: str, version: str) -> None:
    files = {"orders/VERSION": f"{version}, release {number}\n"}
    files["orders/service/store.py"] = store_of(version)
    if sql.strip():
        name = f"{_FIRST_MIGRATION + number - 1:03}_release_{number}.sql"
        files[f"orders/migrations/{name}"] = f"{sql.rstrip().rstrip(';')};\n"
    commit_files(f"Release {number}: {version}", files)


def _follow(
    lab: Lab, execution: str, old: RunningService, version: str, names: dict[int, str]
) -> tuple[tuple[str, ...], RunningService | None]:
    migrated = _ended(lab, execution, "Migrate")
    then = f"{old.version}: {_asked(old, names)}"
    live = _ended(lab, execution, "Deploy") if migrated else ""
    if not live:
        return (migrated or "failed", then, "not deployed", ""), None
    new = RunningService(version, _deployed_files(), database_of(lab))
    asked = {each.version: _asked(each, names) for each in (old, new)}
    both = "; ".join(f"{served}: {answer}" for served, answer in asked.items())
    return (migrated, then, live, both), new


def _ended(lab: Lab, execution: str, action: str) -> str:
    """Move the clock until an action has succeeded; return the time, "" where it has failed."""

    def status() -> str:
        runs = history.runs_of(action, execution=execution)
        return str(runs[-1]["status"]) if runs else "InProgress"

    lab.clock.advance_until(lambda: status() != "InProgress", _PATIENCE)
    return f"{lab.clock.now():%H:%M:%S}" if status() == "Succeeded" else ""


def _asked(service: RunningService, names: dict[int, str]) -> str:
    """Place an order and read all back; return what went wrong, or that nothing did."""
    customer = f"Grace Hopper {len(names)}"
    try:
        names[service.order(customer)] = customer
        wrong = [order for order, name in names.items() if service.name_on(order) != name]
    except ServiceError as error:
        return str(error)
    return f"the name is lost on order {wrong[0]}" if wrong else FINE


def _deployed_files() -> Mapping[str, str]:
    """Return the texts of the package in production, by path."""
    with zipfile.ZipFile(io.BytesIO(history.deployed())) as package:
        return {
            path: package.read(path).decode("utf-8")
            for path in package.namelist()
            if PurePosixPath(path).parts[0] in ("service", "migrations")
        }
