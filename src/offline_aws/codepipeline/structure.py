"""The rules that a declaration has to keep as a whole, with AWS's messages."""

from __future__ import annotations

from collections import Counter

from offline_aws.codepipeline import (
    action_check,
    artifact_check,
    conditions_check,
    regions_check,
    triggers_check,
    variables_check,
)
from offline_aws.codepipeline.declarations import actions_of, is_v2_only
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_STAGES, _ACTIONS_OF_STAGE, _ACTIONS = 50, 50, 500


def check(call: Call, declaration: Shape, operation: str) -> None:
    """Refuse a declaration, its defaults filled in, that AWS would refuse.

    Raises the modelled errors of CreatePipeline, and ``NotSimulatedOffline`` for what is right
    on AWS and cannot run here.
    """
    _check_type(declaration)
    _check_stages(declaration["stages"])
    _check_sources(declaration["stages"])
    for stage, action in actions_of(declaration):
        action_check.check(call, declaration, stage, action)
    regions_check.check(call, declaration)
    artifact_check.check(declaration)
    variables_check.check(declaration)
    triggers_check.check(declaration)
    conditions_check.check(declaration)
    for _, action in actions_of(declaration):
        action_check.check_simulated(operation, action)
    conditions_check.check_simulated(operation, declaration)


def _check_type(declaration: Shape) -> None:
    if declaration["pipelineType"] == "V2":
        return
    if declaration["executionMode"] != "SUPERSEDED":
        raise _structure("QUEUED or PARALLEL mode can only be used with V2 pipelines")
    if declaration.get("variables"):
        raise _structure("Pipeline variable can only be used with V2 pipelines")
    if declaration.get("triggers"):
        raise _structure("Triggers on tag can only be used with V2 pipelines")
    for stage, action in actions_of(declaration):
        if stage.keys() & {"beforeEntry", "onSuccess", "onFailure"}:
            raise AwsError(
                "InvalidStageDeclarationException",
                "Stage level conditions can only be used with V2 pipelines.",
            )
        if is_v2_only(action):
            raise AwsError(
                "InvalidActionDeclarationException",
                f"{action['actionTypeId']['provider']} Action can only be used with V2 pipelines.",
            )


def _check_stages(stages: list[Shape]) -> None:
    if len(stages) < 2:
        raise _structure(
            f"Pipeline has only {len(stages)} stage(s). There should be a minimum of 2 stages in "
            "a pipeline"
        )
    if len(stages) > _STAGES:
        raise _structure(
            "Pipeline has too many stages. There can only be up to 50 stages in a pipeline"
        )
    if sum(len(stage["actions"]) for stage in stages) > _ACTIONS:
        raise AwsError(
            "LimitExceededException",
            f"Pipeline has too many actions. There can only be up to {_ACTIONS} actions in a "
            "pipeline",
        )
    for name, times in Counter(stage["name"] for stage in stages).items():
        if times > 1:
            raise _stage(f"Stage name '{name}' is used more than once")
    for stage in stages:
        _check_stage(stage)


def _check_stage(stage: Shape) -> None:
    name, actions = stage["name"], stage["actions"]
    if stage.get("blockers"):
        raise AwsError(
            "InvalidBlockerDeclarationException",
            f"Stage '{name}' has a blocker. Blockers are reserved for future use.",
        )
    if not 0 < len(actions) <= _ACTIONS_OF_STAGE:
        raise _stage(
            f"Stage '{name}' has {len(actions)} actions. There should be a minimum of 1 and a "
            f"maximum of {_ACTIONS_OF_STAGE} actions in a stage"
        )
    for action, times in Counter(action["name"] for action in actions).items():
        if times > 1:
            raise AwsError(
                "InvalidActionDeclarationException",
                f"Action name '{action}' is used more than once in stage '{name}'",
            )


def _check_sources(stages: list[Shape]) -> None:
    kinds = [
        [action["actionTypeId"]["category"] for action in stage["actions"]] for stage in stages
    ]
    if set(kinds[0]) != {"Source"}:
        raise _structure("Pipeline should start with a stage that only contains source actions")
    rest = [kind for stage in kinds[1:] for kind in stage]
    if set(rest) == {"Source"}:
        raise _structure("Pipeline should contain at least 1 action whose category is not Source")
    if "Source" in rest:
        raise _structure("Source actions can only be included in the first stage of the pipeline")


def _structure(message: str) -> AwsError:
    return AwsError("InvalidStructureException", message)


def _stage(message: str) -> AwsError:
    return AwsError("InvalidStageDeclarationException", message)
