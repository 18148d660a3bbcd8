"""The definitions of ``measure``, slow and obvious: one loop after the other, no arrays.

Rows are dicts as the tables have them, times are whole minutes, missing values are None.
"""

from __future__ import annotations

import statistics
from typing import Any

Row = dict[str, Any]


def in_order(deployments: list[Row]) -> list[Row]:
    return sorted(deployments, key=lambda row: (row["finished_at"], row["deployment_id"]))


def repaired_by(repair: Row, deployments: list[Row], incidents: list[Row]) -> Row | None:
    """Return the deployment that a rollback or hotfix repairs."""
    if repair["repairs"] is not None:
        target = next(row for row in deployments if row["deployment_id"] == repair["repairs"])
        if target["status"] != "succeeded" or target["finished_at"] > repair["finished_at"]:
            return None
        return target
    if repair["status"] != "succeeded":
        return None
    before = []
    for row in in_order(deployments):
        if row is repair:
            break
        if row["service"] == repair["service"] and row["status"] == "succeeded":
            before.append(row)
    if not before:
        return None
    if repair["kind"] == "rollback" and repair["version"] is not None:
        same = [n for n, row in enumerate(before) if row["version"] == repair["version"]]
        if same:
            return before[same[-1] + 1] if same[-1] + 1 < len(before) else None
    if repair["kind"] == "hotfix":
        for incident in incidents:
            if (
                incident["deployment_id"] is None
                and before[-1]["finished_at"] <= incident["started_at"] < repair["finished_at"]
                and (
                    incident["resolved_at"] is None
                    or incident["resolved_at"] >= repair["finished_at"]
                )
            ):
                return None
    return before[-1]


def failures(deployments: list[Row], incidents: list[Row]) -> dict[str, int | None]:
    """Return when each failed deployment was recovered, None while it is open."""
    found: dict[str, int | None] = {}
    for repair in in_order(deployments):
        if repair["kind"] == "planned":
            continue
        target = repaired_by(repair, deployments, incidents)
        if target is not None:
            name = target["deployment_id"]
            found.setdefault(name, None)
            if repair["status"] == "succeeded":
                found[name] = max(repair["finished_at"], found[name] or 0)
    for row in deployments:
        own = [i for i in incidents if i["deployment_id"] == row["deployment_id"]]
        if own and row["status"] == "succeeded":
            ends = [i["resolved_at"] for i in own]
            found[row["deployment_id"]] = None if None in ends else max(ends)
    return found


def lead_times(
    deployments: list[Row], changes: list[Row], start: int, end: int
) -> tuple[list[int], dict[str, int]]:
    """Return the lead times in minutes, and how many changes were left out and why."""
    times, left_out = [], dict.fromkeys(("seed", "negative", "attempted", "waiting"), 0)
    for change_id in {row["change_id"] for row in changes}:
        rows = [row for row in changes if row["change_id"] == change_id]
        names = [row["deployment_id"] for row in rows]
        containing = [row for row in in_order(deployments) if row["deployment_id"] in names]
        successes = [row for row in containing if row["status"] == "succeeded"]
        if not successes:
            if rows[0]["committed_at"] < end:
                left_out["attempted" if containing else "waiting"] += 1
            continue
        first = successes[0]
        if not start <= first["finished_at"] < end:
            continue
        of_service = [
            row
            for row in in_order(deployments)
            if row["service"] == first["service"] and row["status"] == "succeeded"
        ]
        took = first["finished_at"] - rows[0]["committed_at"]
        if of_service[0] is first:
            left_out["seed"] += 1
        elif took < 0:
            left_out["negative"] += 1
        else:
            times.append(took)
    return times, left_out


def median(values: list[int]) -> float:
    return statistics.median(values) / 60 if values else float("nan")


def mean(values: list[int]) -> float:
    return statistics.mean(values) / 60 if values else float("nan")


def reference(
    deployments: list[Row],
    changes: list[Row],
    incidents: list[Row],
    start: int,
    end: int,
    rollbacks: bool,
) -> dict[str, Any]:
    """Return the figures of the period [start, end)."""
    inside = [row for row in deployments if start <= row["finished_at"] < end]
    counted = [
        row
        for row in inside
        if row["status"] == "succeeded" and (rollbacks or row["kind"] != "rollback")
    ]
    recovered = failures(deployments, incidents)
    failed = [row for row in counted if row["deployment_id"] in recovered]
    took = [
        end_time - row["finished_at"]
        for row in failed
        if (end_time := recovered[row["deployment_id"]]) is not None
    ]
    begun = [row for row in incidents if start <= row["started_at"] < end]
    ended = [row["resolved_at"] - row["started_at"] for row in begun if row["resolved_at"]]
    times, left_out = lead_times(deployments, changes, start, end)
    nan = float("nan")
    share = 1 / len(counted) if counted else nan
    down: set[int] = set()
    for row in begun:
        down.update(range(row["started_at"], row["resolved_at"] or 0))
    return {
        "lead time": median(times),
        "mean lead time": mean(times),
        "n lead times": len(times),
        **left_out,
        "deployments": len(counted),
        "failed attempts": sum(row["status"] == "failed" for row in inside),
        "fail rate": len(failed) * share,
        "rework rate": sum(row["kind"] != "planned" for row in counted) * share,
        "recovery": median([minutes for minutes in took if minutes >= 0]),
        "open": sum(recovered[row["deployment_id"]] is None for row in failed),
        "mttr": mean([minutes for minutes in ended if minutes >= 0]),
        "downtime": len(down) / 60,
    }
