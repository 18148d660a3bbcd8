"""The shop's home page, which asks several services at once: one trace in round numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook import tracing
from devops_workbook.lab import MONDAY

TRACE = f"1-{int(MONDAY.timestamp()) - 60:08x}-000000000000000000000011"
#: Of each call when it begins and how long it takes, in milliseconds.
CALLS = {
    "recommendations": (10, 400),
    "session": (10, 60),
    "basket": (70, 240),
    "prices": (310, 150),
}
_TOOK = 490


def home_page() -> pd.DataFrame:
    """Return the spans of the trace."""
    begin = MONDAY.timestamp() - 60
    document: dict[str, Any] = {
        "name": "storefront",
        "id": f"{1:016x}",
        "trace_id": TRACE,
        "start_time": begin,
        "end_time": begin + _TOOK / 1000,
        "http": {
            "request": {"method": "GET", "url": "https://shop.example.com/home"},
            "response": {"status": 200},
        },
        "subsegments": [
            {
                "id": f"{number:016x}",
                "name": name,
                "namespace": "remote",
                "start_time": begin + at / 1000,
                "end_time": begin + (at + took) / 1000,
            }
            for number, (name, (at, took)) in enumerate(CALLS.items(), 2)
        ],
    }
    return tracing.read_segments([document])
