"""The events that tell EventBridge of each change of an execution, a stage or an action."""

from __future__ import annotations

from offline_aws.codepipeline.execution import ActionRun, StageRun
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.provider import Artifact
from offline_aws.codepipeline.store import Shape, arn_of

# What an event calls a status; the others are the status in capitals.
_STATES = {"InProgress": "STARTED", "Cancelled": "CANCELED"}


def tell_execution(course: Course, state: str = "") -> None:
    """Tell of the execution's status, or of ``state``."""
    execution = course.execution
    detail: Shape = {"state": state or _state(execution.status)}
    if detail["state"] == "STARTED":
        detail["execution-trigger"] = {
            "trigger-type": execution.trigger,
            "trigger-detail": execution.trigger_detail,
        }
    if detail["state"] in ("STOPPING", "STOPPED") and execution.stop_reason:
        detail["stop-execution-comments"] = execution.stop_reason
    _send(course, "Pipeline", detail)


def tell_stage(course: Course, stage: StageRun, state: str = "") -> None:
    """Tell of a stage's status, or of ``state``."""
    _send(course, "Stage", {"stage": stage.name, "state": state or _state(stage.status)})


def tell_action(course: Course, run: ActionRun) -> None:
    """Tell of an action's status."""
    detail: Shape = {
        "stage": run.stage,
        "action": run.name,
        "state": _state(run.status),
        "region": run.region,
        "type": dict(run.declaration["actionTypeId"]),
    }
    if run.status == "InProgress":
        detail["input-artifacts"] = _located(run.inputs)
    else:
        detail["output-artifacts"] = _located(run.outputs) if run.status == "Succeeded" else []
        detail["execution-result"] = _result(run)
    filled = {name: value for name, value in detail.items() if value not in ([], {})}
    _send(course, "Action", filled)


def _result(run: ActionRun) -> dict[str, str]:
    result = {
        "external-execution-url": run.external_url,
        "external-execution-summary": run.summary or run.error_message,
        "external-execution-id": run.external_id,
        "error-code": run.error_code,
    }
    return {name: value for name, value in result.items() if value}


def _located(artifacts: dict[str, Artifact]) -> list[Shape]:
    return [
        {"name": each.name, "s3location": {"bucket": each.bucket, "key": each.key}}
        for each in artifacts.values()
    ]


def _state(status: str) -> str:
    return _STATES.get(status, status.upper())


def _send(course: Course, level: str, detail: Shape) -> None:
    execution, name = course.execution, course.line.pipeline.name
    common = {
        "pipeline": name,
        "execution-id": execution.id,
        "start-time": execution.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": execution.version,
        "pipeline-execution-attempt": execution.attempts,
    }
    course.call.send_event(
        "aws.codepipeline",
        f"CodePipeline {level} Execution State Change",
        common | detail,
        arn_of(course.call, name),
    )
