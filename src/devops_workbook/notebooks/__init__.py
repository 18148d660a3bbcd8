"""Chapter notebooks: read from their source, built in two editions, checked by gates."""

from __future__ import annotations

from devops_workbook.notebooks.build import build, edition, solution_of
from devops_workbook.notebooks.source import Source, read_source

__all__ = ["Source", "build", "edition", "read_source", "solution_of"]
