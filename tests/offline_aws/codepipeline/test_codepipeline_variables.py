"""Variables of pipelines and of actions, and revisions asked for at a start."""

from __future__ import annotations

from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import ClientError
from pipeline_lab import PipelineLab, approval, source, stage, work


def shown(lab: PipelineLab, execution: str) -> str:
    """Return what the approval shows whose custom data is a template."""
    return str(lab.actions(execution)[0]["input"]["resolvedConfiguration"]["CustomData"])


def gate(text: str) -> dict[str, object]:
    return stage("Gate", approval(configuration={"CustomData": text}))


def test_a_pipeline_s_variable_has_a_default_and_a_value(lab: PipelineLab) -> None:
    variables = [{"name": "TARGET", "defaultValue": "test"}]
    first = lab.declare(gate("to #{variables.TARGET}"), variables=variables)
    lab.wait()
    assert shown(lab, first) == "to test"
    assert lab.execution(first)["variables"] == [{"name": "TARGET", "resolvedValue": "test"}]
    lab.approve()
    second = lab.start(variables=[{"name": "TARGET", "value": "prod"}])
    lab.wait()
    assert shown(lab, second) == "to prod"


def test_a_variable_that_nobody_declared(lab: PipelineLab) -> None:
    lab.declare(gate("x"))
    with pytest.raises(ClientError, match="TARGET") as error:
        lab.start(variables=[{"name": "TARGET", "value": "prod"}])
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_variable_without_a_value(lab: PipelineLab) -> None:
    lab.declare(gate("#{variables.TARGET}"), variables=[{"name": "TARGET"}])
    with pytest.raises(ClientError, match="TARGET") as error:
        lab.start()
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_a_job_s_variables_reach_later_actions(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work(namespace="Tests")), gate("#{Tests.passed} passed"))
    lab.wait()
    lab.succeed(outputVariables={"passed": "42"})
    assert shown(lab, first) == "42 passed"


def test_a_variable_that_did_not_come_fails_the_action(lab: PipelineLab) -> None:
    first = lab.declare(stage("Test", work(namespace="Tests")), gate("#{Tests.passed} passed"))
    lab.wait()
    lab.succeed()
    assert lab.status(first) == "Failed"
    error = lab.action("Gate", "Approve")["errorDetails"]
    assert error["code"] == "ConfigurationError"
    assert "#{Tests.passed}" in error["message"]
    assert lab.actions(first)[0]["input"]["configuration"] == {
        "CustomData": "#{Tests.passed} passed"
    }


def test_an_execution_can_be_of_an_earlier_version(
    lab: PipelineLab, sources: Callable[[bytes], str]
) -> None:
    earlier = sources(b"earlier")
    sources(b"newest")
    lab.declare(stage("Test", work()))
    override = {
        "actionName": "Source",
        "revisionType": "S3_OBJECT_VERSION_ID",
        "revisionValue": earlier,
    }
    second = lab.start(sourceRevisions=[override])
    lab.wait(120)
    lab.succeed()
    (revision,) = lab.execution(second)["artifactRevisions"]
    assert revision["revisionId"] == earlier
    place = lab.actions(second)[-1]["output"]["outputArtifacts"][0]["s3location"]
    body = boto3.client("s3").get_object(Bucket=place["bucket"], Key=place["key"])["Body"]
    assert body.read() == b"earlier"


@pytest.mark.parametrize(
    ("action", "kind"), [("Other", "S3_OBJECT_VERSION_ID"), ("Source", "COMMIT_ID")]
)
def test_a_revision_that_is_no_source_s(lab: PipelineLab, action: str, kind: str) -> None:
    lab.declare(stage("Test", work()))
    override = {"actionName": action, "revisionType": kind, "revisionValue": "1"}
    with pytest.raises(ClientError) as error:
        lab.start(sourceRevisions=[override])
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_secrets_do_not_show_in_the_history(lab: PipelineLab) -> None:
    lab.client.create_custom_action_type(
        category="Deploy",
        provider="Ship",
        version="1",
        configurationProperties=[
            {"name": "Password", "required": True, "key": False, "secret": True}
        ],
        inputArtifactDetails={"minimumCount": 0, "maximumCount": 1},
        outputArtifactDetails={"minimumCount": 0, "maximumCount": 1},
    )
    type_id = {"category": "Deploy", "owner": "Custom", "provider": "Ship", "version": "1"}
    ship = {"name": "Ship", "actionTypeId": type_id, "configuration": {"Password": "hunter2"}}
    first = lab.declare(stage("Ship", ship))
    lab.wait()
    given = lab.actions(first)[0]["input"]
    assert given["configuration"] == given["resolvedConfiguration"] == {"Password": "****"}
    (job,) = lab.client.poll_for_jobs(actionTypeId=type_id)["jobs"]
    assert job["data"]["actionConfiguration"]["configuration"] == {"Password": "hunter2"}


def test_two_sources_run_beside_each_other(lab: PipelineLab) -> None:
    boto3.client("s3").put_object(Bucket="sources", Key="site.zip", Body=b"site")
    declaration = lab.declaration(gate("#{SourceVariables.ETag} #{SiteVariables.ETag}"))
    site = source("Site", S3ObjectKey="site.zip")
    declaration["stages"][0] = stage("Source", source(), site)
    lab.client.create_pipeline(pipeline=declaration)
    lab.wait()
    first = lab.executions()[0]
    assert len(first["sourceRevisions"]) == 2
    assert len(set(shown(lab, first["pipelineExecutionId"]).split())) == 2
