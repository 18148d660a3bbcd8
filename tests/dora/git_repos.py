"""Repositories made by plain git, with commits and tags on the days that a test names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pandas as pd

from devops_workbook.dora.events import Events

DAY = 86_400
START = 1_735_689_600  # 2025-01-01 00:00 UTC

_ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
}


def git(repo: Path, *arguments: str, at: int = START, author: int | None = None) -> str:
    dates = {
        "GIT_COMMITTER_DATE": f"{at} +0000",
        "GIT_AUTHOR_DATE": f"{at if author is None else author} +0000",
    }
    done = subprocess.run(
        ["git", "-C", str(repo), *arguments],
        env=_ENVIRONMENT | dates,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def new_repo(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def commit(repo: Path, day: int, author_day: int | None = None) -> str:
    author = None if author_day is None else START + author_day * DAY
    message = f"day {day}"
    git(repo, "commit", "--allow-empty", "-m", message, at=START + day * DAY, author=author)
    return git(repo, "rev-parse", "HEAD")


def tag(repo: Path, name: str, day: int | None = None, on: str = "HEAD") -> None:
    if day is None:
        git(repo, "tag", name, on)
    else:
        git(repo, "tag", "-a", "-m", name, name, on, at=START + day * DAY)


def merge(repo: Path, branch: str, day: int) -> None:
    git(repo, "merge", "--no-ff", "-m", f"merge {branch}", branch, at=START + day * DAY)


def owned(events: Events) -> dict[str, set[str]]:
    assert events.changes is not None
    deployed = events.changes.dropna(subset="deployment_id")
    sets = deployed.groupby("deployment_id")["change_id"].agg(set).to_dict()
    return {name: sets.get(name, set()) for name in events.deployments["deployment_id"]}


def rev_list(repo: Path, include: str, *exclude: str) -> set[str]:
    return set(git(repo, "rev-list", "--no-merges", include, "--not", *exclude).split())


def instant(day: float) -> pd.Timestamp:
    return pd.Timestamp(START + day * DAY, unit="s", tz="UTC")


def two_releases(folder: Path) -> tuple[Path, dict[str, set[str]]]:
    repo = new_repo(folder)
    one = commit(repo, 0)
    tag(repo, "v1", day=1)
    two = commit(repo, 2)
    tag(repo, "v2", day=3)
    return repo, {"v1": {one}, "v2": {two}}
