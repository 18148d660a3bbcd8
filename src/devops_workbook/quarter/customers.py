"""The customers, who come while somebody has an eye on the shop; the time between is skipped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from devops_workbook.quarter import watch
from devops_workbook.quarter.production import Production
from devops_workbook.shop.traces import TracedLoad

if TYPE_CHECKING:
    from offline_aws import OfflineAWS

#: What lasts longer is skipped.
_NEAR = timedelta(minutes=45)
#: Nobody looks on for longer.
_PATIENCE = timedelta(hours=3)
#: Requests a minute of which a trace may be drawn.
_TRACED = 20.0


class Customers:
    """The customers of what is in production, and their traces where it is traced.

    Raises ``NothingToPlayError`` where nobody would answer them.
    """

    def __init__(self, aws: OfflineAWS, production: Production, seed: int) -> None:
        self._clock = aws.clock
        self._load = production.customers(seed)
        self._traces = TracedLoad(aws, rate=_TRACED, seed=seed)
        self._came = self._clock.now()

    @property
    def load_balancer(self) -> str:
        """The load balancer that they come to, as the dimension of its metrics names it."""
        return self._load.traffic.dimensions["LoadBalancer"]

    def come(self) -> None:
        """Let them come from now on."""
        self._came = self._clock.now()
        self._load.start()
        if watch.is_traced():
            self._traces.sampled = watch.sampled()
            self._traces.start()

    def go(self) -> None:
        """Let no more of them come."""
        self._load.stop()
        self._traces.stop()

    def cannot_pay(self) -> None:
        """Let the bank behind payments not answer."""
        self._load.fault("bad-dependency")
        self._traces.fault("slow-third-party")

    def can_pay(self) -> None:
        """Let it answer again."""
        self._load.mend()
        self._traces.mend()

    def table(self, since: datetime | None = None) -> pd.DataFrame:
        """Return what they were answered, with the columns of ``shop.Load.table``."""
        return self._load.table(since)

    def harmed(self) -> bool:
        """Return whether those who came last are harmed."""
        return watch.harm(self._load.table(self._came)) > watch.HARMED

    def harmed_within(self, minutes: int) -> bool:
        """Look on for so long; return at once when they are harmed."""
        for _ in range(minutes):
            if self.harmed():
                return True
            self._clock.advance(minutes=1)
        return self.harmed()

    def until_well(self) -> None:
        """Look on until they are not harmed any more, and a little longer."""
        give_up = self._clock.now() + _PATIENCE
        while self._clock.now() < give_up:
            self._clock.advance(minutes=1)
            if not self.harmed():
                self._clock.advance(minutes=watch.MINUTES)
                return

    def move_to(self, moment: datetime) -> None:
        """Move the clock to a moment, if it is not there yet."""
        self._clock.advance(seconds=max(0.0, (moment - self._clock.now()).total_seconds()))

    def wait_until(self, moment: datetime) -> None:
        """Skip the time to a moment, unless it is near: nobody comes then."""
        if moment - self._clock.now() < _NEAR:
            self.move_to(moment)
            return
        self.go()
        self.move_to(moment)
        self.come()
