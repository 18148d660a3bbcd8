"""The rules of a pipeline as a whole, broken: the error is AWS's."""

from __future__ import annotations

import pytest
from declared import Refused, Shape, action, approval, of_stages, pipeline, s3_source, stage, when

STRUCTURE = "InvalidStructureException"
STAGE = "InvalidStageDeclarationException"
ACTION = "InvalidActionDeclarationException"
INVALID = "ValidationException"
V1 = {"pipelineType": "V1"}
V2 = {"pipelineType": "V2"}
VARIABLE = [{"name": "Target", "defaultValue": "blue"}]
SOURCE = stage("Source", s3_source())
BETA = stage("Beta", approval())


def gated(**gates: Shape) -> Shape:
    return pipeline(stage("Beta", approval(), **gates), **V2)


BROKEN: dict[str, tuple[Shape, str, str]] = {
    "one stage": (
        of_stages(SOURCE),
        STRUCTURE,
        "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
    ),
    "51 stages": (
        pipeline(*(stage(f"S{i}", approval()) for i in range(50))),
        STRUCTURE,
        "Pipeline has too many stages. There can only be up to 50 stages in a pipeline",
    ),
    "501 actions": (
        pipeline(*(stage(f"S{i}", *(approval(f"A{j}") for j in range(50))) for i in range(10))),
        "LimitExceededException",
        "Pipeline has too many actions. There can only be up to 500 actions in a pipeline",
    ),
    "51 actions in a stage": (
        pipeline(stage("Beta", *(approval(f"A{i}") for i in range(51)))),
        STAGE,
        "Stage 'Beta' has 51 actions. There should be a minimum of 1 and a maximum of 50 actions "
        "in a stage",
    ),
    "no action in a stage": (
        pipeline(stage("Beta"), stage("Gamma", approval())),
        STAGE,
        "Stage 'Beta' has 0 actions. There should be a minimum of 1 and a maximum of 50 actions "
        "in a stage",
    ),
    "a stage's name twice": (
        pipeline(BETA, BETA),
        STAGE,
        "Stage name 'Beta' is used more than once",
    ),
    "an action's name twice": (
        pipeline(stage("Beta", approval("A"), approval("A"))),
        ACTION,
        "Action name 'A' is used more than once in stage 'Beta'",
    ),
    "a blocker": (
        pipeline(stage("Beta", approval(), blockers=[{"name": "Friday", "type": "Schedule"}])),
        "InvalidBlockerDeclarationException",
        "Stage 'Beta' has a blocker. Blockers are reserved for future use.",
    ),
    "no source first": (
        of_stages(BETA, stage("Gamma", approval())),
        STRUCTURE,
        "Pipeline should start with a stage that only contains source actions",
    ),
    "more than sources first": (
        of_stages(stage("Source", s3_source(), approval()), BETA),
        STRUCTURE,
        "Pipeline should start with a stage that only contains source actions",
    ),
    "a source later": (
        pipeline(stage("Beta", approval(), s3_source("Late", "Late"))),
        STRUCTURE,
        "Source actions can only be included in the first stage of the pipeline",
    ),
    "sources alone": (
        pipeline(stage("More", s3_source("More", "More"))),
        STRUCTURE,
        "Pipeline should contain at least 1 action whose category is not Source",
    ),
    "a mode of V2": (
        pipeline(executionMode="QUEUED", **V1),
        STRUCTURE,
        "QUEUED or PARALLEL mode can only be used with V2 pipelines",
    ),
    "variables of V2": (
        pipeline(variables=VARIABLE, **V1),
        STRUCTURE,
        "Pipeline variable can only be used with V2 pipelines",
    ),
    "conditions of V2": (
        {**gated(beforeEntry=when("FAIL")), **V1},
        STAGE,
        "Stage level conditions can only be used with V2 pipelines.",
    ),
    "an action of V2": (
        pipeline(stage("Run", action("Compute", "Commands", commands=["ls"])), **V1),
        ACTION,
        "Commands Action can only be used with V2 pipelines.",
    ),
    "a name": (
        pipeline(name="my shop"),
        INVALID,
        "1 validation error detected: Value 'my shop' at 'pipeline.name' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    ),
    "two names": (
        pipeline(stage("x" * 101, approval("a b"))),
        INVALID,
        f"2 validation errors detected: Value '{'x' * 101}' at 'pipeline.stages.2.member.name' "
        "failed to satisfy constraint: Member must have length less than or equal to 100; Value "
        "'a b' at 'pipeline.stages.2.member.actions.1.member.name' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    ),
    "a run order": (
        pipeline(stage("Beta", approval(runOrder=1000))),
        INVALID,
        "1 validation error detected: Value '1000' at "
        "'pipeline.stages.2.member.actions.1.member.runOrder' failed to satisfy constraint: Member "
        "must have value less than or equal to 999",
    ),
    "a mode": (
        pipeline(executionMode="FAST"),
        INVALID,
        "1 validation error detected: Value 'FAST' at 'pipeline.executionMode' failed to satisfy "
        "constraint: Member must satisfy enum value set: [QUEUED, SUPERSEDED, PARALLEL]",
    ),
    "51 variables": (
        pipeline(variables=[{"name": f"v{i}"} for i in range(51)]),
        INVALID,
        "1 validation error detected: Value at 'pipeline.variables' failed to satisfy constraint: "
        "Member must have length less than or equal to 50",
    ),
    "51 commands": (
        pipeline(stage("Run", action("Compute", "Commands", commands=["ls"] * 51))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.actions.1.member.commands' failed to satisfy constraint: Member "
        "must have length less than or equal to 50",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)
