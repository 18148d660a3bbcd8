"""The rules of stage conditions, broken: the error is AWS's."""

from __future__ import annotations

import pytest
from declared import Refused, Shape, approval, of_stages, pipeline, rule, s3_source, stage, when

STAGE = "InvalidStageDeclarationException"
INVALID = "ValidationException"
V2 = {"pipelineType": "V2"}
BETA = stage("Beta", approval())


def gated(**gates: Shape) -> Shape:
    return pipeline(stage("Beta", approval(), **gates), **V2)


BROKEN: dict[str, tuple[Shape, str, str]] = {
    "a result and conditions": (
        gated(onFailure={"result": "ROLLBACK", **when("ROLLBACK")}),
        STAGE,
        "The following stage cannot have a failure exit gate configured with both top level result "
        "and conditions: 'Beta'",
    ),
    "a rollback in parallel": (
        {**gated(onFailure={"result": "ROLLBACK"}), "executionMode": "PARALLEL"},
        STAGE,
        "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
    ),
    "a rollback of the source": (
        of_stages(stage("Source", s3_source(), onFailure={"result": "ROLLBACK"}), BETA, **V2),
        STAGE,
        "The source stage 'Source' cannot be rolled back.",
    ),
    "a retry that is none": (
        gated(onFailure={"result": "ROLLBACK", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}),
        STAGE,
        "The stage 'Beta' has a retry configuration for a result that is not RETRY.",
    ),
    "a failure that is skipped": (
        gated(onFailure={"result": "SKIP"}),
        STAGE,
        "The result SKIP is not valid for the failure of the stage 'Beta'. Valid results are: "
        "ROLLBACK, RETRY",
    ),
    "an entry that is rolled back": (
        gated(beforeEntry=when("ROLLBACK")),
        STAGE,
        "The result ROLLBACK is not valid for a beforeEntry condition of the stage 'Beta'. Valid "
        "results are: FAIL, SKIP",
    ),
    "a success that is skipped": (
        gated(onSuccess=when("SKIP")),
        STAGE,
        "The result SKIP is not valid for a onSuccess condition of the stage 'Beta'. Valid results "
        "are: ROLLBACK, FAIL",
    ),
    "a rule twice": (
        gated(beforeEntry=when("FAIL", rule(), rule())),
        STAGE,
        "Rule names must be unique in a condition. Found more than once: the rule 'Check' of the "
        "stage 'Beta'",
    ),
    "no such rule": (
        gated(beforeEntry=when("FAIL", rule("Weather"))),
        STAGE,
        "The rule type Weather of the rule 'Check' of the stage 'Beta' does not exist.",
    ),
    "a rule without its configuration": (
        gated(beforeEntry=when("FAIL", rule("DeploymentWindow", TimeZone="UTC"))),
        STAGE,
        "The configuration of the rule 'Check' of the stage 'Beta' is missing required "
        "configuration 'Cron'",
    ),
    "a rule with another's configuration": (
        gated(beforeEntry=when("FAIL", rule("CloudWatchAlarm", AlarmName="a", Cron="* * *"))),
        STAGE,
        "The configuration of the rule 'Check' of the stage 'Beta' contains unknown configuration "
        "'Cron'",
    ),
    "an alarm that skips": (
        gated(beforeEntry=when("SKIP", rule("CloudWatchAlarm", AlarmName="a"))),
        STAGE,
        "The result SKIP cannot be used with the rule CloudWatchAlarm in the rule 'Check' of the "
        "stage 'Beta'.",
    ),
    "a condition without a result": (
        gated(beforeEntry={"conditions": [{"rules": [rule()]}]}),
        STAGE,
        "The beforeEntry condition of the stage 'Beta' must have a result and rules.",
    ),
    "a condition without rules": (
        gated(onSuccess={"conditions": [{"result": "FAIL"}]}),
        STAGE,
        "The onSuccess condition of the stage 'Beta' must have a result and rules.",
    ),
    "a rollback in parallel by a condition": (
        {**gated(onSuccess=when("ROLLBACK")), "executionMode": "PARALLEL"},
        STAGE,
        "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
    ),
    "an input of a rule that nobody makes": (
        gated(onSuccess=when("FAIL", {**rule(), "inputArtifacts": [{"name": "Nothing"}]})),
        "InvalidActionDeclarationException",
        "Input Artifact Bundle Nothing in rule Check is not declared as Output Artifact Bundle in "
        "any of the preceding actions",
    ),
    "six rules": (
        gated(beforeEntry=when("FAIL", *(rule(name=f"R{i}") for i in range(6)))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.beforeEntry.conditions.1.member.rules' failed to satisfy "
        "constraint: Member must have length less than or equal to 5",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)
