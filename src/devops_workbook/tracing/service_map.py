"""The service map: who calls whom, how often, how fast, and how often it fails."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from devops_workbook.tracing.forest import Forest
from devops_workbook.tracing.groups import Groups

#: The node that stands for whoever sent a request from outside.
CLIENT = "client"
NODE = ("service", "type")
EDGE = ("source", "source_type", "target", "target_type")
_SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, eq=False)
class ServiceMap:
    """Services and the calls between them, each with rate, errors and duration.

    ``nodes`` has a row for each service; ``edges`` for each pair of which one called the other,
    ``source`` and ``target`` with their types. Both have ``requests``, ``rate`` (in a second),
    ``ok``, ``errors`` (4xx but 429), ``throttles`` (429), ``faults`` (5xx), ``fault_rate``
    (0 to 1), ``seconds`` (their sum) and ``p50``, ``p95``, ``p99`` (seconds).
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame

    def __repr__(self) -> str:
        return f"{self.nodes.to_string(index=False)}\n\n{self.edges.to_string(index=False)}"

    def _repr_html_(self) -> str:
        parts = (("Services", self.nodes), ("Calls", self.edges))
        return "".join(
            f"<p><strong>{html.escape(title)}</strong></p>{table.to_html(index=False)}"
            for title, table in parts
        )


def service_map(spans: pd.DataFrame | Forest, seconds: float | None = None) -> ServiceMap:
    """Return the map of services, each a name and a type.

    A service's figures are those of its own spans that received a request; an edge's are those
    of the caller's span, which includes the network. What reports nothing itself, such as a
    database, is known from its callers only, and has their figures. ``client`` is whoever sent
    the requests. ``rate`` is for ``seconds``, by default from the first start to the last end.
    """
    forest = Forest.of(spans)
    table = forest.spans
    kind = table["kind"].to_numpy(object)
    service = table["service"].cat.codes.to_numpy() * (len(table["type"].cat.categories) + 1)
    place = service + table["type"].cat.codes.to_numpy()
    parent, real = forest.recorded, ~forest.inferred
    crossing = (parent >= 0) & real & (place != place[parent])
    received = (kind == "server") | (kind == "consumer")
    entered = real & ((parent < 0) | crossing | ((parent >= 0) & received))
    calls = real & ((kind == "client") | (kind == "producer")) & table["remote"].notna().to_numpy()
    answered = np.zeros(len(forest), dtype=bool)
    answered[parent[entered & (parent >= 0)]] = True
    silent = calls & ~answered
    if seconds is None:
        seconds = float(forest.end.max() - forest.start.min()) / 1e9
    window = seconds or float("nan")
    nodes = pd.concat([_own(table, entered), _remote(table, silent)], ignore_index=True)
    edges = pd.concat([_between(forest, entered), _to_remote(table, silent)], ignore_index=True)
    return ServiceMap(_figures(nodes, NODE, window), _figures(edges, EDGE, window))


def _own(table: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return _rows(table, rows, {"service": table["service"], "type": table["type"]})


def _remote(table: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return _rows(table, rows, {"service": table["remote"], "type": table["remote_type"]})


def _to_remote(table: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    names = ("service", "type", "remote", "remote_type")
    return _rows(table, rows, {new: table[old] for new, old in zip(EDGE, names, strict=True)})


def _between(forest: Forest, entered: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return an edge for each entry: from the caller's service, or from the client."""
    table, parent = forest.spans, forest.recorded
    outside = entered & (parent < 0)
    first = _rows(table, outside, {"target": table["service"], "target_type": table["type"]})
    first = first.assign(source=CLIENT, source_type=CLIENT)
    inside = np.flatnonzero(entered & (parent >= 0))
    above = parent[inside]
    called = table["kind"].isin(["client", "producer"]).to_numpy()[above]
    measured = table.iloc[np.where(called, above, inside)].reset_index(drop=True)
    callers, entries = (table.iloc[rows].reset_index(drop=True) for rows in (above, inside))
    ends = {
        "source": callers["service"],
        "source_type": callers["type"],
        "target": entries["service"],
        "target_type": entries["type"],
    }
    return pd.concat([first, _rows(measured, np.ones(len(measured), dtype=bool), ends)])


def _rows(
    table: pd.DataFrame, rows: npt.NDArray[np.bool_], names: dict[str, pd.Series[str]]
) -> pd.DataFrame:
    columns = {new: column[rows].astype("str").fillna("") for new, column in names.items()}
    return pd.DataFrame(
        {**columns, "seconds": table["seconds"][rows].fillna(0.0), "status": table["status"][rows]}
    )


def _figures(rows: pd.DataFrame, by: tuple[str, ...], seconds: float) -> pd.DataFrame:
    groups = Groups.by(rows, by)
    status = rows["status"].to_numpy(object)
    requests = groups.count()
    figures: dict[str, Any] = {
        "requests": requests,
        "rate": requests / seconds,
        "ok": groups.count(status == "ok"),
        "errors": groups.count(status == "error"),
        "throttles": groups.count(status == "throttle"),
        "faults": groups.count(status == "fault"),
    }
    figures["fault_rate"] = figures["faults"] / np.maximum(requests, 1)
    durations = rows["seconds"].to_numpy(float)
    figures["seconds"] = groups.sum(durations)
    p50, p95, p99 = groups.quantiles(durations, _SHARES)
    table = groups.keys.assign(**figures, p50=p50, p95=p95, p99=p99)
    return table.sort_values(list(by), ignore_index=True)
