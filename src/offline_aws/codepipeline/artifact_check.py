"""How artifacts and namespaces pass from action to action, with AWS's messages."""

from __future__ import annotations

from collections import Counter

from offline_aws.codepipeline.conditions_check import conditions_of
from offline_aws.codepipeline.declarations import actions_of
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError


def check(declaration: Shape) -> None:
    """Refuse artifacts and namespaces that are not unique, or are used before they are made.

    Raises ``InvalidActionDeclarationException``.
    """
    _check_outputs(declaration)
    _check_inputs(declaration)
    _check_namespaces(declaration)


def _check_outputs(declaration: Shape) -> None:
    made = Counter(_outputs(declaration))
    for name, times in made.items():
        if times > 1:
            raise _wrong(
                f"Output Artifact Bundle name must be unique within the pipeline. {name} has been "
                "used more than once."
            )


def _check_inputs(declaration: Shape) -> None:
    made: set[str] = set()
    for stage in declaration["stages"]:
        _check_inputs_of_rules(stage, made, ("beforeEntry",))
        for order in sorted({action["runOrder"] for action in stage["actions"]}):
            group = [action for action in stage["actions"] if action["runOrder"] == order]
            for action in group:
                _check_made(f"action {action['name']}", action["inputArtifacts"], made)
            made |= {output["name"] for action in group for output in action["outputArtifacts"]}
        _check_inputs_of_rules(stage, made, ("onSuccess", "onFailure"))


def _check_inputs_of_rules(stage: Shape, made: set[str], gates: tuple[str, ...]) -> None:
    for gate, condition in conditions_of(stage):
        for rule in condition.get("rules", ()) if gate in gates else ():
            _check_made(f"rule {rule['name']}", rule.get("inputArtifacts", []), made)


def _check_made(where: str, artifacts: list[Shape], made: set[str]) -> None:
    for artifact in artifacts:
        if artifact["name"] not in made:
            raise _wrong(
                f"Input Artifact Bundle {artifact['name']} in {where} is not declared as Output "
                "Artifact Bundle in any of the preceding actions"
            )


def _check_namespaces(declaration: Shape) -> None:
    named = [(stage, action) for stage, action in actions_of(declaration) if "namespace" in action]
    times = Counter(action["namespace"] for _, action in named)
    artifacts = set(_outputs(declaration))
    for stage, action in named:
        space = action["namespace"]
        where = f"StageName=[{stage['name']}], ActionName=[{action['name']}], Namespace=[{space}]"
        if times[space] > 1:
            raise _wrong(
                "Namespaces must be unique across the pipeline definition. The following occur "
                f"more than once in the pipeline.\n{where}"
            )
        if space == "codepipeline":
            raise _wrong(f"The following namespaces are reserved.\n{where}")
        if space in artifacts:
            raise _wrong(
                "Namespaces must not be the same as an artifact name. The following are names of "
                f"artifacts in the pipeline.\n{where}"
            )


def _outputs(declaration: Shape) -> list[str]:
    return [
        output["name"]
        for _, action in actions_of(declaration)
        for output in action["outputArtifacts"]
    ]


def _wrong(message: str) -> AwsError:
    return AwsError("InvalidActionDeclarationException", message)
