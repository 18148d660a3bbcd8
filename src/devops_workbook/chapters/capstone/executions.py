"""What an execution of the pipeline has come to, in the words of the checks."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.capstone.account import PIPELINE
from devops_workbook.chapters.capstone.looking import Shape, pipeline
from devops_workbook.checks import require
from devops_workbook.exercise import NotYet
from devops_workbook.quarter.pipeline import first_failed
from devops_workbook.quarter.watch import client

_START = f"start_pipeline_execution(name='{PIPELINE}')"
_LONGEST = 240


def require_succeeded(execution: Shape, name: str) -> None:
    """Raise ``NotYet`` unless an execution has succeeded, with what failed in it and why."""
    status = execution["status"]
    if status == "InProgress":
        raise NotYet(f"{name} is under way. Let some time pass; view(lab) says where it is.")
    require(
        status == "Succeeded",
        f"{name} is {status}{_where(execution)}. Mend that, and start the pipeline again: a "
        f"changed template starts nothing, {_START} does.",
    )


def require_current(condition: object, execution: Shape, message: str) -> None:
    """Raise ``NotYet`` unless a condition holds; say if the pipeline was changed since it ran."""
    asked = {"pipelineName": PIPELINE, "pipelineExecutionId": execution["pipelineExecutionId"]}
    found = client("codepipeline").get_pipeline_execution(**asked)["pipelineExecution"]
    newer = int((pipeline() or {}).get("version", 0)) > found["pipelineVersion"]
    more = f" The pipeline was changed since, and that starts nothing: {_START}." if newer else ""
    require(condition, f"{message}{more}")


def _where(execution: Shape) -> str:
    """Return the action that failed first and what AWS says of it, "" for none."""
    first = first_failed(execution)
    if not first:
        return ""
    said = _said(first.get("output", {}).get("executionResult", {}))
    return f", in {first['stageName']}, {first['actionName']}" + (f": “{said}”" if said else "")


def _said(result: dict[str, Any]) -> str:
    text = result.get("errorDetails", {}).get("message") or result.get("externalExecutionSummary")
    line = " ".join(str(text or "").split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
