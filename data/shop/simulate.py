"""How the shop works: batches pile up, releases go wrong, and incidents wait to be noticed.

Every number is drawn from a distribution, none is set. Times are UTC; the people live in Berlin.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


#: The id of a commit, and when it was made.
Change = tuple[str, datetime]


@dataclass(eq=False)
class Deployment:
    """A deployment; ids are given at the end, when all are in order."""

    service: str
    started_at: datetime
    finished_at: datetime
    version: str
    status: str = "succeeded"
    kind: str = "planned"
    repairs: Deployment | None = None
    changes: list[Change] = field(default_factory=list)
    deployment_id: str = ""


@dataclass(eq=False)
class Incident:
    """A time during which users were affected; ``cause`` is None for the outages of others."""

    cause: Deployment | None
    started_at: datetime
    resolved_at: datetime | None
    incident_id: str = ""


def local(day: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    """Return the moment at which the clocks of Berlin show this; fold 1 is the second time."""
    return datetime.combine(day, time(hour, minute, fold=fold), BERLIN).astimezone(UTC)


def minutes(count: float) -> timedelta:
    """Return a time of whole seconds."""
    return timedelta(seconds=round(count * 60))


class Shop:
    """What happened so far, and the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a story, not a secret
        self.deployments: list[Deployment] = []
        self.incidents: list[Incident] = []
        self.not_deployed: list[Change] = []
        self.releases = {"storefront": 0, "orders": 0}

    def around(self, median: float, spread: float) -> float:
        """Draw from a log-normal distribution: most are near the median, a few are far above."""
        return median * math.exp(self.dice.gauss(0, spread))

    def change_id(self) -> str:
        """Return the id of a new commit."""
        return f"{self.dice.getrandbits(40):010x}"

    def commit(self, before: datetime, days: float) -> Change:
        """Return a commit made so many days earlier, in somebody's working hours."""
        at = (before - timedelta(days=days)).astimezone(BERLIN)
        if at.weekday() > 4:
            at -= timedelta(days=at.weekday() - 4 + self.dice.randrange(5))
        clock = time(self.dice.randrange(8, 19), self.dice.randrange(60), self.dice.randrange(60))
        latest = before - minutes(self.around(240, 0.5))
        return self.change_id(), min(datetime.combine(at, clock, BERLIN).astimezone(UTC), latest)

    def batch(self, service: str, before: datetime) -> list[Change]:
        """Return what piled up: most of it in two weeks, some of it on branches for months."""
        size = min(40, max(5, round(self.around(17, 0.5))))
        changes = [self.commit(before, self.around(8, 1.05)) for _ in range(size)]
        if self.releases[service] == 1:  # the first release of a log has all of the past in it
            changes += [self.commit(before, self.dice.uniform(200, 1500)) for _ in range(60)]
        return changes

    def release(self, service: str, start: datetime, stumbles: bool = False) -> Deployment:
        """Ship what piled up by hand; one attempt in twelve stops half-way and is made again."""
        self.releases[service] += 1
        version = f"1.{self.releases[service]}.0"
        changes = self.batch(service, start)
        if stumbles or self.dice.random() < 1 / 12:
            failed = self._ship(service, start, version, "failed", changes)
            start = failed.finished_at + minutes(self.around(20, 0.4))
        return self._ship(service, start, version, "succeeded", changes)

    def _ship(
        self, service: str, start: datetime, version: str, status: str, changes: list[Change]
    ) -> Deployment:
        end = start + minutes(self.around(28, 0.35))
        done = Deployment(service, start, end, version, status, changes=list(changes))
        self.deployments.append(done)
        return done

    def consequences(self, release: Deployment) -> None:
        """Let a release go wrong, the more often the more there is in it."""
        if self.dice.random() < 0.93 * math.exp(-0.018 * len(release.changes)):
            return
        hours = self.around(1.5, 1.3)
        started_at = release.finished_at + minutes(hours * 60)
        noticed_at = self._noticed(started_at, watching=hours < 2)
        mended_at = noticed_at + minutes(self.around(100, 0.7))
        way = self.dice.random()
        if way < 0.45:
            self.consequences(self.hotfix(release, mended_at))
        elif way < 0.65:
            self.rollback(release, mended_at)
        resolved_at = mended_at + minutes(self.around(12, 0.5))
        self.incidents.append(Incident(release, started_at, resolved_at))

    def _noticed(self, started_at: datetime, watching: bool) -> datetime:
        """Return when somebody sees it: at once, on Saturday, or when Monday comes."""
        seen = started_at + minutes(self.around(25, 0.7))
        here = seen.astimezone(BERLIN)
        if watching or (here.weekday() < 5 and 8 <= here.hour < 18):
            return seen
        weekend = here.weekday() >= 4 and self.dice.random() > 0.6
        days = 7 - here.weekday() if weekend else int(here.hour >= 8)
        morning = local(here.date() + timedelta(days=days), 8, 30)
        return morning + minutes(self.around(60, 0.8))

    def hotfix(self, broken: Deployment, finished_at: datetime) -> Deployment:
        """Deploy one to three commits made in a hurry."""
        release, _, patch = broken.version.rpartition(".")
        start = finished_at - minutes(self.around(15, 0.3))
        fix = Deployment(broken.service, start, finished_at, f"{release}.{int(patch) + 1}")
        fix.kind, fix.repairs = "hotfix", broken
        for _ in range(self.dice.randrange(1, 4)):
            fix.changes.append((self.change_id(), start - minutes(self.around(45, 0.6))))
        self.deployments.append(fix)
        return fix

    def rollback(self, broken: Deployment, finished_at: datetime, steps: int = 1) -> Deployment:
        """Go back so many versions; the log says to which, not what was wrong with the others."""
        before = [
            other
            for other in sorted(self.deployments, key=lambda other: other.finished_at)
            if other.service == broken.service
            and other.status == "succeeded"
            and other.finished_at < broken.finished_at
        ]
        start = finished_at - minutes(self.around(10, 0.3))
        back = Deployment(broken.service, start, finished_at, before[-steps].version)
        back.kind = "rollback"
        self.deployments.append(back)
        return back
