"""What a comparison of two periods says, in words."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from devops_workbook.dora.metrics import Metric
from devops_workbook.dora.report_words import capital, period
from devops_workbook.dora.wording import bounds, counted, in_words

if TYPE_CHECKING:
    from devops_workbook.dora.comparison import ComparedMetric, Comparison

SAME = "the same"
#: For "2 times longer" and "20% shorter", by the metric's unit.
_MORE_AND_LESS = {"hours": ("longer", "shorter"), "per day": ("more often", "less often")}
_OBSERVED = {
    "change_lead_time": ("deployment", "deployments"),
    "deployment_frequency": ("week", "weeks"),
    "failed_deployment_recovery_time": ("recovery", "recoveries"),
    "mttr": ("incident", "incidents"),
}


def caption(comparison: Comparison) -> str:
    """Return the names of the two periods and the days that they cover."""
    both = zip(comparison.names, (comparison.before, comparison.after), strict=True)
    return "; ".join(f"{name}: {period(metrics)} ({metrics.tz})" for name, metrics in both)


def measured(metric: Metric) -> str:
    """Return a value with its range and the number of observations."""
    value = in_words(metric.value, metric.unit)
    if math.isnan(metric.value):
        return "not known"
    if math.isnan(metric.low):
        return f"{value} (no range, n = {metric.n:,})"
    low, high = bounds(metric.value, metric.low, metric.high, metric.unit)
    return f"{value} ({low} to {high}, n = {metric.n:,})"


def times(factor: float, unit: str) -> str:
    """Return a factor in words: ``times(0.25, "hours")`` is ``"4 times shorter"``."""
    if math.isnan(factor):
        return ""
    if not 0 < factor < math.inf:
        return "from none" if factor else "to none"
    more, less = _MORE_AND_LESS[unit]
    word, ratio = (more, factor) if factor > 1 else (less, 1 / factor)
    if ratio >= 2:
        return f"{_number(ratio)} times {word}"
    change = abs(factor - 1)
    if change == 0:
        return SAME
    return f"{100 * change:.0f}% {word}" if change >= 0.01 else f"under 1% {word}"


def points(difference: float) -> str:
    """Return a difference in percentage points in words: ``"12 percentage points lower"``."""
    if math.isnan(difference):
        return ""
    if difference == 0:
        return SAME
    size = f"{_number(abs(difference))}" if abs(difference) >= 0.1 else "under 0.1"
    noun = "percentage point" if size == "1" else "percentage points"
    return f"{size} {noun} {'higher' if difference > 0 else 'lower'}"


def why_unknown(before: Metric, after: Metric) -> str:
    """Return the notes of the periods in which the metric has no value, each once."""
    notes = (metric.note for metric in (before, after) if math.isnan(metric.value))
    return " ".join(dict.fromkeys(notes))


def too_few(key: str, counts: tuple[int, int]) -> str:
    """Return why two ranges that do not touch still say nothing."""
    first, second = (counted(count, *_OBSERVED[key]) for count in counts)
    return f"{first} and then {second} are too few to tell it from chance"


def remark(row: ComparedMetric, names: tuple[str, str]) -> str:
    """Return the reason for which there is no verdict, or what to know about the values."""
    both = list(zip(names, (row.before, row.after), strict=True))
    if row.verdict == "not measurable":
        unknown = [(name, metric.note) for name, metric in both if math.isnan(metric.value)]
        return " ".join(f"{name}: {note}" for name, note in unknown)
    said = [f"{capital(row.reason)}."] if row.reason else []
    said += [f"{name}: {metric.note}" for name, metric in both if metric.note]
    return " ".join([*said, *filter(None, (_open(*each) for each in both))])


def sentence(row: ComparedMetric) -> str:
    """Return what became of the metric, in one sentence."""
    name = capital(row.before.name)
    if row.verdict == "not measurable":
        return f"{name} cannot be compared. {row.reason}"
    old, new = (in_words(each.value, each.unit) for each in (row.before, row.after))
    if row.change == SAME:
        return f"{name} stayed at {old}."
    rose = row.after.value > row.before.value
    moved = f"{name} {'rose' if rose else 'fell'} from {old} to {new}, {row.change}"
    return f"{moved}: {row.verdict}." if not row.reason else f"{moved}; {row.reason}."


def headlines(comparison: Comparison) -> list[str]:
    """Return a sentence for each verdict, and one for each reason for which there is none."""
    said = []
    unclear: dict[tuple[str, str], list[ComparedMetric]] = defaultdict(list)
    for row in comparison.rows.values():
        if row.reason:
            unclear[row.verdict, row.reason].append(row)
        else:
            said.append(sentence(row))
    return [*said, *(_together(*key, rows) for key, rows in unclear.items())]


def _together(verdict: str, reason: str, rows: list[ComparedMetric]) -> str:
    if verdict == "not measurable":
        return f"Cannot be compared: {', '.join(row.before.name for row in rows)}. {reason}"
    values = [f"{row.before.name} ({_value(row.before)}, then {_value(row.after)})" for row in rows]
    return f"{capital(verdict)}: {', '.join(values)}. {capital(reason)}."


def _value(metric: Metric) -> str:
    return in_words(metric.value, metric.unit)


def _open(name: str, metric: Metric) -> str:
    """Say how many are left out because they were not over, as the value looks better so."""
    still = int(metric.detail.get("n_open", 0))
    return f"{name}: {still:,} more not over yet." if still else ""


def _number(value: float) -> str:
    rounded = round(value, 1)
    return f"{rounded:g}" if rounded < 10 else f"{value:,.0f}"
