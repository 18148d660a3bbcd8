"""The shop's customers: so many requests a minute, on the virtual clock, against what is live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from devops_workbook.shop import metrics
from devops_workbook.shop.answers import Answers, arrivals, draw, generator
from devops_workbook.shop.app_runner import AppRunnerTraffic
from devops_workbook.shop.metrics import Answered
from devops_workbook.shop.request_logs import RequestLog
from devops_workbook.shop.traffic import LoadBalancerTraffic, Look, Share, Traffic
from devops_workbook.shop.versions import VERSIONS, Fault, FaultKind, Version, with_faults

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from offline_aws import OfflineAWS

_MINUTE = timedelta(minutes=1)
_HALF = timedelta(seconds=30)
#: Where no target is registered, the load balancer answers by itself, with 503.
_NOBODY = Version("", error_rate=1.0, p50=0.001, p99=0.002)

COLUMNS = (
    "minute",
    "version",
    "way",
    "weight",
    "requests",
    "errors",
    "slow",
    "harmed",
    "p50",
    "p99",
)


class Load:
    """Customers' requests from ``start`` to ``stop``, minute by minute of the virtual clock.

    In the middle of each minute it looks who answers; at its end it draws all answers of the
    minute and reports the metrics, with the minute's beginning as their time. What it draws
    depends on the seed, the minute and the version alone, not on how the clock was moved.

    ``traffic`` is a way to the service, such as ``LoadBalancerTraffic(listener_arn)``, ``rate``
    the mean number of requests a minute, ``versions`` how each version behaves (one that is not
    among them behaves like a good one; asked anew every minute). ``log`` writes a sample of the
    requests to CloudWatch Logs. ``namespace`` is that of the service's own metrics, None for none.
    Raises whatever ``traffic.look`` raises but a ``ClientError``: then nobody answers.
    """

    def __init__(
        self,
        aws: OfflineAWS,
        traffic: Traffic,
        *,
        rate: float = 600.0,
        seed: int = 1,
        versions: Mapping[str, Version] = VERSIONS,
        log: RequestLog | None = None,
        namespace: str | None = metrics.SHOP,
    ) -> None:
        self._aws, self._clock = aws, aws.clock
        self.traffic = traffic
        self.rate, self.seed = rate, seed
        self._versions = versions
        self._log = log
        self._namespace = namespace
        self._faults: list[Fault] = []
        self._rows: list[tuple[Any, ...]] = []
        self._look = Look(())
        self._turn = 0

    def start(self) -> Load:
        """Let customers in from the next whole minute on; return itself."""
        self.stop()
        now = self._clock.now()
        begin = now.replace(second=0, microsecond=0)
        self._wait_for(begin if begin == now else begin + _MINUTE, self._turn)
        return self

    def stop(self) -> None:
        """Let nobody in any more; what happened is kept."""
        self._turn += 1

    def fault(
        self,
        kind: FaultKind,
        *,
        version: str | None = None,
        since: datetime | None = None,
        minutes: float | None = None,
    ) -> Fault:
        """Switch a fault on, now or at a time, for good or for so many minutes."""
        begin = since or self._clock.now()
        until = None if minutes is None else begin + timedelta(minutes=minutes)
        fault = Fault(kind, begin, until, version)
        self._faults.append(fault)
        return fault

    def mend(self) -> None:
        """Switch all faults off, from now on."""
        now = self._clock.now()
        self._faults = [replace(each, until=min(each.until or now, now)) for each in self._faults]

    def table(self, since: datetime | None = None) -> pd.DataFrame:
        """Return what happened, a row for each minute and each way that answered in it.

        Columns: ``minute`` (its beginning, UTC), ``version`` ("" where nobody answered), ``way``
        (the target group's or function's version), ``weight`` (the share of the requests, 0 to 1),
        ``requests``, ``errors`` (5xx), ``slow`` (answered after more than a second), ``harmed``
        (both together), ``p50`` and ``p99`` in seconds.
        """
        import pandas as pd

        rows = [row for row in self._rows if since is None or row[0] >= since]
        return pd.DataFrame(rows, columns=pd.Index(COLUMNS)).astype(
            {"minute": "datetime64[ns, UTC]"}
        )

    def _wait_for(self, minute: datetime, turn: int) -> None:
        def middle() -> None:
            if turn == self._turn:
                self._look = self._looked()

        def end() -> None:
            if turn == self._turn:
                self._wait_for(minute + _MINUTE, turn)
                self._answer(minute)

        self._clock.call_at(minute + _HALF, middle)
        self._clock.call_at(minute + _MINUTE, end)

    def _looked(self) -> Look:
        try:
            return self.traffic.look()
        except ClientError:
            # Whoever takes the listener away takes the customers' way with it.
            return Look((Share("", 1.0, ""),))

    def _answer(self, minute: datetime) -> None:
        answered = answer(
            self._look.shares, minute, self.rate, self.seed, self._behaviour_at(minute)
        )
        whole = sum(each.share.weight for each in answered) or 1.0
        self._rows += [_row(minute, each, whole) for each in answered]
        self._report(answered, minute)
        if self._log:
            self._log.write(answered, minute)

    def _behaviour_at(self, minute: datetime) -> Callable[[Share], Version]:
        def behaviour(share: Share) -> Version:
            version = self._versions.get(share.version) or Version(share.version)
            return with_faults(version, self._faults, minute)

        return behaviour

    def _report(self, answered: list[Answered], minute: datetime) -> None:
        if isinstance(self.traffic, LoadBalancerTraffic):
            data = metrics.of_load_balancer(self.traffic, self._look, answered, minute)
            self._record("AWS/ECS", metrics.of_ecs(answered, minute))
        elif isinstance(self.traffic, AppRunnerTraffic):
            data = metrics.of_app_runner(self.traffic, answered, minute)
        else:
            data = metrics.of_function(self.traffic, answered, minute)
        self._record(self.traffic.namespace, data)
        if self._namespace:
            self._record(self._namespace, metrics.of_service(answered, minute))

    def _record(self, namespace: str, data: list[metrics.Datum]) -> None:
        self._aws.record_metrics(namespace, data)


def answer(
    shares: Iterable[Share],
    minute: datetime,
    rate: float,
    seed: int,
    behaviour: Callable[[Share], Version],
) -> list[Answered]:
    """Return a minute's answers: the requests that arrive, shared out by weight and drawn."""
    shares = list(shares)
    counts = arrivals(seed, minute, rate, [share.weight for share in shares])
    answered: list[Answered] = []
    for share, count in zip(shares, counts, strict=False):
        # Tasks of one version that started at different times draw numbers of their own.
        twins = sum(_place(each.share) == _place(share) for each in answered)
        random = generator(seed, minute, *_place(share), str(twins))
        version = behaviour(share)
        answers, memory = _answers(share, count, minute, random, version)
        answered.append(Answered(share, answers, memory, version.cpu_seconds))
    return answered


def _place(share: Share) -> tuple[str, str]:
    return share.version, share.way.split("/")[1] if "/" in share.way else share.way


def _answers(
    share: Share, count: int, minute: datetime, random: np.random.Generator, version: Version
) -> tuple[Answers, float]:
    if not share.version:
        return draw(_NOBODY, count, random), 0.0
    if share.started is None:
        version = replace(version, ready_after=min(version.ready_after, 0.0))
    old = metrics.age(share, minute + _HALF)
    return draw(version.at_age(old), count, random), version.memory(old)


def _row(minute: datetime, each: Answered, whole: float) -> tuple[Any, ...]:
    share, answers = each.share, each.answers
    return (
        minute,
        share.version,
        share.way,
        share.weight / whole,
        answers.requests,
        answers.errors,
        answers.slow,
        answers.harmed,
        answers.quantile(0.5),
        answers.quantile(0.99),
    )
