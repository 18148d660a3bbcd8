"""The history of a pipeline's actions and of the rules of its conditions, the newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from offline_aws.codepipeline import custom_actions
from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.execution import ActionRun, Execution, RuleRun
from offline_aws.codepipeline.history import recent
from offline_aws.codepipeline.line import Line, Lines, line_of
from offline_aws.codepipeline.paging import page
from offline_aws.codepipeline.provider import Artifact
from offline_aws.codepipeline.state import error_details
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_HIDDEN = "****"
R = TypeVar("R", ActionRun, RuleRun)


@codepipeline_operation("ListActionExecutions")
def list_action_executions(call: Call, parameters: Shape) -> Shape:
    """Return the executions of actions: of all, or of one execution of the pipeline."""
    return _listed(call, parameters, "actionExecutionDetails", _actions, _action)


@codepipeline_operation("ListRuleExecutions")
def list_rule_executions(call: Call, parameters: Shape) -> Shape:
    """Return the executions of the rules of conditions."""
    return _listed(call, parameters, "ruleExecutionDetails", _rules, _rule)


@codepipeline_operation("ListDeployActionExecutionTargets")
def list_deploy_action_execution_targets(call: Call, parameters: Shape) -> Shape:
    """Return no targets: only the EC2 deploy action, which is not simulated, has any."""
    name, wanted = parameters.get("pipelineName"), parameters["actionExecutionId"]
    lines = [line_of(call, name)] if name else call.state(Lines).by_name.values()
    runs = (run for line in lines for each in line.executions.values() for run in each.runs)
    if not any(run.id == wanted for run in runs):
        raise AwsError(
            "ActionExecutionNotFoundException",
            f"Could not find action execution with ID '{wanted}'",
        )
    return page("targets", [], parameters)


def _listed(
    call: Call,
    parameters: Shape,
    key: str,
    runs_of: Callable[[Execution, bool], Iterable[R]],
    shape_of: Callable[[Call, R, Execution], Shape],
) -> Shape:
    line = line_of(call, parameters["pipelineName"])
    chosen, latest = _filtered(call, line, parameters.get("filter") or {})
    runs = [(run, each) for each in chosen for run in runs_of(each, latest)]
    newest = sorted(runs, key=lambda pair: pair[0].started, reverse=True)
    return page(key, [shape_of(call, run, each) for run, each in newest], parameters)


def _filtered(call: Call, line: Line, wanted: Shape) -> tuple[list[Execution], bool]:
    """Return the executions that a filter asks for, and whether only their latest attempts."""
    latest = wanted.get("latestInPipelineExecution") or {}
    identifier = latest.get("pipelineExecutionId") or wanted.get("pipelineExecutionId")
    chosen = [line.execution(identifier)] if identifier else recent(line, call.clock.now())
    return chosen, latest.get("startTimeRange") == "Latest"


def _actions(execution: Execution, latest: bool) -> Iterable[ActionRun]:
    """Return the runs of an execution's actions, the newest first where they began together."""
    runs = list(execution.runs)
    if latest:
        runs = list({(run.stage, run.name): run for run in runs}.values())
    return reversed(runs)


def _rules(execution: Execution, latest: bool) -> Iterable[RuleRun]:
    runs = execution.rules
    if latest:
        conditions = [c for stage in execution.stages.values() for c in stage.conditions.values()]
        runs = [run for condition in conditions for run in condition.rules]
    return reversed(runs)


def _action(call: Call, run: ActionRun, execution: Execution) -> Shape:
    declaration = run.declaration
    hidden = set(custom_actions.secrets_of(call, declaration))
    given: Shape = {
        "actionTypeId": dict(declaration["actionTypeId"]),
        "configuration": _hiding(hidden, declaration.get("configuration") or {}),
        "resolvedConfiguration": _hiding(hidden, run.resolved),
        "roleArn": declaration.get("roleArn"),
        "region": run.region,
        "inputArtifacts": _artifacts(run.inputs.values()),
        "namespace": declaration.get("namespace"),
    }
    result: Shape = {
        "externalExecutionId": run.external_id,
        "externalExecutionSummary": run.summary or run.error_message,
        "externalExecutionUrl": run.external_url,
        "errorDetails": error_details(run.error_code, run.error_message),
        "logStreamARN": run.log_stream_arn,
    }
    return {
        "pipelineExecutionId": execution.id,
        "actionExecutionId": run.id,
        "pipelineVersion": execution.version,
        "stageName": run.stage,
        "actionName": run.name,
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "status": run.status,
        "input": _filled(given),
        "output": {
            "outputArtifacts": _artifacts(run.outputs.values()),
            "executionResult": _filled(result),
            "outputVariables": dict(run.variables),
        },
        **({"updatedBy": run.updated_by} if run.updated_by else {}),
    }


def _rule(call: Call, run: RuleRun, execution: Execution) -> Shape:
    declaration, result = run.declaration, run.result
    given: Shape = {
        "ruleTypeId": dict(declaration["ruleTypeId"]),
        "configuration": dict(declaration.get("configuration") or {}),
        "resolvedConfiguration": dict(run.resolved),
        "roleArn": declaration.get("roleArn"),
        "region": declaration.get("region") or call.region,
        "inputArtifacts": _artifacts(run.action.inputs.values() if run.action else ()),
    }
    ended: Shape = {
        "externalExecutionId": result.external_id,
        "externalExecutionSummary": result.summary or result.error_message,
        "externalExecutionUrl": result.external_url,
        "errorDetails": error_details(result.error_code, result.error_message),
    }
    return {
        "pipelineExecutionId": execution.id,
        "ruleExecutionId": run.id,
        "pipelineVersion": execution.version,
        "stageName": run.stage,
        "ruleName": declaration["name"],
        "startTime": run.started,
        "lastUpdateTime": run.updated,
        "status": run.status,
        "input": _filled(given),
        "output": {"executionResult": _filled(ended)},
    }


def _hiding(hidden: set[str], configuration: dict[str, str]) -> dict[str, str]:
    return {k: _HIDDEN if k in hidden else value for k, value in configuration.items()}


def _artifacts(artifacts: Iterable[Artifact]) -> list[Shape]:
    return [
        {"name": each.name, "s3location": {"bucket": each.bucket, "key": each.key}}
        for each in artifacts
    ]


def _filled(shape: Shape) -> Shape:
    return {name: value for name, value in shape.items() if value not in ("", None, {})}
