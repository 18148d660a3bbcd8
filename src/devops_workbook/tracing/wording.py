"""Durations and shares in words, short enough for a picture."""

from __future__ import annotations

import math

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def duration(seconds: float) -> str:
    """Return a duration with three digits: ``1.23 s``, ``45.6 ms``."""
    if math.isnan(seconds):
        return "?"
    if not seconds:
        return "0 s"
    size, unit = next((each for each in _UNITS if abs(seconds) >= each[0]), _UNITS[-1])
    value = seconds / size
    return f"{value:,.{max(0, 2 - int(math.log10(abs(value) or 1)))}f} {unit}"


def percent(share: float) -> str:
    """Return a share in percent: ``12%``, and one digit more below ten."""
    return f"{share:.0%}" if share >= 0.0995 or not share else f"{share:.1%}"


def count(number: int, what: str) -> str:
    """Return a number of things: ``1 span``, ``2,000 spans``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
