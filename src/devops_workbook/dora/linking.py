"""Which deployments failed, and when and by what they were recovered.

A deployment failed if it reached production and needed somebody to step in: an incident names
it, or a rollback or hotfix repaired it. What a rollback or hotfix repairs is, in this order:

1. the deployment that its ``repairs`` names, unless that one finished later or never reached
   production;
2. for a rollback to a version that the service ran before: the first deployment after that
   version's latest one (V1, V2, V3, back to V1: V2 failed); going from a version to itself
   repairs nothing;
3. otherwise the service's preceding successful deployment. A hotfix is an exception if an
   incident that names no deployment began after that deployment and was open when the hotfix
   finished: then the hotfix answers that incident.

Without a ``repairs``, only those that reached production count. The rules look at the whole
log, so that the period measured does not change which deployments failed.
The version rule is the one of Datadog's change failure detection.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from devops_workbook.dora.codes import HOTFIX, NEVER, ROLLBACK, Bools, Codes, Ints

_FOREVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Links:
    """What was found out about each deployment, in the order of the deployments."""

    failed: Bools
    #: Microseconds since 1970; ``NEVER`` while open and for those that did not fail.
    recovered: Ints
    #: The first successful deployment of a service: nobody knows what was new in it.
    first_of_service: Bools
    #: Rows whose ``repairs`` could not be followed.
    repairs_ignored: Bools


def link(codes: Codes) -> Links:
    """Link incidents, rollbacks and hotfixes to the deployments that failed."""
    order, previous = _preceding(codes)
    followed = _explicit(codes)
    repairs = np.where(followed, codes.repairs, -1)
    unnamed = codes.succeeded & (codes.repairs < 0)
    rollbacks = _rolled_back(codes, order, previous)
    repairs = np.where(unnamed & (codes.kind == ROLLBACK), rollbacks, repairs)
    hotfixes = unnamed & (codes.kind == HOTFIX) & ~_answers_unlinked_incident(codes, previous)
    repairs = np.where(hotfixes, previous, repairs)
    by_incident, resolved = _incidents(codes)
    by_repair, repaired = _repaired(codes, repairs)
    return Links(
        failed=by_incident | by_repair,
        recovered=np.where(by_incident, resolved, repaired),
        first_of_service=codes.succeeded & (previous < 0),
        repairs_ignored=(codes.repairs >= 0) & ~followed,
    )


def _preceding(codes: Codes) -> tuple[Ints, Ints]:
    """Return the successful deployments by service, and each one's predecessor (-1: none)."""
    successes = np.flatnonzero(codes.succeeded)
    order = successes[np.argsort(codes.service[successes], kind="stable")]
    previous = np.full(len(codes.finished), -1)
    same = codes.service[order[1:]] == codes.service[order[:-1]]
    previous[order[1:][same]] = order[:-1][same]
    return order, previous


def _explicit(codes: Codes) -> Bools:
    """Return where ``repairs`` names a successful deployment that was there before."""
    target = np.maximum(codes.repairs, 0)
    if not len(target):
        return np.zeros(0, dtype=bool)
    earlier = codes.finished[target] <= codes.finished
    return (codes.repairs >= 0) & codes.succeeded[target] & earlier


def _rolled_back(codes: Codes, order: Ints, previous: Ints) -> Ints:
    """Return what each deployment undoes if it is a rollback; -1 where it is a redeployment."""
    key = codes.service[order] * (codes.version.max(initial=0) + 2) + codes.version[order]
    grouped = np.argsort(key, kind="stable")
    again = key[grouped[1:]] == key[grouped[:-1]]
    earlier = np.full(len(order), -1)
    earlier[grouped[1:][again]] = grouped[:-1][again]
    earlier[codes.version[order] < 0] = -1
    place = np.arange(len(order))
    undone = previous.copy()
    back = earlier >= 0
    undone[order[back]] = order[np.minimum(earlier + 1, len(order) - 1)][back]
    undone[order[back & (earlier == place - 1)]] = -1
    return undone


def _answers_unlinked_incident(codes: Codes, previous: Ints) -> Bools:
    """Return where an incident without deployment began since the previous one and is open."""
    unlinked = codes.incident_deployment < 0
    started = codes.incident_started[unlinked]
    resolved = np.where(codes.incident_resolved == NEVER, _FOREVER, codes.incident_resolved)
    rows = np.flatnonzero((codes.kind == HOTFIX) & (previous >= 0))
    first = np.searchsorted(started, codes.finished[previous[rows]])
    last = np.searchsorted(started, codes.finished[rows])
    # reduceat takes the maximum of each [first, last); the end needs something to point at.
    bounds = np.column_stack([first, last]).ravel()
    latest = np.maximum.reduceat(np.append(resolved[unlinked], NEVER), bounds)[::2]
    answers = np.zeros(len(codes.kind), dtype=bool)
    answers[rows] = (first < last) & (latest >= codes.finished[rows])
    return answers


def _incidents(codes: Codes) -> tuple[Bools, Ints]:
    """Return who has an incident, and when the last of them was resolved."""
    linked = codes.incident_deployment >= 0
    target, resolved = codes.incident_deployment[linked], codes.incident_resolved[linked]
    failed = np.zeros(len(codes.finished), dtype=bool)
    failed[target] = True
    failed &= codes.succeeded
    latest = np.full(len(codes.finished), NEVER)
    np.maximum.at(latest, target, resolved)
    latest[target[resolved == NEVER]] = NEVER
    return failed, latest


def _repaired(codes: Codes, repairs: Ints) -> tuple[Bools, Ints]:
    """Return who was repaired, and when the last successful repair finished."""
    repairers = np.flatnonzero(repairs >= 0)
    target = repairs[repairers]
    failed = np.zeros(len(codes.finished), dtype=bool)
    failed[target] = True
    finished = np.where(codes.succeeded, codes.finished, NEVER)[repairers]
    latest = np.full(len(codes.finished), NEVER)
    np.maximum.at(latest, target, finished)
    return failed, latest
