"""The rules of namespaces and variables, broken: the error is AWS's."""

from __future__ import annotations

import pytest
from declared import Refused, Shape, approval, pipeline, s3_source, stage

STRUCTURE = "InvalidStructureException"
ACTION = "InvalidActionDeclarationException"
VARIABLE = [{"name": "Target", "defaultValue": "blue"}]
BETA = stage("Beta", approval())


BROKEN: dict[str, tuple[Shape, str, str]] = {
    "a namespace twice": (
        pipeline(stage("Beta", approval("A", namespace="N"), approval("B", namespace="N"))),
        ACTION,
        "Namespaces must be unique across the pipeline definition. The following occur more than "
        "once in the pipeline.\nStageName=[Beta], ActionName=[A], Namespace=[N]",
    ),
    "a reserved namespace": (
        pipeline(stage("Beta", approval(namespace="codepipeline"))),
        ACTION,
        "The following namespaces are reserved.\nStageName=[Beta], ActionName=[Approve], "
        "Namespace=[codepipeline]",
    ),
    "a namespace of an artifact": (
        pipeline(stage("Beta", approval(namespace="App"))),
        ACTION,
        "Namespaces must not be the same as an artifact name. The following are names of artifacts "
        "in the pipeline.\nStageName=[Beta], ActionName=[Approve], Namespace=[App]",
    ),
    "a variable twice": (
        pipeline(variables=[*VARIABLE, {"name": "Target"}]),
        STRUCTURE,
        "Variable names must be unique. The following variable name is already in use: Target",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)


REFERENCE = (
    "Valid format for a pipeline execution variable reference is a namespace and a key separated "
    "by a period (.). The following pipeline execution variables are "
)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("Nobody.Id", ACTION, REFERENCE + "referencing a namespace that does not exist.\n"),
        ("CommitId", ACTION, REFERENCE + "not in this format.\n"),
        ("a.b.c", ACTION, REFERENCE + "not in this format.\n"),
        ("", ACTION, REFERENCE + "not in this format.\n"),
        (
            "Late.Id",
            ACTION,
            REFERENCE + "referencing a namespace of an action that does not run before.\n",
        ),
        (
            "Own.Id",
            ACTION,
            REFERENCE + "referencing a namespace of an action that does not run before.\n",
        ),
        ("variables.Colour", STRUCTURE, "The referenced variables haven't been declared.\n"),
    ],
)
def test_a_reference_to_what_is_not_there(
    refused: Refused, text: str, code: str, message: str
) -> None:
    told = approval(configuration={"CustomData": f"It is #{{{text}}}."}, namespace="Own")
    later = stage("Later", approval(namespace="Late"))
    declaration = pipeline(stage("Beta", told), later, variables=VARIABLE)
    where = (
        "StageName=[Beta], ActionName=[Approve], ActionConfigurationKey=[CustomData], "
        f"VariableReferenceText=[{text}]"
    )
    assert refused(declaration) == (code, message + where)


def test_pipeline_variables_are_not_for_sources(refused: Refused) -> None:
    source = s3_source()
    source["configuration"]["S3ObjectKey"] = "#{variables.Target}.zip"
    declaration = {**pipeline(variables=VARIABLE), "stages": [stage("Source", source), BETA]}
    assert refused(declaration) == (
        STRUCTURE,
        "Variables at the pipeline level cannot be used in source actions.\nStageName=[Source], "
        "ActionName=[Source], ActionConfigurationKey=[S3ObjectKey], "
        "VariableReferenceText=[variables.Target]",
    )
