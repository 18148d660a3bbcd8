"""What anomaly detection expects of a metric: a model of our own, not AWS's.

The last two full weeks are looked at, up to the last full hour. What is expected at a time is the
median of the values in the same hour of the week, or of the day where there were not two such
hours yet, or of all values. The band is so many deviations wide as is asked for, on both sides; a
deviation is 1.4826 times the median distance from that median (the standard deviation, if values
are normal), and at least one percent of it: a metric that never changed is allowed that much.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from offline_aws.cloudwatch.metric_math.timeseries import TimeSeries

_HOUR, _DAY = 3600, 86400
_TRAINING = 14 * _DAY
_HOURS = (24 * 7, 24)
_LEAST_DAYS = 2
_NORMAL = 1.4826
_LEAST_DEVIATION = 0.01

#: What is expected, and a deviation from it.
Expectation = tuple[float, float]


def training_time(now: int) -> tuple[int, int]:
    """Return from when to when values are learnt from."""
    end = now - now % _HOUR
    return end - _TRAINING, end


@dataclass(eq=False)
class Model:
    """What is expected of a metric, by what it was."""

    history: TimeSeries
    _known: dict[int, Expectation] = field(default_factory=dict)

    def band(self, times: range, deviations: float) -> list[TimeSeries]:
        """Return the lower and the upper limit at these times; empty before anything is learnt."""
        grid = np.array(times, dtype=np.int64)
        if not len(self.history.times):
            grid = grid[:0]
        expected = [self._expected(time) for time in grid.tolist()]
        middle = np.array([each[0] for each in expected], dtype=np.float64)
        width = np.array([each[1] for each in expected], dtype=np.float64) * deviations
        period = self.history.period
        return [
            TimeSeries(grid, middle - width, period, f"{self.history.label} (expected, low)"),
            TimeSeries(grid, middle + width, period, f"{self.history.label} (expected, high)"),
        ]

    def _expected(self, time: int) -> Expectation:
        hour = time // _HOUR % _HOURS[0]
        if hour not in self._known:
            self._known[hour] = self._learn(hour)
        return self._known[hour]

    def _learn(self, hour: int) -> Expectation:
        values = self.history.values
        for there in self._same_hours(hour):
            if len(np.unique(self.history.times[there] // _DAY)) >= _LEAST_DAYS:
                values = values[there]
                break
        middle = float(np.median(values))
        deviation = _NORMAL * float(np.median(np.abs(values - middle)))
        return middle, max(deviation, _LEAST_DEVIATION * abs(middle))

    def _same_hours(self, hour: int) -> Iterator[NDArray[np.bool_]]:
        """Yield where the history is of the same hour of the week, and of the day."""
        hours = self.history.times // _HOUR
        for number in _HOURS:
            yield hours % number == hour % number
