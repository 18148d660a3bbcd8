"""Where the course's files are: in the checkout, or inside an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent

#: The course inside an installed wheel; a checkout has none.
INSTALLED = _PACKAGE / "_course"
#: The folder that holds ``notebooks/`` and ``data/``.
COURSE = _CHECKOUT if (_CHECKOUT / "notebooks" / "source").is_dir() else INSTALLED
NOTEBOOKS = COURSE / "notebooks"
DATA = COURSE / "data"
