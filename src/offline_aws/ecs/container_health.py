"""The health check of a container, by what its program answers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from offline_aws.ecs.store import Run
from offline_aws.workloads import NO_ANSWER, REFUSED, Behaviour

_URL = re.compile(r"https?://[^\s/'\"|]+(?P<path>/[^\s'\"|;]*)?")


def healths_of(run: Run, started: datetime) -> list[tuple[datetime, str]]:
    """Return the health statuses that a container will have, with the times they begin.

    The command is not run. Its URL is asked, as ``curl -f`` would: below 400 is success. A command
    without one succeeds while the program is up. In the start period failures do not count.
    """
    check = run.definition.get("healthCheck")
    if not check:
        return []
    interval = timedelta(seconds=check.get("interval") or 30)
    retries = check.get("retries") or 3
    period = timedelta(seconds=check.get("startPeriod") or 0)
    path = _path(check.get("command") or [])
    found, failures, age = [(started, "UNKNOWN")], 0, interval
    last = max(run.behaviour.turns(), default=timedelta(0)) + interval * (retries + 1)
    while age <= last + period:
        if _succeeds(run.behaviour, path, age):
            failures, status = 0, "HEALTHY"
        else:
            failures += age >= period
            status = "UNHEALTHY" if failures >= retries else found[-1][1]
        if status != found[-1][1]:
            found.append((started + age, status))
        age += interval
    return found


def _path(command: list[str]) -> str | None:
    url = _URL.search(" ".join(command))
    return (url["path"] or "/") if url else None


def _succeeds(behaviour: Behaviour, path: str | None, age: timedelta) -> bool:
    answer = behaviour.answer(path or "/", age)
    if path is None:
        return answer != REFUSED
    return answer != NO_ANSWER and 200 <= answer < 400
