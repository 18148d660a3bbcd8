"""Two measured periods side by side: what changed, and what may be chance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from devops_workbook.display import Table
from devops_workbook.dora import comparison_words as words
from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.report_words import ORDER, capital
from devops_workbook.dora.survey import more_is_better
from devops_workbook.dora.wording import in_words

Verdict = Literal["better", "worse", "no clear difference", "not measurable"]

#: How often chance alone may order two small samples like that.
_CHANCE = 0.05


@dataclass(frozen=True)
class ComparedMetric:
    """One metric of both periods.

    ``reason`` says why there is no verdict, and is empty where there is one.
    """

    key: str  # the attribute of Metrics
    before: Metric
    after: Metric
    verdict: Verdict
    reason: str

    @property
    def factor(self) -> float:
        """After by before, for times and the frequency; NaN for shares and what is not known."""
        before, after = self.before.value, self.after.value
        if self.before.unit == "share" or math.isnan(before) or math.isnan(after):
            return math.nan
        if before == after:
            return 1.0
        return after / before if before else math.inf

    @property
    def difference(self) -> float:
        """After minus before in percentage points, for shares; NaN for everything else."""
        is_share = self.before.unit == "share"
        return 100 * (self.after.value - self.before.value) if is_share else math.nan

    @property
    def change(self) -> str:
        """The factor or the difference in words, such as ``"3 times shorter"``."""
        if self.before.unit == "share":
            return words.points(self.difference)
        return words.times(self.factor, self.before.unit)


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """The five DORA metrics and MTTR of two periods, each with its verdict.

    ``rows`` has them by their attribute of ``Metrics``, in DORA's order.
    """

    before: Metrics
    after: Metrics
    names: tuple[str, str]
    rows: Mapping[str, ComparedMetric]

    def table(self) -> pd.DataFrame:
        """Return one row per metric.

        Index: its name. Columns: unit, before, before_low, before_high, before_n, after,
        after_low, after_high, after_n, factor (after by before; NaN for shares), difference
        (after minus before in percentage points; NaN but for shares), verdict, reason.
        """
        table = {
            row.before.name: {
                "unit": row.before.unit,
                **_columns("before", row.before),
                **_columns("after", row.after),
                "factor": row.factor,
                "difference": row.difference,
                "verdict": row.verdict,
                "reason": row.reason,
            }
            for row in self.rows.values()
        }
        return pd.DataFrame.from_dict(table, orient="index").rename_axis("metric")

    def sentences(self) -> list[str]:
        """Return a sentence per metric: what it was, what it is, and whether that says anything."""
        return [words.sentence(row) for row in self.rows.values()]

    def shown(self) -> Table:
        """Return the table for people, with ranges and remarks."""
        columns = ("metric", *self.names, "change", "verdict", "remark")
        rows = [_in_full(row, self.names) for row in self.rows.values()]
        return Table(words.caption(self), columns, rows)

    def __repr__(self) -> str:
        # A terminal has no room for the ranges; the remarks go below.
        short = [_in_short(row) for row in self.rows.values()]
        table = Table(words.caption(self), ("metric", *self.names, "change", "verdict"), short)
        by_remark: dict[str, list[str]] = defaultdict(list)
        for row in self.rows.values():
            by_remark[words.remark(row, self.names)].append(row.before.name)
        remarks = [f"- {', '.join(names)}: {said}" for said, names in by_remark.items() if said]
        return "\n".join([repr(table), *remarks])

    def _repr_html_(self) -> str:
        return self.shown().to_html()


def compare(
    before: Metrics, after: Metrics, *, names: tuple[str, str] = ("before", "after")
) -> Comparison:
    """Compare two measured periods, metric by metric.

    A verdict is "better" or "worse" only if the two intervals have no value in common.
    Two 95% intervals that do not touch are a stricter test than the usual one (Schenker and
    Gentleman 2001: for equal spreads, chance does it once in 180 times rather than once in 20),
    which suits six metrics looked at together. Where they overlap, or one period has no
    interval, the verdict is "no clear difference". So it is for times and frequencies of so few
    observations that chance alone would often keep them apart: ``a`` and ``b`` of them lie
    wholly on different sides in 2 of ``comb(a + b, a)`` orders, which has to be 5% at most.
    What counts is what was resampled for the interval: deployments for the lead time, weeks
    for the frequency, recoveries and incidents for the two times.

    A metric without a value in one of the periods is "not measurable". Only the deployment
    frequency is better when it is higher. ``names`` are what the two periods are called.
    The periods may have different lengths. They should be of the same service, and measured
    with the same ``confidence``.
    """
    rows = {key: _compared(key, getattr(before, key), getattr(after, key)) for key in ORDER}
    return Comparison(before, after, names, rows)


def _compared(key: str, before: Metric, after: Metric) -> ComparedMetric:
    return ComparedMetric(key, before, after, *_verdict(key, before, after))


def _verdict(key: str, before: Metric, after: Metric) -> tuple[Verdict, str]:
    if math.isnan(before.value) or math.isnan(after.value):
        return "not measurable", words.why_unknown(before, after)
    if math.isnan(before.low) or math.isnan(after.low):
        return "no clear difference", "without two ranges nobody can tell it from chance"
    if before.low <= after.high and after.low <= before.high:
        return "no clear difference", "the ranges overlap, so it could be chance"
    counts = _observations(key, before), _observations(key, after)
    if before.unit != "share" and 2 / math.comb(sum(counts), counts[0]) > _CHANCE:
        return "no clear difference", words.too_few(key, counts)
    rose = after.low > before.high
    return ("better" if rose == more_is_better(key) else "worse"), ""


def _observations(key: str, metric: Metric) -> int:
    """Return how many independent observations the metric's interval resampled."""
    if key == "change_lead_time":
        return int(metric.detail["n_deployments"])
    if key == "deployment_frequency":
        return max(1, round(metric.detail["days"] / 7))
    return metric.n


def _in_full(row: ComparedMetric, names: tuple[str, str]) -> list[str]:
    values = [words.measured(row.before), words.measured(row.after)]
    return [capital(row.before.name), *values, row.change, row.verdict, words.remark(row, names)]


def _in_short(row: ComparedMetric) -> list[str]:
    values = [in_words(metric.value, metric.unit) for metric in (row.before, row.after)]
    return [row.before.name, *values, row.change, row.verdict]


def _columns(period: str, metric: Metric) -> dict[str, float]:
    return {
        period: metric.value,
        f"{period}_low": metric.low,
        f"{period}_high": metric.high,
        f"{period}_n": metric.n,
    }
