"""The stats command: rows in groups, and one row of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from offline_aws.logs.insights.aggregates import AGGREGATES
from offline_aws.logs.insights.evaluation import Evaluate, evaluation
from offline_aws.logs.insights.rows import Row
from offline_aws.logs.insights.tree import (
    Binary,
    Column,
    Expression,
    Field,
    Function,
    In,
    Like,
    Literal,
    Not,
    Stats,
)
from offline_aws.logs.insights.values import Millis, number, text

# What is a key of a group as it is; a time stays one, since to write dates takes long.
_KEYS = (str, Millis, type(None))
Measure = Callable[[list[Row]], Any]


def grouped(stats: Stats, rows: list[Row], now: int) -> list[Row]:
    """Return one row a group, in the order in which the groups were met."""
    by = [(column.name, evaluation(column.expression, now)) for column in stats.by]
    measures = [(column.name, _measure(column, now)) for column in stats.columns]
    made = []
    for values, members in _groups(by, rows):
        row = Row()
        row.made = {name: value for (name, _), value in zip(by, values, strict=True)}
        row.made |= {name: measure(members) for name, measure in measures}
        made.append(row)
    return made


def _groups(
    by: list[tuple[str, Evaluate]], rows: list[Row]
) -> list[tuple[tuple[Any, ...], list[Row]]]:
    if not by:
        return [((), rows)]
    evaluators = [evaluate for _, evaluate in by]
    groups: dict[tuple[Any, ...], tuple[tuple[Any, ...], list[Row]]] = {}
    for row in rows:
        values = tuple([evaluate(row) for evaluate in evaluators])
        # 1 and "1" are one group, as they look the same.
        key = tuple([each if type(each) in _KEYS else text(each) for each in values])
        found = groups.get(key)
        if found is None:
            found = groups[key] = (values, [])
        found[1].append(row)
    return list(groups.values())


def _measure(column: Column, now: int) -> Measure:
    """Return what a column makes of the rows of a group.

    Each aggregation becomes a field of a row of its own, from which the rest is calculated.
    """
    slots: dict[str, Measure] = {}
    rest = evaluation(_with_slots(column.expression, slots, now), now)

    def measure(members: list[Row]) -> Any:
        row = Row()
        row.made = {slot: aggregate(members) for slot, aggregate in slots.items()}
        return rest(row)

    return measure


def _with_slots(found: Expression, slots: dict[str, Measure], now: int) -> Expression:
    match found:
        case Function(name, arguments) if name in AGGREGATES:
            slot = f"\0{len(slots)}"
            slots[slot] = _aggregate(found, now)
            return Field(slot)
        case Function(_, arguments):
            made = tuple(_with_slots(each, slots, now) for each in arguments)
            return replace(found, arguments=made)
        case Binary(sign, left, right):
            return Binary(sign, _with_slots(left, slots, now), _with_slots(right, slots, now))
        case Not(inner) | Like(inner) | In(inner):
            return replace(found, inner=_with_slots(inner, slots, now))
    return found


def _aggregate(found: Function, now: int) -> Measure:
    of = AGGREGATES[found.name].of
    first = found.arguments[0] if found.arguments else Field("*")
    every = first == Field("*")
    evaluate: Evaluate = (lambda _: 1) if every else evaluation(first, now)
    last = found.arguments[-1] if len(found.arguments) > 1 else Literal(0)
    extra = number(last.value) if isinstance(last, Literal) else None
    return lambda members: of([evaluate(row) for row in members], members, extra or 0)
