"""Counts and histograms of nodes and edges, as X-Ray has them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Shape = dict[str, Any]

#: The most entries of a histogram; more values than that are brought together.
MOST_ENTRIES = 200
# A twentieth of a power of ten: neighbours differ by 12 percent.
_PER_DECADE = 20


@dataclass(slots=True)
class Statistics:
    """How many requests ended how, and how long each took, in seconds.

    A request is counted once: as a fault if it is one, else as throttled, else as an error.
    """

    ok: int = 0
    throttled: int = 0
    errors: int = 0
    faults: int = 0
    times: list[float] = field(default_factory=list)

    def add(self, fault: bool, error: bool, throttle: bool, time: float) -> None:
        """Count a request that has ended."""
        if fault:
            self.faults += 1
        elif throttle:
            self.throttled += 1
        elif error:
            self.errors += 1
        else:
            self.ok += 1
        self.times.append(time)

    def shape(self) -> Shape:
        """Return the counts in the shape of EdgeStatistics and ServiceStatistics."""
        return {
            "OkCount": self.ok,
            "ErrorStatistics": {
                "ThrottleCount": self.throttled,
                "OtherCount": self.errors,
                "TotalCount": self.throttled + self.errors,
            },
            "FaultStatistics": {"OtherCount": self.faults, "TotalCount": self.faults},
            "TotalCount": len(self.times),
            "TotalResponseTime": round(math.fsum(self.times), 6),
        }


def histogram(times: Iterable[float]) -> list[Shape]:
    """Return how often each time occurs, in order of occurrence.

    Where there are many different ones, those near to each other are one entry with their mean,
    so that the sum over all entries stays what it was.
    """
    counts = Counter(round(time, 6) for time in times)
    if len(counts) <= MOST_ENTRIES:
        return [{"Value": value, "Count": count} for value, count in counts.items()]
    width = 1
    while len(bins := _bins(counts, width)) > MOST_ENTRIES:
        width *= 2
    return [{"Value": total / count, "Count": count} for _, (total, count) in sorted(bins.items())]


def _bins(counts: Counter[float], width: int) -> dict[int, tuple[float, int]]:
    bins: dict[int, tuple[float, int]] = {}
    for value, count in counts.items():
        place = math.floor(math.log10(max(value, 1e-6)) * _PER_DECADE / width)
        total, before = bins.get(place, (0.0, 0))
        bins[place] = total + value * count, before + count
    return bins
