"""The order of Debian's versions (deb-version(7), "Sorting algorithm")."""

from __future__ import annotations

import re
from functools import cache

_PART = re.compile(r"(\D*)(\d*)")


@cache
def debian_key(version: str) -> tuple[object, ...]:
    """Return what sorts a version: its epoch, the upstream version and Debian's revision."""
    epoch, _, rest = version.rpartition(":")
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "0")
    number = int(epoch) if epoch.isdecimal() and epoch.isascii() else 0
    return number, _parts(upstream), _parts(revision)


def _parts(text: str) -> tuple[object, ...]:
    """Return texts and numbers in turn, as they are compared."""
    found = [(_letters(letters), int(digits or 0)) for letters, digits in _PART.findall(text)]
    return tuple(item for pair in found for item in pair)


def _letters(text: str) -> tuple[int, ...]:
    """Return a text in an order in which ~ comes before the end, and letters before the rest."""
    places = [
        -1 if each == "~" else ord(each) if each.isalpha() else ord(each) + 256 for each in text
    ]
    return (*places, 0)
