"""The same six weeks of work twice: once by GitFlow, once trunk-based.

Nine features of four commits each. A commit has the same files, author and author's time in both
copies; what differs is when it is merged and released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from devops_workbook.chapters.source_control.history_writer import HistoryWriter
from devops_workbook.chapters.source_control.shop_files import (
    FIRST_FILES,
    ORDERS,
    PLATFORM,
    STOREFRONT,
)

_MONDAY = datetime(2025, 9, 29, tzinfo=UTC)
# The working day on which a feature begins, whose it is, where its files are, what it is.
_FEATURES = (
    (0, STOREFRONT, "storefront/src", "gift-cards"),
    (1, ORDERS, "orders", "invoices"),
    (3, PLATFORM, "infrastructure", "backups"),
    (9, STOREFRONT, "storefront/src", "wish-list"),
    (10, ORDERS, "orders", "returns"),
    (12, PLATFORM, "infrastructure", "log-retention"),
    (19, STOREFRONT, "storefront/src", "size-guide"),
    (20, ORDERS, "orders", "part-deliveries"),
    (21, PLATFORM, "infrastructure", "second-zone"),
)
# Its commits, with the working days after its begin. The last is the one that users can see.
_STEPS = ((0, "A first part of"), (2, "More of"), (3, "Tests for"), (5, "Switch on"))
_LAST_FRIDAY = 29
_FORTNIGHT = 10
_REVIEW = timedelta(hours=2)
_RELEASE_HOUR = 15
# The ending of a file, and what begins a comment in it, by its folder.
_LANGUAGE = {
    "storefront/src": ("jsx", "//"),
    "orders": ("py", "#"),
    "infrastructure": ("yaml", "#"),
}

Step = tuple[datetime, Callable[[], object]]


@dataclass(frozen=True)
class Change:
    """One commit, as it is in both copies."""

    feature: str
    step: int
    when: datetime
    day: int
    author: str
    message: str
    path: str
    text: str

    @property
    def first(self) -> bool:
        """Whether it is the first of its feature."""
        return self.step == 0

    @property
    def last(self) -> bool:
        """Whether its feature is complete with it."""
        return self.step == len(_STEPS) - 1


def changes() -> list[Change]:
    """Return the commits of the six weeks, the oldest first."""
    return sorted(_changes(), key=lambda change: change.when)


def _changes() -> Iterator[Change]:
    for number, (begin, author, folder, feature) in enumerate(_FEATURES):
        for step, (after, verb) in enumerate(_STEPS):
            day = begin + after
            # Some hour of the working day, another one for each commit.
            when = _at(day, 8 + (3 * number + 5 * step) % 9, (17 * number + 11 * step) % 60)
            suffix, mark = _LANGUAGE[folder]
            words = feature.replace("-", " ")
            text = "".join(f"{mark} {words}, part {part + 1}\n" for part in range(step + 1))
            path = f"{folder}/{feature}.{suffix}"
            yield Change(feature, step, when, day, author, f"{verb} {words}", path, text)


def write_gitflow(git: HistoryWriter) -> None:
    """Write the copy with a branch for each feature, ``develop``, and a release each fortnight."""
    _begin(git)
    git.branch("develop", "main")
    steps: list[Step] = []
    for change in changes():
        steps.append((change.when, partial(_on_feature_branch, git, change)))
        if change.last:
            merged = _at(change.day + 1, 10)
            steps.append((merged, partial(_merge_feature, git, change.feature, merged)))
    fridays = range(_FORTNIGHT - 1, _LAST_FRIDAY + 1, _FORTNIGHT)
    for number, friday in enumerate(fridays, 1):
        steps.append((_at(friday - 2, 16), partial(git.branch, "release", "develop")))
        night = _at(friday, 20)
        steps.append((night, partial(_release, git, f"v1.{number}.0", night)))
    _play(steps)


def _on_feature_branch(git: HistoryWriter, change: Change) -> None:
    branch = f"feature/{change.feature}"
    if change.first:
        git.branch(branch, "develop")
    _commit(git, branch, change)


def _merge_feature(git: HistoryWriter, feature: str, when: datetime) -> None:
    branch = f"feature/{feature}"
    git.merge("develop", branch, when, PLATFORM, f"Merge {branch} into develop")
    git.remove_branch(branch)


def _release(git: HistoryWriter, version: str, when: datetime) -> None:
    git.merge("main", "release", when, PLATFORM, f"Release {version}")
    git.tag(version, "main", when, PLATFORM)
    git.merge("develop", "main", when + timedelta(minutes=5), PLATFORM, f"Back from {version}")
    git.remove_branch("release")


def write_trunk_based(git: HistoryWriter) -> None:
    """Write the copy in which a branch lasts two hours, and main is released at 15:00."""
    _begin(git)
    steps: list[Step] = []
    days = {_day_of_release(change) for change in changes()}
    for number, day in enumerate(sorted(days), 1):
        tag = partial(git.tag, f"v1.{number}.0", "main", _at(day, _RELEASE_HOUR), PLATFORM)
        steps.append((_at(day, _RELEASE_HOUR), tag))
    for change in changes():
        steps.append((change.when, partial(_on_short_branch, git, change)))
        steps.append((change.when + _REVIEW, partial(_merge_short, git, change)))
    _play(steps)


def _day_of_release(change: Change) -> int:
    in_time = change.when + _REVIEW < _at(change.day, _RELEASE_HOUR)
    return change.day if in_time else change.day + 1


def _short_branch(change: Change) -> str:
    return f"{change.feature}-{change.when:%m-%d}"


def _on_short_branch(git: HistoryWriter, change: Change) -> None:
    git.branch(_short_branch(change), "main")
    _commit(git, _short_branch(change), change)


def _merge_short(git: HistoryWriter, change: Change) -> None:
    branch = _short_branch(change)
    git.merge("main", branch, change.when + _REVIEW, PLATFORM, f"Merge {branch}")
    git.remove_branch(branch)


def _play(steps: list[Step]) -> None:
    for _, step in sorted(steps, key=lambda each: each[0]):
        step()


def _begin(git: HistoryWriter) -> None:
    when = _MONDAY - timedelta(days=3) + timedelta(hours=20)
    git.commit("main", when, PLATFORM, "The shop as it is", FIRST_FILES)
    git.tag("v1.0.0", "main", when, PLATFORM)


def _commit(git: HistoryWriter, branch: str, change: Change) -> None:
    git.commit(branch, change.when, change.author, change.message, {change.path: change.text})


def _at(working_day: int, hour: int, minute: int = 0) -> datetime:
    weeks, day = divmod(working_day, 5)
    return _MONDAY + timedelta(weeks=weeks, days=day, hours=hour, minutes=minute)
