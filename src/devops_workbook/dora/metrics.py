"""What ``measure`` returns: the metrics, the tables behind them, and what was left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

import pandas as pd

from devops_workbook.display import Table
from devops_workbook.dora.wording import bounds, in_words


@dataclass(frozen=True)
class Metric:
    """One metric of a period.

    ``value`` is in ``unit`` and NaN when it cannot be said; then ``note`` says why. ``n`` is
    the number of observations behind it. ``low`` and ``high`` are the bounds of its interval
    (see ``measure``), NaN where there is none. ``excluded`` counts what was left out, by
    reason. ``detail`` holds further figures of the same metric, in hours where nothing else is
    said:

    - change lead time: ``mean``, ``p90``, ``median_of_deployments`` (of each one's median),
      ``n_deployments`` (how many brought these commits);
    - deployment frequency: ``per_week``, ``days`` (of the period), ``deployment_days`` (with a
      deployment), ``weeks_with_a_deployment`` (share), ``failed_attempts``,
      ``longest_gap_days`` (from one deployment to the next);
    - change fail rate: ``n_failed``; deployment rework rate: ``hotfixes``, ``rollbacks``;
    - failed deployment recovery time: ``mean``, ``p90``, ``n_open``, ``kaplan_meier_median``
      (which does not leave the open ones out);
    - mttr: ``median``, ``downtime_hours`` (overlaps once), ``n_open``, ``n_without_deployment``.
    """

    name: str
    value: float
    unit: str  # "hours", "per day" or "share" (0 to 1)
    n: int
    low: float
    high: float
    definition: str
    excluded: Mapping[str, int] = field(default_factory=dict)
    detail: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def __str__(self) -> str:
        """Return the metric in one line of words."""
        text = f"{self.name}: {in_words(self.value, self.unit)}"
        if not math.isnan(self.low):
            low, high = bounds(self.value, self.low, self.high, self.unit)
            text += f" ({low} to {high})"
        text += f", n = {self.n:,}"
        if self.excluded:
            reasons = "; ".join(f"{count:,} {reason}" for reason, count in self.excluded.items())
            text += f", left out: {reasons}"
        return f"{text}. {self.note}" if self.note else text


class LazyTable:
    """A field that holds a table, or the function that makes it, called when first read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, instance: object, owner: type | None = None) -> pd.DataFrame:
        if instance is None:
            raise AttributeError  # so that the dataclass finds no default here
        table: pd.DataFrame | Callable[[], pd.DataFrame] = instance.__dict__[self._name]
        if not isinstance(table, pd.DataFrame):
            table = instance.__dict__[self._name] = table()
        return table

    def __set__(self, instance: object, table: pd.DataFrame | Callable[[], pd.DataFrame]) -> None:
        instance.__dict__[self._name] = table


@dataclass(frozen=True, eq=False, repr=False)
class Metrics:
    """The five DORA metrics of one period, MTTR beside them, and the tables they come from."""

    change_lead_time: Metric
    deployment_frequency: Metric
    change_fail_rate: Metric
    failed_deployment_recovery_time: Metric
    deployment_rework_rate: Metric
    mttr: Metric
    start: datetime  # aware, in tz; the period is [start, end)
    end: datetime
    tz: str
    #: One row per deployment in the period: the columns of ``Events.deployments`` and
    #: ``failed`` (bool), ``recovered_at`` (NaT while open), ``recovery_hours``.
    deployments: LazyTable = LazyTable()
    #: One row per change that counts: change_id, deployment_id, service, committed_at,
    #: deployed_at, lead_time_hours.
    lead_times: LazyTable = LazyTable()
    #: One row per calendar week (Monday) or month of the period, in ``tz``; index: its start.
    #: Columns: days (exposure), partial (bool), deployments, failed_attempts,
    #: change_lead_time_hours (median), deployments_per_day, change_fail_rate,
    #: failed_deployment_recovery_hours (median), deployment_rework_rate, mttr_hours (mean).
    weekly: LazyTable = LazyTable()
    monthly: LazyTable = LazyTable()

    def __getstate__(self) -> dict[str, object]:
        # What travels is the tables, not the whole events that they would be made from.
        _ = self.deployments, self.lead_times, self.weekly, self.monthly
        return self.__dict__

    def table(self) -> pd.DataFrame:
        """Return one row per metric: value, unit, low, high, n, left_out, note."""
        rows = {
            metric.name: {
                "value": metric.value,
                "unit": metric.unit,
                "low": metric.low,
                "high": metric.high,
                "n": metric.n,
                "left_out": sum(metric.excluded.values()),
                "note": metric.note,
            }
            for metric in self._all()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("metric")

    def _all(self) -> tuple[Metric, ...]:
        return (
            self.change_lead_time,
            self.deployment_frequency,
            self.change_fail_rate,
            self.failed_deployment_recovery_time,
            self.deployment_rework_rate,
            self.mttr,
        )

    def _title(self) -> str:
        return f"{_shown(self.start)} until {_shown(self.end)} ({self.tz})"

    def __repr__(self) -> str:
        return "\n".join([self._title(), *(f"  {metric}" for metric in self._all())])

    def _repr_html_(self) -> str:
        columns = ("metric", "value", "between", "n", "left out", "remark")
        rows = [_readable(metric) for metric in self._all()]
        return Table(self._title(), columns, rows).to_html()


def _readable(metric: Metric) -> tuple[str, str, str, str, str, str]:
    known = not math.isnan(metric.low)
    ends = bounds(metric.value, metric.low, metric.high, metric.unit) if known else ()
    between = " and ".join(ends)
    left_out = "; ".join(f"{count:,} {reason}" for reason, count in metric.excluded.items())
    value = in_words(metric.value, metric.unit)
    return metric.name, value, between, f"{metric.n:,}", left_out, metric.note


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M}"
