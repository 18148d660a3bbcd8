"""What the stand-ins of builds leave in place of libraries and compiled code."""

from __future__ import annotations

import hashlib

from devops_workbook.images import File

#: The files that a command leaves by path, None for one that it removes.
Left = dict[str, bytes | File | None]
_LIBRARY = 20_000


def meaningless(name: str, size: int = _LIBRARY) -> bytes:
    """Return bytes that no compression makes smaller, the same ones for the same name."""
    return hashlib.shake_256(name.encode()).digest(size)
