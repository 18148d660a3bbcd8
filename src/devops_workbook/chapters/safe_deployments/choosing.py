"""The exercise on the comparison: which strategy suits whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from devops_workbook.chapters.safe_deployments.account import chapter
from devops_workbook.chapters.safe_deployments.strategies import STRATEGIES, compare, compared
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.lab import Lab

_KEYS = ("careful", "frugal", "in place")
_EXTRA = "extra task-minutes"
_IN_PLACE = [each.name for each in STRATEGIES if not each.config]


@chapter.exercise(
    "choose",
    title="Which strategy suits whom",
    minutes=5,
    answer="choice",
    hints=(
        "comparison.table() has a row for each strategy. `table.harmed.idxmin()` is the name of "
        "the row with the smallest number.",
        f"The two that need no second set of tasks are {' and '.join(_IN_PLACE)}. Compare their "
        "harmed requests.",
    ),
)
def check_choose(lab: Lab, answer: Any) -> str:
    """The three choices are those that the computed table shows."""
    require_entries(answer, "choice", _KEYS)
    names = [each.name for each in STRATEGIES]
    for key in _KEYS:
        said = answer[key]
        require(
            isinstance(said, str) and said in names,
            f"`choice[{key!r}]` should be one of {', '.join(names)}. Found {describe(said)}.",
        )
    table = (compared(lab) or compare(lab)).table()
    _least(
        table,
        "careful",
        "harmed",
        answer,
        "harmed {found:.0f} requests. Another strategy harmed fewer, and this one harmed more.",
    )
    _least(
        table,
        "frugal",
        _EXTRA,
        answer,
        "needed more tasks than usual for {found:.0f} minutes "
        "of a task. Another one needed more tasks at no time.",
    )
    _least(
        table.loc[_IN_PLACE],
        "in place",
        "harmed",
        answer,
        "harmed {found:.0f} requests. The other one of the two harmed fewer.",
    )
    worst, best = table.harmed.max(), table.harmed.min()
    return (
        f"The same mistake harmed {worst} requests in the worst case and {best} in the best. The "
        f"second set of tasks cost {table['extra cost'].max():.3f} dollars."
    )


def _least(
    table: pd.DataFrame, key: str, column: str, answer: Mapping[str, Any], said: str
) -> None:
    choice = answer[key]
    require(choice in table.index, f"{choice!r} needs a second set of tasks.")
    found = table.loc[choice, column]
    require(found == table[column].min(), f"{key}: {choice} {said.format(found=found)}")
