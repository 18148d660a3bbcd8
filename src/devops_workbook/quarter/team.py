"""The team: what it plans to change in a quarter, and its commits."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from devops_workbook.quarter.changes import (
    GOOD,
    ONLY_IN_PRODUCTION,
    UNTESTED,
    WITH_A_MIGRATION,
    Change,
    Edit,
)
from devops_workbook.quarter.errors import ChangeError
from devops_workbook.quarter.people import OPENS
from devops_workbook.shop_repository import BRANCH, commit_files, files_at, tip_of

WEEKS = 13
#: What the team ships in a quarter, and how often something happens without a release.
RELEASES, OUTAGES = 16, 2
#: The commit that puts back what the team changed when it played before.
AGAIN = "Begin with the shop's code again"
#: Nobody begins a release in the last hours of a day.
_LATEST = time(15)


@dataclass(frozen=True)
class Planned:
    """Work that is pushed at a time; ``change`` None is an outage of the bank behind payments."""

    at: datetime
    change: Change | None


def plan(begin: datetime, seed: int) -> list[Planned]:
    """Return what happens in the thirteen weeks from a Monday on, in the order of time."""
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    special = [*UNTESTED, *ONLY_IN_PRODUCTION, WITH_A_MIGRATION]
    good = dice.sample(GOOD, RELEASES - len(special))
    changes: list[Change | None] = [*special, *good, *[None] * OUTAGES]
    dice.shuffle(changes)
    days = sorted(dice.sample(range(5 * WEEKS), len(changes)))
    return [
        Planned(_moment(begin, day, dice, change is None), change)
        for day, change in zip(days, changes, strict=True)
    ]


def _moment(begin: datetime, day: int, dice: random.Random, any_hour: bool) -> datetime:
    first, last = (0, 23) if any_hour else (OPENS.hour, _LATEST.hour)
    hour, minute = dice.randint(first, last), dice.randrange(60)
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=day // 5 * 7 + day % 5, hours=hour, minutes=minute)


@dataclass(frozen=True)
class Edited:
    """What a file was before the team touched it, and what the team has left there."""

    first: str
    last: str


class Repository:
    """The branch ``main`` as the team knows it: it edits and pushes.

    ``edited`` is kept from one game to the next: the files that the team has changed, by path.
    """

    def __init__(self, edited: dict[str, Edited]) -> None:
        self._files = files_at(tip_of(BRANCH))
        self._before: dict[str, str] = {}
        self._edited = edited

    def make_room(self, changes: Iterable[Change]) -> str:
        """Put back what the team changed before, where one of these changes does not fit now.

        Return the commit's id, "" for none. New files stay, and so does what somebody else has
        changed since.
        """
        if all(map(self._fits, changes)):
            return ""
        back = {
            path: each.first
            for path, each in self._edited.items()
            if self._files.get(path) == each.last != each.first
        }
        self._edited.clear()
        if not back:
            return ""
        self._files |= back
        return commit_files(AGAIN, back)

    def _fits(self, change: Change) -> bool:
        try:
            change.edit(self._files)
        except ChangeError:
            return False
        return True

    def push(self, message: str, edit: Edit) -> str:
        """Commit an edit to ``main``; return the commit's id. Raises ``ChangeError``."""
        return self._commit(message, edit(self._files))

    def revert(self, message: str) -> str:
        """Commit the opposite of the last edit; return the commit's id.

        New files stay, a migration among them: what it made is there, whatever the code says. An
        edit that made nothing else leaves nothing to commit, and then the id is the last one's.
        """
        if not self._before:
            return tip_of(BRANCH)
        commit = self._commit(f'Revert "{message}"', self._before)
        self._before = {}
        return commit

    def push_again(self, message: str, edit: Edit) -> str:
        """Commit an edit in place of the last one; return the commit's id."""
        edited = edit({**self._files, **self._before})
        return self._commit(message, {**self._before, **edited})

    def _commit(self, message: str, edited: dict[str, str]) -> str:
        self._before = {path: self._files[path] for path in edited if path in self._files}
        for path, text in self._before.items():
            known = self._edited.get(path, Edited(text, text))
            self._edited[path] = Edited(known.first, edited[path])
        self._files |= edited
        return commit_files(message, edited)
