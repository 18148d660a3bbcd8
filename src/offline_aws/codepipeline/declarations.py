"""A declaration of a pipeline as AWS keeps it: its defaults filled in, its secrets hidden."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from offline_aws.codepipeline.action_catalogue import built_in
from offline_aws.codepipeline.custom_actions import secrets_of
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

HIDDEN = "****"


def completed(declaration: Shape, version: int) -> Shape:
    """Return a copy with what AWS fills in."""
    whole = copy.deepcopy(declaration)
    whole["version"] = version
    whole.setdefault("executionMode", "SUPERSEDED")
    whole.setdefault("pipelineType", "V2" if has_v2_features(whole) else "V1")
    for _, action in actions_of(whole):
        action.setdefault("runOrder", 1)
        action.setdefault("configuration", {})
        action.setdefault("inputArtifacts", [])
        action.setdefault("outputArtifacts", [])
    return whole


def has_v2_features(declaration: Shape) -> bool:
    """Return whether it has what only pipelines of type V2 have, which makes it one."""
    return bool(
        declaration.get("triggers")
        or declaration.get("variables")
        or declaration.get("executionMode", "SUPERSEDED") != "SUPERSEDED"
        or any(
            stage.keys() & {"beforeEntry", "onSuccess", "onFailure"}
            for stage in declaration["stages"]
        )
        or any(is_v2_only(action) for _, action in actions_of(declaration))
    )


def is_v2_only(action: Shape) -> bool:
    """Return whether an action's type is refused in a pipeline of type V1."""
    kind = action["actionTypeId"]
    found = built_in(kind["category"], kind["owner"], kind["provider"])
    return found is not None and found.v2_only


def actions_of(declaration: Shape) -> Iterator[tuple[Shape, Shape]]:
    """Yield every action with its stage."""
    for stage in declaration["stages"]:
        for action in stage["actions"]:
            yield stage, action


def with_secrets_hidden(call: Call, declaration: Shape) -> Shape:
    """Return a copy to show."""
    shown = copy.deepcopy(declaration)
    for _, action in actions_of(shown):
        for name in secrets_of(call, action):
            action["configuration"][name] = HIDDEN
    return shown


def with_secrets_of(call: Call, declaration: Shape, before: Shape | None) -> Shape:
    """Return a copy in which a hidden secret is what it was in the version before.

    Raises ``InvalidActionDeclarationException`` for a hidden secret of a new action.
    """
    whole = copy.deepcopy(declaration)
    known = {
        (stage["name"], action["name"]): action.get("configuration", {})
        for stage, action in (actions_of(before) if before else ())
    }
    for stage, action in actions_of(whole):
        for name in secrets_of(call, action):
            if set(action["configuration"][name]) == {"*"}:
                old = known.get((stage["name"], action["name"]), {})
                if name not in old:
                    raise _hidden_secret(action["name"], name)
                action["configuration"][name] = old[name]
    return whole


def _hidden_secret(action: str, name: str) -> AwsError:
    return AwsError(
        "InvalidActionDeclarationException",
        f'Action configuration for the new action "{action}" contains an invalid configuration '
        f'for the secret property "{name}". "{HIDDEN}" may be used in secret properties only when '
        "updating an existing action.",
    )
