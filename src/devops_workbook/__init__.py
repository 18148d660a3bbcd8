"""DevOps on AWS: the workbook. Open a chapter with ``open_lab``; measure with ``dora``."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devops_workbook import dora as dora
    from devops_workbook.deployment_player import DeploymentPlayer as DeploymentPlayer
    from devops_workbook.lab import open_lab as open_lab
    from devops_workbook.pipeline_view import PipelineView as PipelineView
    from devops_workbook.progress_report import course_progress as course_progress

__all__ = ["DeploymentPlayer", "PipelineView", "course_progress", "dora", "open_lab"]

_HOMES = {
    "DeploymentPlayer": "deployment_player",
    "PipelineView": "pipeline_view",
    "course_progress": "progress_report",
    "open_lab": "lab",
}


def __getattr__(name: str) -> Any:
    # Imported on first use: pandas takes longer to import than a lab takes to open.
    if name in _HOMES:
        return getattr(importlib.import_module(f"devops_workbook.{_HOMES[name]}"), name)
    if name == "dora":
        return importlib.import_module("devops_workbook.dora")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
