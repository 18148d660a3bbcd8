"""What a quarter cannot be played over."""

from __future__ import annotations

from devops_workbook.errors import WorkbookError


class NothingToPlayError(WorkbookError):
    """The account lacks something that customers or the team need."""


class ChangeError(WorkbookError):
    """The repository does not hold the code that a change is made to."""
