"""Counts and lists for the notes that say what was left out while reading."""

from __future__ import annotations

from collections.abc import Sequence

_NAMES_SHOWN = 10


def counted(count: int, noun: str) -> str:
    """Return a count of things: ``1 tag``, ``2,149 tags``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str], noun: str) -> str:
    """Return a count of things and the names of the first of them: ``2 tags (v1, v2)``."""
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN:,} more" if len(names) > _NAMES_SHOWN else ""
    return f"{counted(len(names), noun)} ({shown}{more})"
