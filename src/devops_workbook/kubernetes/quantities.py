"""Kubernetes quantities: ``250m`` of a core, ``512Mi`` of memory, ``25%`` of some pods.

Kubernetes API, ``resource.Quantity`` and ``intstr.IntOrString``.
"""

from __future__ import annotations

import math
import re

_QUANTITY = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?")
_SMALL: dict[str, float] = {"n": 1e-9, "u": 1e-6, "m": 1e-3}
_SUFFIXES = (
    _SMALL
    | {each: 1000.0**power for power, each in enumerate(("k", "M", "G", "T", "P", "E"), 1)}
    | {f"{each}i": 1024.0**power for power, each in enumerate("KMGTPE", 1)}
)
_MIB = 2**20


def quantity(text: object) -> float:
    """Return a quantity as a number. Raises ``ValueError``."""
    found = _QUANTITY.fullmatch(str(text))
    if not found:
        raise ValueError(
            "quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
    number, suffix = float(found[1]), found[2] or ""
    if suffix[:1] in ("e", "E") and len(suffix) > 1 and suffix[1:] != "i":
        return number * 10.0 ** int(suffix[1:])
    return number * _SUFFIXES.get(suffix, 1)


def millicores(text: object) -> int:
    """Return CPU in thousandths of a core, rounded up as Kubernetes does."""
    return math.ceil(round(quantity(text) * 1000, 6))


def mebibytes(text: object) -> int:
    """Return memory in MiB, rounded up."""
    return math.ceil(quantity(text) / _MIB)


def share(value: object, total: int, *, up: bool) -> int:
    """Return a number of pods: as it is, or a percentage of a total rounded up or down."""
    if isinstance(value, str) and value.endswith("%"):
        exact = int(value[:-1]) * total
        return -(-exact // 100) if up else exact // 100
    return int(str(value))
