"""What a version answers in one minute: drawn with a seed, all requests at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from devops_workbook.shop.versions import Version

Seconds = npt.NDArray[np.float64]

#: A request is harmed when it fails, or when its customer waits longer than this, in seconds.
PATIENCE = 1.0
#: CloudWatch takes at most this many different values of a metric in one datum.
MOST_VALUES = 150
# The highest values stay as they are, so that the high percentiles do.
_SINGLE = 40
# Customers' own mistakes: a basket that is empty, an order that is not there.
_CLIENT_ERRORS = 0.01


@dataclass(frozen=True)
class Answers:
    """What was answered: ``seconds`` in ascending order, and how many of them failed how."""

    seconds: Seconds
    errors: int = 0
    client_errors: int = 0
    slow: int = 0

    @property
    def requests(self) -> int:
        """How many requests there were."""
        return len(self.seconds)

    @property
    def harmed(self) -> int:
        """How many failed with a 5xx, or succeeded too late."""
        return self.errors + self.slow

    def quantile(self, share: float) -> float:
        """Return a quantile of the durations in seconds, NaN where there are none."""
        return float(np.quantile(self.seconds, share)) if self.requests else float("nan")

    def bins(self) -> tuple[list[float], list[float]]:
        """Return at most 150 values and how often each occurred, as PutMetricData takes them.

        Neighbours share their mean: the sum and the maximum stay as they were.
        """
        if self.requests <= MOST_VALUES:
            parts: Sequence[Seconds] = np.split(self.seconds, self.requests)
        else:
            body, tail = self.seconds[:-_SINGLE], self.seconds[-_SINGLE:]
            parts = [*np.array_split(body, MOST_VALUES - _SINGLE), *np.split(tail, _SINGLE)]
        return [float(part.mean()) for part in parts], [float(len(part)) for part in parts]


def together(answers: Iterable[Answers]) -> Answers:
    """Return the answers of several versions as one."""
    all_of_them = list(answers)
    seconds = np.sort(np.concatenate([np.empty(0), *(each.seconds for each in all_of_them)]))
    return Answers(
        seconds,
        sum(each.errors for each in all_of_them),
        sum(each.client_errors for each in all_of_them),
        sum(each.slow for each in all_of_them),
    )


def generator(seed: int, minute: datetime, *names: str) -> np.random.Generator:
    """Return a generator for one minute and whatever the names name: the same every time."""
    keys = [seed, int(minute.timestamp()) // 60, *(crc32(name.encode()) for name in names)]
    return np.random.default_rng(keys)


def arrivals(seed: int, minute: datetime, rate: float, weights: Sequence[float]) -> list[int]:
    """Return how many requests of a minute go each way; ``weights`` sum to one or to nothing."""
    random: Any = generator(seed, minute, "arrivals")
    total = int(random.poisson(rate))
    whole = sum(weights)
    shares = [weight / whole for weight in weights] if whole else []
    return [int(each) for each in random.multinomial(total, shares)] if shares else []


def draw(version: Version, requests: int, random: np.random.Generator) -> Answers:
    """Return what a version answers to so many requests, as it behaves now."""
    seconds = random.lognormal(np.log(version.p50), version.spread, requests)
    slow = random.random(requests) < version.slow_share
    seconds = seconds + slow * version.slow_seconds
    failed = random.random(requests) < version.error_rate
    timed_out = random.random(requests) < version.timeout_share
    seconds = np.where(timed_out, version.timeout_seconds, seconds)
    failed = failed | timed_out
    mistaken = ~failed & (random.random(requests) < _CLIENT_ERRORS)
    late = ~failed & (seconds > PATIENCE)
    return Answers(np.sort(seconds), int(failed.sum()), int(mistaken.sum()), int(late.sum()))
