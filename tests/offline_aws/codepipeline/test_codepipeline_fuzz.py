"""Whatever is declared ends in a pipeline or in an error that AWS has."""

from __future__ import annotations

import itertools
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import ClientError
from declared import Shape, action, approval, build, connection, deploy, rule, s3_source, stage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_aws import OfflineAWS

MODEL = botocore.session.get_session().get_service_model("codepipeline")
MODELLED = {shape.name for shape in MODEL.operation_model("CreatePipeline").error_shapes}
NAMES = st.sampled_from([*"ABCDEFGHIJKL", "App", "codepipeline", "variables"])
TEXTS = st.sampled_from(["plain", "#{A.Id}", "#{variables.V}", "#{codepipeline.X}", "#{", "#{}"])
RESULTS = st.sampled_from(["ROLLBACK", "FAIL", "RETRY", "SKIP"])
NUMBERS = itertools.count()


@st.composite
def actions(draw: st.DrawFn) -> Shape:
    made: Shape = draw(
        st.sampled_from(
            [
                approval(),
                build(),
                deploy(),
                s3_source(),
                connection(),
                action("Build", "Jenkins", owner="Custom"),
                action("Compute", "Commands", commands=["ls"], inputArtifacts=[{"name": "App"}]),
                action("Deploy", "ECS"),
            ]
        )
    )
    made = {**made, "name": draw(NAMES)}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "namespace": NAMES,
        "runOrder": st.integers(1, 3),
        "region": st.sampled_from(["us-east-1", "eu-west-1", "mars-1"]),
        "inputArtifacts": st.just([{"name": "App"}, {"name": "A"}]),
        "outputArtifacts": st.lists(NAMES.map(lambda name: {"name": name}), max_size=2),
        "configuration": st.dictionaries(st.sampled_from(["CustomData", "ProjectName"]), TEXTS),
        "timeoutInMinutes": st.integers(5, 90),
    }
    for name in draw(st.sets(st.sampled_from(sorted(optional)), max_size=1)):
        made[name] = draw(optional[name])
    return made


@st.composite
def stages(draw: st.DrawFn) -> Shape:
    made = stage(draw(NAMES), *draw(st.lists(actions(), min_size=1, max_size=3)))
    provider = st.sampled_from(["VariableCheck", "CodeBuild", "Weather"])
    for gate in draw(
        st.sets(st.sampled_from(["beforeEntry", "onSuccess", "onFailure"]), max_size=1)
    ):
        condition = {"result": draw(RESULTS), "rules": [rule(draw(provider))]}
        made[gate] = {"conditions": [condition]}
        if gate == "onFailure" and draw(st.booleans()):
            made[gate] = {"result": draw(RESULTS)}
    return made


@st.composite
def declarations(draw: st.DrawFn) -> Shape:
    made: Shape = {
        "name": f"p{next(NUMBERS)}",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [stage("Source", s3_source()), *draw(st.lists(stages(), min_size=1, max_size=3))],
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "pipelineType": st.sampled_from(["V1", "V2"]),
        "executionMode": st.sampled_from(["SUPERSEDED", "QUEUED", "PARALLEL"]),
        "variables": st.lists(NAMES.map(lambda name: {"name": name}), max_size=3),
        "artifactStores": st.just({"us-east-1": {"type": "S3", "location": "artifacts"}}),
        "version": st.integers(1, 9),
    }
    for name in draw(st.sets(st.sampled_from(sorted(optional)), max_size=2)):
        made[name] = draw(optional[name])
    return made


def outcome(client: Any, declaration: Shape) -> tuple[Shape, Shape]:
    """Return the pipeline and no error, or no pipeline and the error."""
    try:
        return client.create_pipeline(pipeline=declaration)["pipeline"], {}
    except ClientError as error:
        return {}, dict(error.response["Error"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(declarations())
def test_a_declaration_is_a_pipeline_or_an_error_of_the_model(
    aws: OfflineAWS, declaration: Shape
) -> None:
    client = boto3.client("codepipeline")
    name = declaration["name"]
    declared, error = outcome(client, declaration)
    if error:
        assert error["Code"] in {*MODELLED, "NotSimulatedOffline"}
        assert error["Message"]
        assert name not in [one["name"] for one in client.list_pipelines()["pipelines"]]
        return
    assert client.get_pipeline(name=name)["pipeline"] == declared
    assert client.update_pipeline(pipeline=declared)["pipeline"] == {**declared, "version": 2}
