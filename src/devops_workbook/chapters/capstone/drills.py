"""Drills: faults and a bad release on purpose, with customers in the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from devops_workbook.chapters.capstone.account import scene
from devops_workbook.display import Table
from devops_workbook.lab import Lab
from devops_workbook.quarter import Game
from devops_workbook.quarter.changes import DRILL
from devops_workbook.quarter.watch import bad_minutes
from devops_workbook.shop import Load
from devops_workbook.shop.versions import FaultKind

_SEED = 7
_CALM, _FAULT = 12, 8
_COLUMNS = ("minute", "version", "weight", "requests", "harmed")
_SHOWN = 12


@dataclass(frozen=True)
class Phase:
    """A part of a drill: what was wrong in it, None for nothing."""

    begin: datetime
    end: datetime
    wrong: FaultKind | None


def fire_drill(lab: Lab) -> Table:
    """Let customers in, and two faults befall them: payments fail, then a query is slow."""
    load = scene(lab).production.customers(_SEED).start()
    wrongs: tuple[FaultKind | None, ...] = (None, "bad-dependency", None, "slow-query", None)
    phases = [_play(lab, load, wrong) for wrong in wrongs]
    load.stop()
    scene(lab).fire_drill = phases
    return Table(
        "A fire drill",
        ("From", "Until", "What was wrong", "Requests harmed"),
        [
            (
                f"{phase.begin:%H:%M}",
                f"{phase.end:%H:%M}",
                phase.wrong or "nothing",
                f"{_harmed(load.table(), phase):.1%}",
            )
            for phase in phases
        ],
    )


def _play(lab: Lab, load: Load, wrong: FaultKind | None) -> Phase:
    begin = lab.clock.now()
    if wrong:
        load.fault(wrong)
    lab.clock.advance(minutes=_FAULT if wrong else _CALM)
    load.mend()
    return Phase(begin, lab.clock.now(), wrong)


def _harmed(table: pd.DataFrame, phase: Phase) -> float:
    rows = table[(table["minute"] >= phase.begin) & (table["minute"] < phase.end)]
    return float(rows["harmed"].sum() / max(1, rows["requests"].sum()))


def bad_release(lab: Lab) -> Table:
    """Let the team release a mistake that no test knows, and put it right; return the minutes.

    Where nothing undoes the release, somebody does so by hand, when they learn of it. What an
    earlier drill or quarter has changed in the code is put back first.
    """
    game = Game(lab.aws, scene(lab).production, _SEED, print)
    game.begin_anew([DRILL])
    begun = lab.clock.now()
    table = game.drill(DRILL)
    scene(lab).bad_release = begun, table
    bad = bad_minutes(table).head(_SHOWN)
    rows = [
        (f"{minute:%a %H:%M}", version, f"{weight:.0%}", str(requests), f"{harmed / requests:.0%}")
        for minute, version, weight, requests, harmed in bad[list(_COLUMNS)].itertuples(index=False)
    ]
    columns = ("Minute", "Build", "Share of the customers", "Requests", "Harmed")
    return Table(f"{int(table['harmed'].sum())} requests were harmed", columns, rows)


#: A drill's alarms may come so much later than its fault.
LATE = timedelta(minutes=4)
