"""The level tables that DORA published, year by year, with where each one was read.

The tables give the median answer of each cluster of respondents. They are not cut-points: they
have gaps, the same answer can stand at several levels, and a better level can have a worse figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devops_workbook.dora.survey import DURATIONS, FREQUENCIES

_REPORT = "State of DevOps report {year}, page {page}, dora.dev/research/{year}"
_OCTOPUS = "Octopus Deploy's account of the {year} report, octopus.com/blog/{slug}"


@dataclass(frozen=True)
class Band:
    """One cell of a table: its text, and the values from ``low`` up to (not with) ``high``."""

    label: str
    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Return whether ``value`` (hours, per day, or a share from 0 to 1) falls in the cell."""
        return self.low <= value < self.high


@dataclass(frozen=True)
class LevelTable:
    """One year's table. ``cells`` maps a metric to {level: band}, best level first."""

    year: int
    source: str
    primary: bool  # read in DORA's own report, not in somebody's account of it
    shares: Mapping[str, str]  # level -> share of respondents, as printed; may be empty
    cells: Mapping[str, Mapping[str, Band]]
    remark: str = ""

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels, best first."""
        return tuple(self.cells["change_lead_time"])


_TIME = dict(zip(("<1h", "<1d", "d-w", "w-m", "m-6m", ">6m"), DURATIONS, strict=True))
_RATE = dict(zip(("OD", "h-d", "d-w", "w-m", "m-6m", "<6m"), FREQUENCIES, strict=True))


def _durations(codes: list[str]) -> list[Band]:
    bands = [Band(_TIME[code].label, _TIME[code].low, _TIME[code].high) for code in codes]
    # Where no level says "less than one hour", "less than one day" means just that.
    if "<1h" not in codes:
        bands = [Band(b.label, 0.0, b.high) if b.low == _TIME["<1d"].low else b for b in bands]
    return bands


def _frequencies(codes: list[str]) -> list[Band]:
    return [Band(_RATE[code].label, _RATE[code].low, _RATE[code].high) for code in codes]


def _shares(codes: list[str]) -> list[Band]:
    """Return bands of whole percent: "16-30" holds what rounds to 16 or more and 30 or less."""
    bands = []
    for code in codes:
        first, last = (int(part) for part in (code.split("-") * 2)[:2])
        label = f"{first} to {last}%" if first != last else f"{first}%"
        bands.append(Band(label, max((first - 0.5) / 100, 0.0), (last + 0.5) / 100))
    return bands


def _table(
    year: int, rows: str, *, source: str, primary: bool = False, remark: str = ""
) -> LevelTable:
    """Build a table from lines "level frequency lead-time restore fail-rate [share]"."""
    cells = [line.split(maxsplit=5) for line in rows.strip().splitlines()]
    levels, frequency, lead, restore, fail = ([line[place] for line in cells] for place in range(5))
    # Until 2022 the survey asked how long a restore takes after any incident or defect that
    # reaches users; from 2023 on, after a change that degraded the service.
    recovery = "mttr" if year < 2023 else "failed_deployment_recovery_time"
    columns = {
        "change_lead_time": _durations(lead),
        "deployment_frequency": _frequencies(frequency),
        recovery: _durations(restore),
        "change_fail_rate": _shares(fail),
    }
    by_level = {name: dict(zip(levels, bands, strict=True)) for name, bands in columns.items()}
    shares = {row[0]: row[5] for row in cells if len(row) > 5}
    return LevelTable(year, source, primary, shares, by_level, remark)


_SUBSET = "The 7% of elite respondents are a part of the 48% of high ones."
_TABLES = (
    _table(
        2016,
        """
        high    OD    <1h   <1h  0-15
        medium  w-m   w-m   <1d  31-45
        low     m-6m  m-6m  <1d  16-30
        """,
        source=_REPORT.format(year=2016, page=15),
        primary=True,
    ),
    _table(
        2018,
        """
        elite       OD    <1h   <1h   0-15   7%
        high        h-d   d-w   <1d   0-15   48%
        medium      w-m   w-m   <1d   0-15   37%
        low         w-m   m-6m  w-m   46-60  15%
        misguided   m-6m  m-6m  m-6m  16-30  5%
        """,
        source=_REPORT.format(year=2018, page=14),
        primary=True,
        remark=_SUBSET,
    ),
    _table(
        2019,
        """
        elite   OD    <1d   <1h  0-15   20%
        high    d-w   d-w   <1d  0-15   23%
        medium  w-m   w-m   <1d  0-15   44%
        low     m-6m  m-6m  w-m  46-60  12%
        """,
        source=_REPORT.format(year=2019, page="18 and 20"),
        primary=True,
    ),
    _table(
        2021,
        """
        elite   OD    <1h   <1h  0-15   26%
        high    w-m   d-w   <1d  16-30  40%
        medium  m-6m  m-6m  d-w  16-30  28%
        low     <6m   >6m   >6m  16-30  7%
        """,
        source=_REPORT.format(year=2021, page="9 and 11"),
        primary=True,
    ),
    _table(
        2022,
        """
        high    OD    d-w   <1d  0-15   11% (not confirmed)
        medium  w-m   w-m   d-w  16-30  69% (not confirmed)
        low     m-6m  m-6m  w-m  46-60  19%
        """,
        source=_OCTOPUS.format(year=2022, slug="new-devops-performance-clusters"),
        remark="That year's answers showed no elite cluster. The share of low is from devops.com.",
    ),
    _table(
        2023,
        """
        elite   OD   <1d  <1h   5   18%
        high    d-w  d-w  <1d   10  31%
        medium  w-m  w-m  d-w   15  33%
        low     w-m  w-m  m-6m  64  17 to 18%
        """,
        source=_OCTOPUS.format(year=2023, slug="software-delivery-performance-clusters-2023"),
        remark="DORA's own 2023 infographic confirms the elite row.",
    ),
    _table(
        2024,
        """
        elite   OD    <1d   <1h  5   19%
        high    d-w   d-w   <1d  20  22%
        medium  w-m   w-m   <1d  10  35%
        low     m-6m  m-6m  w-m  40  25%
        """,
        source=_OCTOPUS.format(year=2024, slug="2024-devops-performance-clusters"),
        remark="The shares are from huggingface.co/spaces/rdlf/devops-metrics-interpreter.",
    ),
)
TABLES: Mapping[int, LevelTable] = {table.year: table for table in _TABLES}
#: The last year in which DORA published such a table.
LATEST = max(TABLES)

_WHY_NOT = {
    2017: "The 2017 report's table is not held here.",
    2020: "DORA published no report in 2020.",
    2025: (
        "DORA published no low-to-elite table in 2025; "
        "dora.quick_check(metrics, edition=2025) compares with that year's answers."
    ),
}


def published(year: int) -> LevelTable:
    """Return the table of ``year``; raise ValueError that names the years that have one."""
    if year in TABLES:
        return TABLES[year]
    why = _WHY_NOT.get(year, f"There is no table of DORA's levels for {year!r} here.")
    raise ValueError(f"{why} The years with a table are {', '.join(map(str, TABLES))}.")
