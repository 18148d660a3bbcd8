"""The sentences of the report, computed from the metrics."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.survey import FIVE, LABELS
from devops_workbook.dora.wording import bounds, counted, humanise, in_words

OVER_TIME = (
    "A gap means that nothing can be said for that {every}; a hollow marker, that the period "
    "covers only a part of it. One {every} is few observations: look for a direction, not at dots."
)
LEAD_TIMES = (
    "From commit to production, each change once. The tail on the right is why the median is "
    "reported and not the mean."
)
TIMELINE = "One line per service. A bar runs from a failed deployment to its recovery."

#: The attributes of Metrics as the report has them: the five, and MTTR after them.
ORDER = (*FIVE, "mttr")

_MANY_SERVICES = 10


@dataclass(frozen=True)
class Card:
    """One metric as the report shows it."""

    name: str
    factor: str
    value: str  # empty if it is not known
    spread: str
    meaning: str


def title(metrics: Metrics) -> str:
    """Return the page's title: with the name of the service, if there is one."""
    services = _services(metrics)
    return f"How {services[0]} is delivered" if len(services) == 1 else "How software is delivered"


def period(metrics: Metrics) -> str:
    """Return the period in words; its last day is the last that was measured."""
    first, end = metrics.start, metrics.end
    days = (end.replace(tzinfo=None) - first.replace(tzinfo=None)) / timedelta(days=1)
    if first.time() == end.time() == time():
        last = end.replace(tzinfo=None) - timedelta(days=1)
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, {counted(round(days), 'day')}"
    return f"{first:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M}, {days:,.1f} days"


def blended(metrics: Metrics) -> str:
    """Return a warning if several services were measured as one, else an empty string."""
    services = _services(metrics)
    if len(services) < 2:
        return ""
    more = len(services) - _MANY_SERVICES
    names = ", ".join(services[:_MANY_SERVICES]) + (f" and {more:,} more" if more > 0 else "")
    return (
        f"{len(services):,} services are measured as one here: {names}. DORA advises to measure "
        "one application or service at a time, because a blend describes none of them."
    )


def headlines(metrics: Metrics) -> list[str]:
    """Return what somebody with half a minute should read."""
    said = [_speed(metrics), _stability(metrics), _rework(metrics), _least_sure(metrics)]
    return [*filter(None, said), *_not_known(metrics)]


def cards(metrics: Metrics) -> list[Card]:
    """Return the five metrics in DORA's order, throughput first, and MTTR after them."""
    throughput, instability = "Throughput", "Instability"
    return [
        _card(metrics.change_lead_time, throughput, _lead_time),
        _card(metrics.deployment_frequency, throughput, _frequency),
        _card(metrics.failed_deployment_recovery_time, throughput, _recovery),
        _card(metrics.change_fail_rate, instability, _failures),
        _card(metrics.deployment_rework_rate, instability, _repairs),
        _card(metrics.mttr, "Beside the five", _incidents),
    ]


def ordered(metrics: Metrics) -> list[Metric]:
    """Return the metrics in the order of the cards."""
    return [getattr(metrics, key) for key in ORDER]


def label(metric: str) -> str:
    """Return the name of an attribute of Metrics, as a table's row begins."""
    return capital(LABELS[metric])


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def _card(metric: Metric, factor: str, meaning: Callable[[Metric], str]) -> Card:
    if not _known(metric):
        return Card(metric.name, factor, "", "", metric.note)
    text = f"{meaning(metric)} {metric.note}".rstrip()
    return Card(metric.name, factor, _plain(_value(metric)), spread(metric), text)


def spread(metric: Metric) -> str:
    """Return the metric's interval in words."""
    if math.isnan(metric.low):
        return "no interval"
    low, high = bounds(metric.value, metric.low, metric.high, metric.unit)
    return f"plausibly {low} to {high}"


def _plain(words: str) -> str:
    return words.removeprefix("about ")


def _known(metric: Metric) -> bool:
    return not math.isnan(metric.value)


def _value(metric: Metric) -> str:
    return in_words(metric.value, metric.unit)


def _speed(metrics: Metrics) -> str:
    time, frequency = metrics.change_lead_time, metrics.deployment_frequency
    parts = []
    if _known(time):
        parts.append(f"half of the changes reached production within {_value(time)}")
    if _known(frequency):
        parts.append(f"the deployment frequency was {_value(frequency)}")
    return f"{capital(', and '.join(parts))}." if parts else ""


def _stability(metrics: Metrics) -> str:
    rate, recovery = metrics.change_fail_rate, metrics.failed_deployment_recovery_time
    if not _known(rate):
        return ""
    failed = f"{_value(rate)} of the deployments failed"
    if not _known(recovery):
        return f"{failed}."
    return f"{failed}; half of those that recovered had done so within {_value(recovery)}."


def _rework(metrics: Metrics) -> str:
    rate = metrics.deployment_rework_rate
    return f"{_value(rate)} of the deployments were unplanned repairs." if _known(rate) else ""


def _least_sure(metrics: Metrics) -> str:
    measured = [
        metric for metric in ordered(metrics)[:5] if metric.value > 0 and not math.isnan(metric.low)
    ]
    if len(measured) < 2:
        return ""
    least = max(measured, key=lambda metric: (metric.high - metric.low) / metric.value)
    return f"The least sure of these numbers is the {least.name}: {spread(least)}."


def _not_known(metrics: Metrics) -> list[str]:
    """Return a sentence for each reason for which metrics are not known."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for metric in ordered(metrics):
        if not _known(metric):
            by_reason[metric.note].append(metric.name)
    return [f"Not known: {', '.join(names)}. {note}" for note, names in by_reason.items()]


def _lead_time(metric: Metric) -> str:
    tail = _tail(metric)
    return f"The median of {counted(metric.n, 'change')}, from commit to production.{tail}"


def _frequency(metric: Metric) -> str:
    count, days = counted(metric.n, "deployment"), metric.detail.get("deployment_days")
    text = f"{count} reached production"
    text += f", on {counted(int(days), 'different day')}." if days is not None else "."
    gap = metric.detail.get("longest_gap_days", math.nan)
    return text if math.isnan(gap) else f"{text} The longest pause was {humanise(gap * 24)}."


def _recovery(metric: Metric) -> str:
    n_open = metric.detail.get("n_open", 0)
    still = f" {int(n_open):,} had not recovered yet." if n_open else ""
    return f"The median of {counted(metric.n, 'recovery', 'recoveries')}.{_tail(metric)}{still}"


def _failures(metric: Metric) -> str:
    failed = round(metric.value * metric.n)
    return f"{failed:,} of {counted(metric.n, 'deployment')} failed and needed somebody to step in."


def _repairs(metric: Metric) -> str:
    unplanned = round(metric.value * metric.n)
    text = f"{unplanned:,} of {counted(metric.n, 'deployment')} mended production unplanned"
    kinds = [
        counted(int(metric.detail.get(plural, 0)), singular, plural)
        for singular, plural in (("hotfix", "hotfixes"), ("rollback", "rollbacks"))
    ]
    return f"{text}: {' and '.join(kinds)}." if unplanned else f"{text}."


def _incidents(metric: Metric) -> str:
    text = f"The mean of {counted(metric.n, 'incident')}, whatever caused them."
    alone = int(metric.detail.get("n_without_deployment", 0))
    return f"{text} No deployment caused {alone:,} of the incidents." if alone else text


def _tail(metric: Metric) -> str:
    high = metric.detail.get("p90", math.nan)
    return "" if math.isnan(high) else f" One in ten took longer than {humanise(high)}."


def _services(metrics: Metrics) -> list[str]:
    return sorted(name for name in metrics.deployments["service"].unique() if name)
