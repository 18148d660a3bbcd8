"""DORA's Quick Check: each answer scored from 0 to 10, beside the mean of everybody's answers.

Scores and means as in the Quick Check of dora.dev (its 2024 and 2025 editions): a choice of six
answers scores 0, 2, 4, 6, 8 or 10; a share of p per cent scores 10 - p / 10; throughput,
stability and the overall score are plain means of what was answered. The 2024 edition does not
ask about rework.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from devops_workbook.display import Table
from devops_workbook.dora.metrics import Metrics
from devops_workbook.dora.survey import DURATIONS, FREQUENCIES, LABELS, Answer, answer
from devops_workbook.dora.wording import in_words

THROUGHPUT = ("change_lead_time", "deployment_frequency", "failed_deployment_recovery_time")
STABILITY = ("change_fail_rate", "deployment_rework_rate")

_SCALES: dict[str, tuple[Answer, ...]] = {
    "change_lead_time": DURATIONS,
    "deployment_frequency": FREQUENCIES,
    "failed_deployment_recovery_time": DURATIONS,
}
#: Mean and standard deviation over all industries, as scores. For the two shares the editions
#: publish per cent; a share of 19 per cent is a score of 8.1, with a deviation of 2.1.
_INDUSTRY: dict[int, dict[str, tuple[float, float]]] = {
    2024: {
        "change_lead_time": (5.1, 2.6),
        "deployment_frequency": (5.3, 2.9),
        "failed_deployment_recovery_time": (7.5, 2.3),
        "change_fail_rate": (10 - 17 / 10, 20 / 10),
    },
    2025: {
        "change_lead_time": (5.5, 2.4),
        "deployment_frequency": (4.8, 2.8),
        "failed_deployment_recovery_time": (7.4, 2.1),
        "change_fail_rate": (10 - 19 / 10, 21 / 10),
        "deployment_rework_rate": (10 - 22 / 10, 22 / 10),
    },
}
_COLUMNS = ("Question", "Measured", "Score", "All industries: mean ± deviation")


@dataclass(frozen=True)
class QuickCheck:
    """The scores of one edition, 0 (worst) to 10; NaN where a metric is not known.

    ``scores`` and ``industry`` are by metric; ``overall``, ``throughput`` and ``stability`` are
    means of the scores that are known. ``industry_overall`` is of the same questions, so that
    like stands beside like; of all of them while nothing is known.
    """

    edition: int
    measured: dict[str, str]
    scores: dict[str, float]
    industry: dict[str, tuple[float, float]]

    @property
    def overall(self) -> float:
        """The mean of the known scores."""
        return _mean([self.scores[key] for key in self.scores])

    @property
    def throughput(self) -> float:
        """The mean of lead time, deployment frequency and recovery time."""
        return _mean([self.scores[key] for key in THROUGHPUT])

    @property
    def stability(self) -> float:
        """The mean of fail rate and, since 2025, rework rate."""
        return _mean([self.scores[key] for key in STABILITY if key in self.scores])

    @property
    def industry_overall(self) -> float:
        """The mean of the industry's means for the same questions, shares turned into scores."""
        known = [key for key, score in self.scores.items() if not math.isnan(score)]
        return _mean([self.industry[key][0] for key in known or self.scores])

    def table(self) -> pd.DataFrame:
        """Return one row per metric: measured, score, industry_mean, industry_deviation."""
        rows = {
            key: (self.measured[key], score, *self.industry[key])
            for key, score in self.scores.items()
        }
        columns = ["measured", "score", "industry_mean", "industry_deviation"]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return table.rename_axis("metric")

    def _shown(self) -> Table:
        rows = [
            (
                LABELS[key],
                self.measured[key],
                _score(score),
                f"{self.industry[key][0]:.1f} ± {self.industry[key][1]:.1f}",
            )
            for key, score in self.scores.items()
        ]
        known = sum(not math.isnan(score) for score in self.scores.values())
        label = "overall" if known == len(self.scores) else f"overall, of {known} answers"
        rows.append((label, "", _score(self.overall), f"{self.industry_overall:.1f}"))
        caption = f"DORA's Quick Check, {self.edition} edition: scores from 0 (worst) to 10"
        return Table(caption, _COLUMNS, rows)

    def to_html(self) -> str:
        """Return the scores as an accessible table."""
        return self._shown().to_html()

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        return repr(self._shown())


def quick_check(metrics: Metrics, *, edition: int = 2025) -> QuickCheck:
    """Score the metrics as DORA's Quick Check does, in its 2024 or 2025 edition.

    Times and frequencies are first put into the survey's six answers; ``survey.DURATIONS`` and
    ``survey.FREQUENCIES`` hold the boundaries. Another edition raises ``ValueError``.
    """
    if edition not in _INDUSTRY:
        known = " and ".join(map(str, _INDUSTRY))
        raise ValueError(f"There are means for the editions {known}, not for {edition!r}.")
    measured, scores = {}, {}
    for key in _INDUSTRY[edition]:
        metric = getattr(metrics, key)
        measured[key] = in_words(metric.value, metric.unit)
        scores[key] = _score_of(key, metric.value)
    return QuickCheck(edition, measured, scores, _INDUSTRY[edition])


def _score_of(key: str, value: float) -> float:
    if math.isnan(value):
        return math.nan
    if key in _SCALES:
        return (answer(_SCALES[key], value).score - 1) / 5 * 10
    return 10 - value * 100 / 10


def _mean(scores: list[float]) -> float:
    known = [score for score in scores if not math.isnan(score)]
    return sum(known) / len(known) if known else math.nan


def _score(score: float) -> str:
    return "not known" if math.isnan(score) else f"{score:.1f}"
