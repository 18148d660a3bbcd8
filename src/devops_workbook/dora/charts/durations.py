"""The logarithmic axis of lengths of time that charts share, from seconds to years."""

from __future__ import annotations

import numpy as np

#: What the ticks are called, by hours; those wanted most come first.
LABELS = {
    1 / 3600: "1 second",
    1 / 60: "1 minute",
    1.0: "1 hour",
    24.0: "1 day",
    168.0: "1 week",
    730.0: "1 month",
    8760.0: "1 year",
    87600.0: "10 years",
    1 / 6: "10 minutes",
    6.0: "6 hours",
    12.0: "12 hours",
    48.0: "2 days",
    1 / 360: "10 seconds",
    1 / 2: "30 minutes",
    3.0: "3 hours",
    84.0: "3.5 days",
    336.0: "2 weeks",
    2190.0: "3 months",
    4380.0: "6 months",
    26280.0: "3 years",
}
#: What took no time has no place on a logarithmic axis: it is drawn at one second.
SHORTEST = 1 / 3600


def spaced(low: float, high: float, room: float = 0.12) -> list[float]:
    """Return the ticks between ``low`` and ``high`` (hours), without those too close to others.

    ``room`` is the least part of the axis between two ticks.
    """
    ticks: list[float] = []
    for tick in LABELS:
        gaps = (abs(np.log(tick / other)) for other in ticks)
        if low <= tick <= high and min(gaps, default=np.inf) > room * np.log(high / low):
            ticks.append(tick)
    return sorted(ticks)
