"""Play a quarter: the team commits and releases over whatever was built, and things go wrong.

The time between is skipped: customers come while something is released or wrong, and else the
clock jumps. What is decided here is what people do. What AWS does, it does by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from devops_workbook import dora
from devops_workbook.quarter import people, pipeline, telling, watch
from devops_workbook.quarter.changes import Change
from devops_workbook.quarter.customers import Customers
from devops_workbook.quarter.errors import NothingToPlayError
from devops_workbook.quarter.pipeline import Where
from devops_workbook.quarter.played import Quarter
from devops_workbook.quarter.production import Production
from devops_workbook.quarter.team import AGAIN, WEEKS, Planned, Repository, plan

if TYPE_CHECKING:
    from offline_aws import OfflineAWS

#: After a release the author looks on for so long.
_WATCHES = 4
#: Nobody waits longer for a pipeline.
_PATIENCE = timedelta(hours=3)
#: An alarm that has not called anybody by then does not.
_ALARMED = timedelta(minutes=15)


class Game:
    """One quarter over what an account holds; ``tell`` is called with each thing that happens.

    Raises ``NothingToPlayError`` where there is no load balancer ``shop`` with something healthy
    behind it, no pipeline ``orders`` that deploys, or nothing is planned in so few weeks, and
    ``ValueError`` for weeks that a quarter lacks.
    """

    def __init__(
        self,
        aws: OfflineAWS,
        production: Production,
        seed: int,
        tell: Callable[[str], object],
        weeks: int = WEEKS,
    ) -> None:
        if not 1 <= weeks <= WEEKS:
            raise ValueError(f"A quarter has {WEEKS} weeks: play 1 to {WEEKS}, not {weeks}.")
        pipeline.require_pipeline()
        self._clock = aws.clock
        self._tell = tell
        self._seed = seed
        begin = people.next_at(self._clock.now() + timedelta(days=1), people.OPENS)
        while begin.weekday():
            begin += timedelta(days=1)
        self._begin = begin.replace(hour=0)
        self._end = self._begin + timedelta(weeks=weeks)
        self._incidents: list[pd.DataFrame] = []
        self._called = 0
        self._customers = Customers(aws, production, seed)
        self._repository = Repository(production.edited)
        self._read_up_to = self._begin

    def begin_anew(self, changes: Iterable[Change]) -> None:
        """Put back what the team has changed before, where a change needs that; have it released.

        Raises nothing where that does not help: the change will say what it looked for.
        """
        commit = self._repository.make_room(changes)
        if commit:
            begun = self._clock.now()
            came_of_it = self._follow(commit, at_once=True)
            self._note(begun, AGAIN, f"{came_of_it.value} {self._after(begun)}")

    def play(self) -> Quarter:
        """Play all of it. What a game before this one has changed is put back first."""
        work = plan(self._begin, self._seed)
        if work[0].at >= self._end:
            raise NothingToPlayError(
                f"Nothing is planned before {work[0].at:%d %B}: play more weeks."
            )
        self.begin_anew(each.change for each in work if each.change)
        self._customers.move_to(self._begin)
        for planned in work:
            if max(planned.at, self._clock.now()) >= self._end:
                break
            self._customers.move_to(planned.at)
            self._do(planned)
            self._read_incidents()
        self._customers.move_to(self._end)
        table = self._customers.table()
        return Quarter(
            self._begin,
            self._end,
            pd.concat(self._incidents, ignore_index=True),
            self._called,
            requests=int(table["requests"].sum()),
            harmed=int(table["harmed"].sum()),
        )

    def drill(self, change: Change) -> pd.DataFrame:
        """Let the team make one change now; return what customers were answered meanwhile.

        The columns are those of ``shop.Load.table``. ``begin_anew`` comes first, where the team
        has played before.
        """
        self._work(change)
        return self._customers.table()

    def _do(self, planned: Planned) -> None:
        if planned.change is None:
            self._outage()
        else:
            self._customers.move_to(people.when_there(self._clock.now()))
            self._work(planned.change)

    # A release.

    def _work(self, change: Change) -> None:
        """Push a change and follow it; where it goes wrong, do it again, rightly."""
        if self._ship(change.message, self._repository.push(change.message, change.edit)):
            return
        if change.mended:
            self._customers.move_to(people.after_work(self._clock.now(), people.FIX))
            message = f"{change.message}, rightly"
            self._ship(message, self._repository.push_again(message, change.mended))

    def _ship(self, message: str, commit: str) -> bool:
        """Follow a commit until it is in production and does well there; return whether it did.

        What does harm and is not undone by itself is reverted.
        """
        begun = self._clock.now()
        self._customers.come()
        came_of_it = self._follow(commit)
        why = pipeline.problem(commit) if came_of_it is not Where.RELEASED else ""
        where = f" at {why}," if why else ""
        self._note(begun, message, f"{came_of_it.value}{where} {self._after(begun)}")
        harmed = self._customers.harmed_within(_WATCHES)
        if harmed and not self._gets_well_by_itself():
            reverted = self._follow(self._repository.revert(message), at_once=True)
            self._customers.until_well()
            # An alarm that goes on because of what is in production also undoes its mending.
            how = "" if reverted is Where.RELEASED else f", and that was {reverted.value}"
            self._note_harm(begun, message, f"reverted by hand{how}")
        elif harmed:
            self._note_harm(begun, message, "undone by itself")
        self._customers.go()
        return came_of_it is Where.RELEASED and not harmed

    def _follow(self, commit: str, *, at_once: bool = False) -> Where:
        """Wait for the pipeline; ``at_once`` is somebody who approves whatever waits."""
        give_up = self._clock.now() + _PATIENCE
        while self._clock.now() < give_up:
            self._clock.advance(minutes=1)
            now = pipeline.where(commit)
            if now is Where.WAITING:
                if not at_once:
                    self._customers.wait_until(people.next_at(self._clock.now(), *people.APPROVALS))
                pipeline.approve()
                give_up = self._clock.now() + _PATIENCE
            elif now not in (Where.NOT_STARTED, Where.UNDER_WAY):
                return now
        pipeline.abandon(commit)
        return Where.STUCK

    # When something is wrong.

    def _outage(self) -> None:
        """The bank behind payments does not answer, until somebody finds out and takes another."""
        self._customers.come()
        begun = self._clock.now()
        self._customers.cannot_pay()
        if self._customers.harmed_within(_WATCHES):
            self._notice()
        found = watch.is_traced() and watch.traces_say_where(begun, self._clock.now())
        takes = people.WITH_TRACES if found else people.WITHOUT_TRACES
        self._customers.wait_until(self._clock.now() + takes + people.REPAIR)
        self._customers.can_pay()
        self._customers.until_well()
        how = "found in the traces" if found else "found by trying"
        self._note(begun, "The bank does not answer", f"{how} {self._after(begun)}")
        self._customers.go()

    def _gets_well_by_itself(self) -> bool:
        """Wait until somebody knows of the harm; return whether it has gone meanwhile."""
        self._notice()
        return not self._customers.harmed()

    def _notice(self) -> None:
        """Wait until somebody knows and has come, or until there is no harm any more."""
        begun = self._clock.now()
        while self._clock.now() - begun < _ALARMED:
            if watch.somebody_is_called():
                self._called += 1
                self._clock.advance(seconds=people.reaction(self._clock.now()).total_seconds())
                return
            if not self._customers.harmed():
                return
            self._clock.advance(minutes=1)
        self._customers.wait_until(people.noticed_without_alarm(begun))
        self._clock.advance(minutes=watch.MINUTES + 1)

    # What is told, and what is read.

    def _note(self, since: datetime, *what: str) -> None:
        self._tell(telling.line(since, *what))

    def _after(self, since: datetime) -> str:
        return f"after {telling.minutes(self._clock.now() - since)}"

    def _note_harm(self, since: datetime, message: str, how: str) -> None:
        lasted = telling.harmed_for(self._customers.table(since))
        self._note(since, message, f"harmed customers for {lasted}, {how}")

    def _read_incidents(self) -> None:
        """Read what CloudWatch has of the time since the last look; minutes stay for 15 days."""
        now = self._clock.now()
        found = dora.incidents_from_cloudwatch(
            watch.client("cloudwatch"),
            self._customers.load_balancer,
            self._read_up_to,
            now,
            harmed=watch.HARMED,
        )
        self._incidents.append(found)
        self._read_up_to = now
