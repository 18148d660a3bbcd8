"""What the helpers for the CDK raise."""

from __future__ import annotations

from devops_workbook.errors import WorkbookError


class CdkError(WorkbookError):
    """An app, an assembly or a deployment that went wrong: what, where, what to do."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the message, without the helpers' own lines."""
        return [f"CdkError: {self}"]
