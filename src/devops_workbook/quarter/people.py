"""When people are there, and how long they take: the rules by which the quarter is played.

Times are UTC. The team works from Monday to Friday, nine to five.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

OPENS, CLOSES = time(9), time(17)
#: When somebody goes through what waits for an approval.
APPROVALS = (time(11), time(16))
#: From an alarm's message to somebody who looks, by day and by night.
BY_DAY, BY_NIGHT = timedelta(minutes=5), timedelta(minutes=20)
#: Customers have to complain for so long, until support asks the team; at night nobody does.
COMPLAINTS = timedelta(hours=2)
#: How long it takes to find out what is wrong, where no release is under suspicion.
WITH_TRACES, WITHOUT_TRACES = timedelta(minutes=20), timedelta(hours=5)
#: How long it takes to mend what is known: a commit, or a switch to another bank.
REPAIR, FIX = timedelta(minutes=10), timedelta(hours=2)


def works_at(moment: datetime) -> bool:
    """Return whether the team is there."""
    return moment.weekday() < 5 and OPENS <= moment.time() < CLOSES


def next_at(moment: datetime, *hours: time) -> datetime:
    """Return the next moment, now or later, on a working day at one of these hours."""
    day = moment
    while True:
        for hour in hours:
            at = datetime.combine(day.date(), hour, moment.tzinfo)
            if at >= moment and at.weekday() < 5:
                return at
        day += timedelta(days=1)


def when_there(moment: datetime) -> datetime:
    """Return the moment, or the next at which the team is there."""
    return moment if works_at(moment) else next_at(moment, OPENS)


def after_work(moment: datetime, work: timedelta) -> datetime:
    """Return when so much work is done that begins at a moment, or when the team is next there."""
    begun = when_there(moment)
    today = datetime.combine(begun.date(), CLOSES, begun.tzinfo)
    if begun + work < today:
        return begun + work
    return after_work(today, work - (today - begun))


def noticed_without_alarm(begun: datetime) -> datetime:
    """Return when support asks the team about a failure that nobody was told of."""
    return after_work(begun, COMPLAINTS)


def reaction(moment: datetime) -> timedelta:
    """Return how long somebody who is called takes until they look."""
    return BY_DAY if works_at(moment) else BY_NIGHT
