"""Where a team stands in one year's published levels, metric by metric, and never overall."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from devops_workbook.display import Table
from devops_workbook.dora.metrics import Metric, Metrics
from devops_workbook.dora.published_levels import LATEST, Band, LevelTable, published
from devops_workbook.dora.survey import FIVE, LABELS, more_is_better
from devops_workbook.dora.wording import in_words

_MEDIANS = (
    "Each level is the middle answer of one group of survey respondents, not a limit to reach: "
    "a value between two groups belongs to neither, and one answer can be that of several groups."
)


@dataclass(frozen=True)
class Placement:
    """One metric against one year's table.

    ``levels`` holds every level whose published answer contains the value: none between levels
    or beyond both ends, several where the year published one answer for several levels.
    ``text`` says the same in words. ``published`` maps each level to its published answer.
    """

    metric: str  # the attribute of Metrics
    value: float
    measured: str
    levels: tuple[str, ...]
    text: str
    published: Mapping[str, str]


@dataclass(frozen=True)
class Levels:
    """The placements of one year, the table's source, and what to know before quoting it.

    ``shares`` maps each level to its share of the respondents, where it was published.
    """

    year: int
    source: str
    primary: bool
    shares: Mapping[str, str]
    placements: Mapping[str, Placement]
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the year's levels, best first."""
        return tuple(self.placements["change_lead_time"].published)

    @property
    def caption(self) -> str:
        """The year, and in what kind of source its table was read."""
        kind = "DORA's own report" if self.primary else "a secondary source"
        return f"Levels of {self.year}, from {kind}: {self.source}"

    def table(self) -> pd.DataFrame:
        """Return one row per metric: value, level in words, levels, and each level's answer."""
        rows = [
            {"metric": place.metric, "value": place.value, "level": place.text}
            | {"levels": place.levels}
            | dict(place.published)
            for place in self.placements.values()
        ]
        return pd.DataFrame(rows).set_index("metric")

    def to_html(self) -> str:
        """Return the table as accessible HTML, with its notes below."""
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return self._shown(self.names).to_html() + notes

    def _shown(self, names: Sequence[str]) -> Table:
        rows = [
            [LABELS[place.metric], place.measured, place.text]
            + [place.published.get(name, "not published") for name in names]
            for place in self.placements.values()
        ]
        return Table(self.caption, ["metric", "measured", "level", *names], rows)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __repr__(self) -> str:
        # A terminal has no room for the answers of every level.
        return "\n".join([repr(self._shown(())), *self.notes])


def levels(metrics: Metrics, year: int = LATEST) -> Levels:
    """Place each metric in the level table that DORA published for ``year``.

    The tables of 2016, 2018, 2019 and 2021 are from DORA's own reports; those of 2022, 2023 and
    2024 from accounts of them. Another year raises ``ValueError``. The tables are medians of
    clusters of survey respondents, so a value may be between levels, at several levels, or
    better or worse than all of them; there is no overall level, because a team can be at a
    different one for each metric. Before 2023 the recovery question was about any incident, so
    ``mttr`` is compared there, and ``failed_deployment_recovery_time`` from 2023 on.
    """
    table = published(year)
    recovery = "mttr" if "mttr" in table.cells else "failed_deployment_recovery_time"
    keys = [recovery if key == "failed_deployment_recovery_time" else key for key in FIVE]
    placements = {key: _place(key, getattr(metrics, key), table.cells.get(key, {})) for key in keys}
    notes = tuple(filter(None, (_MEDIANS, *_inversions(table), table.remark, _shares(table))))
    return Levels(year, table.source, table.primary, table.shares, placements, notes)


def _place(key: str, metric: Metric, bands: Mapping[str, Band]) -> Placement:
    at: tuple[str, ...] = ()
    if math.isnan(metric.value):
        text = "not known"
    elif not bands:
        text = "no level published"
    else:
        at = tuple(level for level, band in bands.items() if band.holds(metric.value))
        text = _or(at) if at else _outside(key, metric.value, bands)
    labels = {level: band.label for level, band in bands.items()}
    return Placement(key, metric.value, in_words(metric.value, metric.unit), at, text, labels)


def _outside(key: str, value: float, bands: Mapping[str, Band]) -> str:
    """Say between which levels ``value`` lies, or that it is beyond all of them."""
    below = [band for band in bands.values() if band.high <= value]
    above = [band for band in bands.values() if band.low > value]
    lower = max(below, key=lambda band: band.high, default=None)
    upper = min(above, key=lambda band: band.low, default=None)
    if lower and upper:
        better, worse = (upper, lower) if more_is_better(key) else (lower, upper)
        return f"between levels: {_named(better, bands)} and {_named(worse, bands)}"
    if upper:
        return f"{'worse' if more_is_better(key) else 'better'} than {_named(upper, bands)}"
    nearest = max(bands.values(), key=lambda band: band.high)
    return f"{'better' if more_is_better(key) else 'worse'} than {_named(nearest, bands)}"


def _named(band: Band, bands: Mapping[str, Band]) -> str:
    return f"{_or([level for level, other in bands.items() if other == band])} ({band.label})"


def _or(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _inversions(table: LevelTable) -> list[str]:
    """Name the metrics for which a better level has the worse published answer."""
    found = []
    for key, bands in table.cells.items():
        sign = -1 if more_is_better(key) else 1
        ladder = [(level, band) for level, band in bands.items() if level != "misguided"]
        for (upper, first), (lower, second) in pairwise(ladder):
            if sign * first.low > sign * second.low:
                found.append(
                    f"As published, the {LABELS[key]} of {upper} ({first.label}) is worse "
                    f"than that of {lower} ({second.label})."
                )
    return found


def _shares(table: LevelTable) -> str:
    parts = [f"{level} {share}" for level, share in table.shares.items()]
    return f"Share of respondents: {', '.join(parts)}." if parts else ""
