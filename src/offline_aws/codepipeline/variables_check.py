"""The variables of a pipeline and the references to them, with AWS's messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from offline_aws.codepipeline.declarations import actions_of
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError

_REFERENCE = re.compile(r"#\{([^{}]*)\}")
_WELL_FORMED = re.compile(r"[A-Za-z0-9@\-_]+\.[A-Za-z0-9@\-_]+")
_FORMAT = (
    "Valid format for a pipeline execution variable reference is a namespace and a key separated "
    "by a period (.). The following pipeline execution variables are "
)
#: What is there at the start of every execution.
_IMPLICIT = "codepipeline"
_PIPELINE_LEVEL = "variables"


@dataclass(frozen=True)
class _Reference:
    stage: str
    action: str
    category: str
    key: str
    text: str

    @property
    def namespace(self) -> str:
        return self.text.partition(".")[0]

    @property
    def where(self) -> str:
        return (
            f"StageName=[{self.stage}], ActionName=[{self.action}], "
            f"ActionConfigurationKey=[{self.key}], VariableReferenceText=[{self.text}]"
        )


def references(text: str) -> list[str]:
    """Return what a text refers to: ``Source.CommitId`` for ``#{Source.CommitId}``."""
    return _REFERENCE.findall(text)


def check(declaration: Shape) -> None:
    """Refuse variables that are declared twice, and references to what cannot be there.

    Raises ``InvalidStructureException`` and ``InvalidActionDeclarationException``.
    """
    names = Counter(variable["name"] for variable in declaration.get("variables", ()))
    for name, times in names.items():
        if times > 1:
            raise _structure(
                "Variable names must be unique. The following variable name is already in use: "
                f"{name}"
            )
    spaces = {action["namespace"] for _, action in actions_of(declaration) if "namespace" in action}
    for made, reference in _references_of(declaration):
        _check_form(reference)
        if reference.namespace == _PIPELINE_LEVEL and _PIPELINE_LEVEL not in spaces and names:
            _check_pipeline_variable(reference, names)
        elif reference.namespace != _IMPLICIT:
            _check_namespace(reference, spaces, made)


def _references_of(declaration: Shape) -> Iterator[tuple[set[str], _Reference]]:
    """Yield every reference with the namespaces of the actions that run before it."""
    made: set[str] = set()
    for stage in declaration["stages"]:
        for order in sorted({action["runOrder"] for action in stage["actions"]}):
            group = [action for action in stage["actions"] if action["runOrder"] == order]
            for action in group:
                yield from ((made, found) for found in _references_in(stage, action))
            made = made | {action["namespace"] for action in group if "namespace" in action}


def _references_in(stage: Shape, action: Shape) -> Iterator[_Reference]:
    category = action["actionTypeId"]["category"]
    for key, value in action["configuration"].items():
        for text in references(value):
            yield _Reference(stage["name"], action["name"], category, key, text)


def _check_form(reference: _Reference) -> None:
    if not _WELL_FORMED.fullmatch(reference.text):
        raise _action(f"{_FORMAT}not in this format.\n{reference.where}")


def _check_pipeline_variable(reference: _Reference, names: Counter[str]) -> None:
    if reference.category == "Source":
        raise _structure(
            f"Variables at the pipeline level cannot be used in source actions.\n{reference.where}"
        )
    if reference.text.partition(".")[2] not in names:
        raise _structure(f"The referenced variables haven't been declared.\n{reference.where}")


def _check_namespace(reference: _Reference, spaces: set[str], made: set[str]) -> None:
    if reference.namespace not in spaces:
        raise _action(f"{_FORMAT}referencing a namespace that does not exist.\n{reference.where}")
    if reference.namespace not in made:
        raise _action(
            f"{_FORMAT}referencing a namespace of an action that does not run before.\n"
            f"{reference.where}"
        )


def _structure(message: str) -> AwsError:
    return AwsError("InvalidStructureException", message)


def _action(message: str) -> AwsError:
    return AwsError("InvalidActionDeclarationException", message)
