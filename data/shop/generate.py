"""Write the release log of the shop: deployments.csv, changes.csv and incidents.csv.

Run ``python data/shop/generate.py [folder]``; the same files come out every time. What happens
in an ordinary week is drawn by ``simulate.py``; here are the calendar of the year and the
awkward cases, which ``data/README.md`` lists. Times are written in UTC.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from simulate import Deployment, Incident, Shop, local, minutes

SEED = 11
FIRST_FRIDAY, FREEZE = date(2025, 1, 3), date(2025, 12, 12)
BOTH_EVERY_WEEK = date(2025, 4, 4)
SUMMER = (date(2025, 7, 11), date(2025, 8, 29))
CLOCKS_GO_FORWARD, CLOCKS_GO_BACK = date(2025, 3, 30), date(2025, 10, 26)

Night = dict[str, Deployment]


def year(shop: Shop) -> None:
    """Go through the Friday nights; those in `SPECIAL` have consequences of their own."""
    for week, friday in enumerate(fridays()):
        start = local(friday, 21, 15) + minutes(shop.dice.uniform(0, 45))
        night: Night = {}
        for service in services(shop, week, friday):
            night[service] = shop.release(service, start, stumbles=friday == date(2025, 4, 25))
            start = night[service].finished_at + minutes(shop.around(12, 0.5))
        special = SPECIAL.get(friday)
        if special is not None:
            special(shop, night)
            continue
        for release in night.values():
            shop.consequences(release)


def fridays() -> Iterator[date]:
    """Yield the Fridays of the year up to the freeze."""
    friday = FIRST_FRIDAY
    while friday < FREEZE:
        yield friday
        friday += timedelta(weeks=1)


def services(shop: Shop, week: int, friday: date) -> list[str]:
    """Return what is released: one in turn at first, then both, in summer hardly anything."""
    if friday < BOTH_EVERY_WEEK:
        return [("storefront", "orders")[week % 2]]
    if friday in SPECIAL:
        return ["orders", "storefront"]
    likely = 0.3 if SUMMER[0] <= friday <= SUMMER[1] else 0.85
    return [service for service in ("orders", "storefront") if shop.dice.random() < likely]


def quiet(shop: Shop, night: Night) -> None:
    """Nothing happens: nobody can tell yet what is wrong with the release, or nothing is."""


def two_versions_back(shop: Shop, night: Night) -> None:
    """The release before this one fails at the end of the month, and both are taken back."""
    culprit = [release for release in shop.deployments if release.service == "storefront"][-2]
    back = shop.rollback(night["storefront"], local(date(2025, 3, 1), 11, 24), steps=2)
    shop.incidents.append(Incident(culprit, local(date(2025, 2, 28), 23, 41), back.finished_at))


def slow_rollout(shop: Shop, night: Night) -> None:
    """Users are affected while the release is still going out."""
    release = night["orders"]
    release.finished_at = release.started_at + minutes(92)
    began = release.started_at + minutes(31)
    shop.incidents.append(Incident(release, began, release.finished_at + minutes(44)))


def night_without_an_hour(shop: Shop, night: Night) -> None:
    """A hotfix goes out ten minutes after the clocks went from 02:00 to 03:00."""
    fix = shop.hotfix(night["storefront"], local(CLOCKS_GO_FORWARD, 3, 10))
    began = local(CLOCKS_GO_FORWARD, 0, 48)
    shop.incidents.append(Incident(fix.repairs, began, fix.finished_at + minutes(9)))


def night_with_an_hour_twice(shop: Shop, night: Night) -> None:
    """A hotfix fails at 02:40 and goes out at 02:15, half an hour later."""
    fix = shop.hotfix(night["orders"], local(CLOCKS_GO_BACK, 2, 15, fold=1))
    failed_at = local(CLOCKS_GO_BACK, 2, 40)
    failed = Deployment("orders", failed_at - minutes(11), failed_at, fix.version, "failed")
    failed.kind, failed.repairs, failed.changes = "hotfix", fix.repairs, list(fix.changes)
    fix.started_at = failed_at + minutes(20)
    fix.changes = [(change, at - minutes(60)) for change, at in fix.changes]
    failed.changes = list(fix.changes)
    shop.deployments.append(failed)
    began = local(date(2025, 10, 25), 22, 5)
    shop.incidents.append(Incident(fix.repairs, began, fix.finished_at + minutes(14)))


def plain_rollback(shop: Shop, night: Night) -> None:
    """The version before is back within the hour."""
    release = night["orders"]
    back = shop.rollback(release, release.finished_at + minutes(52))
    shop.incidents.append(Incident(release, release.finished_at + minutes(18), back.finished_at))


def same_second(shop: Shop, night: Night) -> None:
    """Both services are switched over by one script."""
    night["orders"].finished_at = night["storefront"].finished_at


def wrong_clock(shop: Shop, night: Night) -> None:
    """Two commits come from a laptop whose clock is ahead of time."""
    release = night["storefront"]
    for index, ahead in enumerate((47, 131)):
        release.changes[index] = release.changes[index][0], release.finished_at + minutes(ahead)


def three_incidents(shop: Shop, night: Night) -> None:
    """One release breaks three things, while the hosting has an outage, too."""
    release = night["storefront"]
    saturday = date(2025, 9, 13)
    fix = shop.hotfix(release, local(saturday, 15, 2))
    for began, ended in (
        (release.finished_at + minutes(25), fix.finished_at + minutes(7)),
        (local(saturday, 7, 50), fix.finished_at + minutes(7)),
        (local(saturday, 12, 15), local(date(2025, 9, 15), 10, 40)),
    ):
        shop.incidents.append(Incident(release, began, ended))
    shop.incidents.append(Incident(None, local(saturday, 9, 5), local(saturday, 13, 30)))


def last_release(shop: Shop, night: Night) -> None:
    """The freeze is broken by a hotfix, and that breaks something that nobody has mended yet."""
    fix = shop.hotfix(night["storefront"], local(date(2025, 12, 19), 16, 20))
    began = local(date(2025, 12, 18), 17, 30)
    shop.incidents.append(Incident(fix.repairs, began, fix.finished_at + minutes(15)))
    shop.incidents.append(Incident(fix, local(date(2026, 1, 2), 19, 12), None))


SPECIAL: dict[date, Callable[[Shop, Night], None]] = {
    date(2025, 1, 3): quiet,
    date(2025, 1, 10): quiet,
    date(2025, 1, 31): quiet,
    date(2025, 2, 14): quiet,
    date(2025, 2, 28): two_versions_back,
    date(2025, 3, 7): slow_rollout,
    date(2025, 3, 28): night_without_an_hour,
    date(2025, 5, 9): plain_rollback,
    date(2025, 5, 16): same_second,
    date(2025, 6, 20): wrong_clock,
    date(2025, 9, 12): three_incidents,
    date(2025, 10, 24): night_with_an_hour_twice,
    date(2025, 12, 5): last_release,
}


def outages_of_others(shop: Shop) -> None:
    """The hosting, the payment provider and the name server have bad days of their own."""
    for day, hour, lasted in (
        (date(2025, 1, 22), 10, 95),
        (date(2025, 4, 17), 18, 210),
        (date(2025, 7, 2), 6, 48),
        (date(2025, 8, 9), 14, 385),
        (date(2025, 11, 28), 20, 130),
    ):
        began = local(day, hour) + minutes(shop.dice.uniform(0, 60))
        shop.incidents.append(Incident(None, began, began + minutes(lasted)))


def new_certificate(shop: Shop) -> None:
    """The version that runs is deployed again, for the sake of its configuration."""
    finished_at = local(date(2025, 6, 12), 17, 45)
    running = max(
        (
            other
            for other in shop.deployments
            if other.service == "orders"
            and other.status == "succeeded"
            and other.finished_at < finished_at
        ),
        key=lambda other: other.finished_at,
    )
    again = Deployment("orders", finished_at - minutes(8), finished_at, running.version)
    shop.deployments.append(again)


def left_lying(shop: Shop) -> None:
    """A branch is given up in spring, and the freeze holds back what was made during it."""
    shop.not_deployed += [shop.commit(local(date(2025, 4, 3), 17), days) for days in (1, 2, 6)]
    eve = local(date(2025, 12, 23), 17)
    shop.not_deployed += [shop.commit(eve, shop.dice.uniform(0, 17)) for _ in range(24)]


def write(folder: Path, shop: Shop) -> None:
    """Number everything in the order of its time and write the three files."""
    deployments = sorted(shop.deployments, key=lambda item: (item.finished_at, item.service))
    for number, deployment in enumerate(deployments, start=1):
        deployment.deployment_id = f"D-{number:03}"
    incidents = sorted(shop.incidents, key=lambda item: item.started_at)
    _save(folder / "deployments.csv", _DEPLOYMENTS, map(_deployment, deployments))
    held = [
        (change, deployment.deployment_id, _utc(at))
        for deployment in deployments
        for change, at in sorted(deployment.changes, key=lambda item: item[::-1])
    ]
    waiting = sorted(shop.not_deployed, key=lambda item: item[::-1])
    _save(folder / "changes.csv", _CHANGES, [*held, *((c, "", _utc(at)) for c, at in waiting)])
    _save(
        folder / "incidents.csv",
        _INCIDENTS,
        (_incident(number, item) for number, item in enumerate(incidents, start=1)),
    )


_DEPLOYMENTS = (
    *("deployment_id", "service", "finished_at", "started_at"),
    *("status", "kind", "version", "repairs"),
)
_CHANGES = ("change_id", "deployment_id", "committed_at")
_INCIDENTS = ("incident_id", "deployment_id", "started_at", "resolved_at")


def _deployment(item: Deployment) -> tuple[str, ...]:
    repairs = "" if item.repairs is None else item.repairs.deployment_id
    times = _utc(item.finished_at), _utc(item.started_at)
    return (
        *(item.deployment_id, item.service, *times),
        *(item.status, item.kind, item.version, repairs),
    )


def _incident(number: int, item: Incident) -> tuple[str, ...]:
    cause = "" if item.cause is None else item.cause.deployment_id
    return f"I-{number:02}", cause, _utc(item.started_at), _utc(item.resolved_at)


def _utc(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _save(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Make the year and write it into the folder."""
    shop = Shop(SEED)
    year(shop)
    outages_of_others(shop)
    new_certificate(shop)
    left_lying(shop)
    write(folder, shop)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
