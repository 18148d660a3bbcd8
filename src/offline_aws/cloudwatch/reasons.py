"""Why an alarm is in its state: AWS's sentences, and the JSON that goes with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from offline_aws.cloudwatch.alarm import ALARM, INSUFFICIENT, Alarm, stamp
from offline_aws.cloudwatch.checks import Shape
from offline_aws.cloudwatch.outcome import BREACHING, MISSING, WITHIN
from offline_aws.cloudwatch.periods import recent
from offline_aws.cloudwatch.statistics import statistic
from offline_aws.cloudwatch.watch import Readings, Watch
from offline_aws.service_metrics import Metrics

_WORDS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED = {"breaching": "Breaching", "notBreaching": "NonBreaching"}
_SHOWN = 5
_LISTED = 20
_MOST_REASON, _MOST_DATA = 1023, 4000


def reason_of(
    alarm: Alarm,
    watch: Watch,
    metrics: Metrics,
    readings: Readings,
    pattern: str,
    state: str,
    now: datetime,
) -> tuple[str, str]:
    """Return the reason of a state and its data."""
    places = [place for place, sign in enumerate(pattern) if sign != MISSING]
    data = _data(watch, metrics, readings, places[-watch.periods :], now)
    if state == INSUFFICIENT:
        return f"Insufficient Data: {_datapoints(watch.periods)} unknown.", data
    missing = watch.periods - len(places)
    if missing > 0 and (treated := _TREATED.get(watch.treatment)):
        received = _datapoints(len(places), "received") if places else "no datapoints were received"
        treatment = "datapoint was" if missing == 1 else "datapoints were"
        return (
            f"Threshold Crossed: {received} for {_plural(watch.periods, 'period')} and {missing} "
            f"missing {treatment} treated as [{treated}].",
            data,
        )
    sign = BREACHING if state == ALARM else WITHIN
    used = places[-watch.periods :]
    telling = [place for place in used if pattern[place] == sign]
    text = _crossed(alarm.settings, watch, readings, telling, len(used), state == ALARM)
    return text[:_MOST_REASON], data


def _crossed(
    settings: Shape,
    watch: Watch,
    readings: Readings,
    places: Sequence[int],
    used: int,
    is_alarm: bool,
) -> str:
    """Return which datapoints crossed the threshold, the newest first."""
    shown = ", ".join(
        f"{readings.values[place]!r} ({_date(readings.times[place])})"
        for place in places[: -_SHOWN - 1 : -1]
    )
    compared = _compared(watch, readings, places, is_alarm)
    were = "was" if len(places) == 1 else "were"
    if settings.get("DatapointsToAlarm") is None:
        number = _plural(len(places), "datapoint")
        return f"{_begin(watch)}: {number} [{shown}] {were} {compared}."
    least = watch.wanted if is_alarm else watch.periods - watch.wanted + 1
    change = "OK -> ALARM" if is_alarm else "ALARM -> OK"
    return (
        f"{_begin(watch)}: {len(places)} out of the last {used} datapoints [{shown}] {were} "
        f"{compared} (minimum {_plural(least, 'datapoint')} for {change} transition)."
    )


def _begin(watch: Watch) -> str:
    return "Thresholds Crossed" if watch.band else "Threshold Crossed"


def _compared(watch: Watch, readings: Readings, places: Sequence[int], is_alarm: bool) -> str:
    no = "" if is_alarm else "not "
    if readings.lower is None or readings.upper is None:
        threshold = float(watch.threshold or 0)
        return f"{no}{_WORDS[watch.operator]} the threshold ({threshold!r})"
    newest = places[: -_SHOWN - 1 : -1]
    low = ", ".join(repr(readings.lower[place]) for place in newest)
    high = ", ".join(repr(readings.upper[place]) for place in newest)
    below = f"{no}less than the lower thresholds [{low}]"
    above = f"{no}greater than the upper thresholds [{high}]"
    return {
        "LessThanLowerThreshold": below,
        "GreaterThanUpperThreshold": above,
    }.get(watch.operator, f"{below} or {above}")


def _data(
    watch: Watch, metrics: Metrics, readings: Readings, places: Sequence[int], now: datetime
) -> str:
    data: Shape = {"version": "1.0", "queryDate": stamp(now)}
    if places:
        data["startDate"] = _stamp(readings.times[places[0]])
    if watch.unit:
        data["unit"] = watch.unit
    if watch.statistic:
        data["statistic"] = watch.statistic.name
    data["period"] = watch.period
    data["recentDatapoints"] = [readings.values[place] for place in places[-_LISTED:]]
    if readings.lower is None or readings.upper is None:
        data["threshold"] = watch.threshold
    else:
        data["recentLowerThresholds"] = [readings.lower[place] for place in places[-_LISTED:]]
        data["recentUpperThresholds"] = [readings.upper[place] for place in places[-_LISTED:]]
    data["evaluatedDatapoints"] = _evaluated(watch, metrics, readings, places)
    text = json.dumps(data, separators=(",", ":"))
    while len(text) > _MOST_DATA:
        data["evaluatedDatapoints"].pop()
        text = json.dumps(data, separators=(",", ":"))
    return text


def _evaluated(
    watch: Watch, metrics: Metrics, readings: Readings, places: Sequence[int]
) -> list[Shape]:
    """Return the datapoints that counted, or the periods that had none, the newest first."""
    if not places:
        return [{"timestamp": _stamp(time)} for time in readings.times[: -watch.periods - 1 : -1]]
    counts: Sequence[float | None] = ()
    if watch.statistic is not None:
        series, begin = watch.series(metrics), readings.times[0]
        counts = recent(series, begin, watch.period, watch.range, statistic("SampleCount"))
    found = []
    for place in reversed(places):
        point: Shape = {"timestamp": _stamp(readings.times[place])}
        if counts:
            point["sampleCount"] = counts[place]
        found.append(point | {"value": readings.values[place]})
    return found


def _datapoints(number: int, done: str = "") -> str:
    words = f"{_plural(number, 'datapoint')} {'was' if number == 1 else 'were'}"
    return f"{words} {done}" if done else words


def _plural(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _date(time: int) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%d/%m/%y %H:%M:%S}"


def _stamp(time: int) -> str:
    return stamp(datetime.fromtimestamp(time, UTC))
