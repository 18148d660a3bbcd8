"""The stretch: a band of what is usual at this hour, in place of a fixed threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from devops_workbook.chapters.monitoring import last_week
from devops_workbook.chapters.monitoring.account import chapter
from devops_workbook.chapters.monitoring.replay import Verdict, judged, m_of_n
from devops_workbook.checks import call, describe, number, require, untouched
from devops_workbook.display import BLUE, RED, Figure, Note, Table, style
from devops_workbook.lab import Lab

WIDTH = 3.0
_SCALE = 1.4826  # the MAD of a normal distribution is its standard deviation divided by this
_M, _N = 5, 5
_WANTED, _OTHERS = (last_week.FRIDAY,), (last_week.SATURDAY,)


def orders() -> pd.Series[float]:
    """Return the orders of each minute of the week; the index is the minute, in UTC."""
    return last_week.table()["orders"].astype(float)


@chapter.exercise(
    "usual-band",
    title="What is usual at this hour?",
    minutes=7,
    kind="stretch",
    answer="usual_band",
    hints=(
        "orders.groupby(orders.index.hour) has a group for each hour of the day.",
        "The MAD is the median of the distances to the median: (x - x.median()).abs().median().",
        "The limits are median - 3 * 1.4826 * MAD and median + 3 * 1.4826 * MAD.",
    ),
)
def check_usual_band(lab: Lab, answer: Any) -> str:
    """Median plus and minus three robust standard deviations, for each hour of the day."""
    index = pd.date_range("2026-01-05", periods=48, freq="h", tz="UTC").repeat(5)
    calm = pd.Series(np.tile([8.0, 9.0, 10.0, 11.0, 12.0], 48), index=index)
    _compare(answer, calm, "with 8, 9, 10, 11 and 12 orders in each hour")
    outage = calm.copy()
    outage.iloc[:2] = 0.0
    _compare(answer, outage, "after an outage at midnight, two minutes without orders")
    _compare(answer, orders(), "for last week")
    verdict = verdict_of(band_of(orders()))
    fixed = verdict_of(fixed_limit())
    return (
        f"The band finds Friday after {verdict.minutes['Friday']} minutes and pages "
        f"{verdict.false_alarms} times for nothing. The fixed limit that finds it pages "
        f"{fixed.false_alarms} times: every night, when people sleep."
    )


def _compare(function: Any, given: pd.Series[float], when: str) -> None:
    found = call(function, given, what="usual_band")
    fits = isinstance(found, pd.DataFrame) and {"low", "high"} <= set(found.columns)
    require(fits, f"It should return a table with columns low and high. Found {describe(found)}.")
    right = band_of(given)
    require(
        list(found.index) == list(right.index),
        f"The rows should be the hours {right.index[0]} to {right.index[-1]}. Found "
        f"{len(found)} rows.",
    )
    hour = int(right.index[0])
    mean, deviation = _of_hour(given, hour)
    for name, sign in (("low", -1), ("high", 1)):
        number(
            found[name].iloc[0],
            float(right[name].iloc[0]),
            f"{when.capitalize()}: `{name}` at {hour}:00",
            mistakes={
                "That is from mean and standard deviation, which the outage itself widens.": (
                    mean + sign * WIDTH * deviation
                ),
                "The MAD is to be multiplied by 1.4826 first.": _unscaled(given, hour, sign),
            },
            rel=1e-3,
        )
        wrong = ~np.isclose(found[name].astype(float), right[name])
        require(not wrong.any(), f"{when.capitalize()}: `{name}` is wrong in {wrong.sum()} hours.")


def _of_hour(given: pd.Series[float], hour: int) -> tuple[float, float]:
    values = given[pd.DatetimeIndex(given.index).hour == hour]
    return float(values.mean()), float(values.std())


def _unscaled(given: pd.Series[float], hour: int, sign: int) -> float:
    values = given[pd.DatetimeIndex(given.index).hour == hour]
    middle = float(values.median())
    return middle + sign * WIDTH * float((values - middle).abs().median())


def band_of(given: pd.Series[float]) -> pd.DataFrame:
    """Return the band, ``low`` and ``high`` for each hour of the day."""
    groups = given.groupby(pd.DatetimeIndex(given.index).hour)
    middle = groups.median()
    away = groups.apply(lambda values: (values - values.median()).abs().median())
    reach = WIDTH * _SCALE * away
    return pd.DataFrame({"low": middle - reach, "high": middle + reach})


def fixed_limit() -> pd.DataFrame:
    """Return, as a band, the lowest limit that finds Friday as fast as the band does."""
    wanted = verdict_of(band_of(orders())).minutes["Friday"]
    for limit in range(10, 200):
        flat = pd.DataFrame({"low": float(limit), "high": np.inf}, index=range(24))
        if verdict_of(flat).minutes.get("Friday", 999) <= wanted:
            return flat
    raise ValueError("No fixed limit finds it as fast.")


def verdict_of(band: pd.DataFrame) -> Verdict:
    """Return the verdict on a band, with five minutes out of five below it."""
    given = orders()
    hours = pd.DatetimeIndex(given.index).hour
    below = given.to_numpy() < band["low"].reindex(hours).to_numpy()
    return judged(m_of_n(below, _M, _N), _WANTED, _OTHERS)


def compare_band(usual_band: Any) -> Table | Note:
    """Return how the learner's band and a fixed limit would have done last week."""
    if untouched(usual_band):
        return Note("Nothing to compare yet.", "Write `usual_band` first, then run this again.")
    limits = {"the band": usual_band(orders()), "a fixed limit": fixed_limit()}
    rows = []
    for name, band in limits.items():
        verdict = verdict_of(band)
        found = verdict.minutes.get("Friday")
        after = "never" if found is None else f"{found} min"
        rows.append((name, after, str(verdict.false_alarms)))
    return Table("Too few orders?", ("Below", "Friday found after", "Pages for nothing"), rows)


def band_chart(usual_band: Any) -> Figure | Note:
    """Draw the orders of Friday and Saturday in the band."""
    import matplotlib.dates
    from matplotlib.figure import Figure as MatplotlibFigure

    if untouched(usual_band):
        return Note("Nothing to draw yet.", "Write `usual_band` first, then run this again.")
    dates: Any = matplotlib.dates
    given = orders()["2026-01-02":"2026-01-03"]
    index = pd.DatetimeIndex(given.index)
    band = usual_band(orders()).reindex(index.hour)
    with style():
        figure = MatplotlibFigure(figsize=(8, 3.2))
        axis: Any = figure.subplots()
        axis.fill_between(index, band["low"], band["high"], color=BLUE, alpha=0.2, linewidth=0)
        axis.plot(index, given, color=BLUE, linewidth=0.8)
        out = given.to_numpy() < band["low"].to_numpy()
        axis.plot(index[out], given[out], "o", color=RED, markersize=3, label="below the band")
        axis.set_title("Orders a minute, Friday and Saturday, in their usual band")
        axis.set_ylabel("orders")
        locator = dates.AutoDateLocator(maxticks=9)
        axis.xaxis.set_major_locator(locator)
        axis.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator, show_offset=False))
        axis.legend()
    begin = last_week.FRIDAY.started_at
    alt = (
        f"Orders a minute on Friday and Saturday inside of a band that falls at night. "
        f"{out.sum()} minutes lie below it, most of them from {begin:%A %H:%M} on."
    )
    return Figure(figure, alt)
