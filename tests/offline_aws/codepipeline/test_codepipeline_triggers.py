"""The rules of git triggers, broken: the error is AWS's."""

from __future__ import annotations

from typing import Any

import pytest
from declared import Refused, Shape, approval, connection, of_stages, s3_source, stage

STRUCTURE = "InvalidStructureException"
INVALID = "ValidationException"
V1 = {"pipelineType": "V1"}
V2 = {"pipelineType": "V2"}


def triggered(*filters: Shape, action: str = "Git", kind: str = "push", **more: Any) -> Shape:
    git: Shape = {"sourceActionName": action, kind: list(filters)}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    first = stage("Source", connection(), s3_source())
    return of_stages(first, stage("Beta", approval()), triggers=[trigger], **more)


BROKEN: dict[str, tuple[Shape, str, str]] = {
    "triggers of V2": (
        triggered({"tags": {"includes": ["v*"]}}, **V1),
        STRUCTURE,
        "Triggers on tag can only be used with V2 pipelines",
    ),
    "a trigger of no action": (
        triggered({"branches": {"includes": ["main"]}}, action="Nobody"),
        STRUCTURE,
        "Triggers for connections must reference a CodeStarSourceConnection action. Note that when "
        "you specify a trigger, you can't specify more than one trigger per source action.",
    ),
    "a trigger of another source": (
        triggered({"branches": {"includes": ["main"]}}, action="Source"),
        STRUCTURE,
        "Triggers for connections must reference a CodeStarSourceConnection action. Note that when "
        "you specify a trigger, you can't specify more than one trigger per source action.",
    ),
    "four filters": (
        triggered(*[{"tags": {"includes": ["v*"]}}] * 4),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.triggers.1.member.gitConfiguration.push' failed to satisfy constraint: Member "
        "must have length less than or equal to 3",
    ),
    "nine patterns": (
        triggered({"branches": {"excludes": ["a"] * 9}}, kind="pullRequest"),
        INVALID,
        "1 validation error detected: Value at 'pipeline.triggers.1.member.gitConfiguration."
        "pullRequest.1.member.branches.excludes' failed to satisfy constraint: Member must have "
        "length less than or equal to 8",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)


@pytest.mark.parametrize(
    ("filters", "kind"),
    [
        ({"tags": {"includes": ["v*"]}, "branches": {"includes": ["main"]}}, "push"),
        ({"tags": {"includes": ["v*"]}, "filePaths": {"includes": ["src/**"]}}, "push"),
        ({"filePaths": {"includes": ["src/**"]}}, "push"),
        ({"branches": {}}, "push"),
        ({}, "push"),
        ({"filePaths": {"includes": ["src/**"]}, "events": ["OPEN"]}, "pullRequest"),
        ({"events": ["OPEN"]}, "pullRequest"),
    ],
)
def test_filters_that_do_not_go_together(refused: Refused, filters: Shape, kind: str) -> None:
    assert refused(triggered(filters, kind=kind)) == (
        STRUCTURE,
        "The trigger configuration for the source action is not valid. Make sure to choose valid "
        "filter combinations.",
    )
