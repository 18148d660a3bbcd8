"""What a learner writes in a cell, as the checks meet it."""

from __future__ import annotations

import linecache
from typing import Any


def from_cell(code: str, name: str) -> Any:
    """Run code as a notebook's cell and return what it calls by that name."""
    linecache.cache["<cell>"] = (len(code), None, code.splitlines(keepends=True), "<cell>")
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "<cell>", "exec"), names)
    return names[name]
