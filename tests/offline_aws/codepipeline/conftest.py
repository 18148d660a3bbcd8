"""An offline AWS with an artifact bucket, and small pipelines to run in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from declared import Refused, Shape
from output_shapes import checked

import offline_aws.codepipeline  # noqa: F401  registers the operations that are wrapped below
from offline_aws import OfflineAWS
from offline_aws.operations import REGISTRY

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/pipeline"
STORE = "artifacts"


@pytest.fixture(autouse=True)
def _outputs_fit_their_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which an operation returns what AWS's model does not have."""
    for name, function in REGISTRY["codepipeline"].items():
        wrapped = checked("codepipeline", name, function)
        monkeypatch.setitem(REGISTRY["codepipeline"], name, wrapped)


@pytest.fixture(scope="module")
def refused() -> Iterator[Refused]:
    """Return the code and the message with which a declaration is refused, and nothing is kept.

    All tests of a module share the environment, which none of them changes.
    """
    with OfflineAWS(now=MONDAY):
        client = boto3.client("codepipeline")

        def code_and_message(declaration: Shape) -> tuple[str, str]:
            with pytest.raises(ClientError) as caught:
                client.create_pipeline(pipeline=declaration)
            assert client.list_pipelines()["pipelines"] == []
            error = caught.value.response["Error"]
            return error["Code"], error["Message"]

        yield code_and_message


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    """An offline AWS on a Monday morning, with the bucket of the artifacts."""
    with OfflineAWS(now=MONDAY) as running:
        boto3.client("s3").create_bucket(Bucket=STORE)
        yield running


@pytest.fixture
def client(aws: OfflineAWS) -> Any:
    """A CodePipeline client."""
    return boto3.client("codepipeline")


def source(name: str = "Source", **configuration: str) -> dict[str, Any]:
    """Return a source action that reads shop.zip from the versioned bucket sources."""
    settings = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip", "PollForSourceChanges": "false"}
    return {
        "name": name,
        "actionTypeId": type_of("Source", "S3"),
        "configuration": settings | configuration,
        "outputArtifacts": [{"name": f"{name}Output"}],
        "namespace": f"{name}Variables",
    }


def approval(name: str = "Approve", **more: Any) -> dict[str, Any]:
    """Return an action that waits for an approval."""
    return {"name": name, "actionTypeId": type_of("Approval", "Manual"), **more}


def type_of(category: str, provider: str, owner: str = "AWS") -> dict[str, str]:
    """Return the id of an action type."""
    return {"category": category, "owner": owner, "provider": provider, "version": "1"}


def stage(name: str, *actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a stage of these actions."""
    return {"name": name, "actions": list(actions), **more}


@pytest.fixture
def sources(aws: OfflineAWS) -> Callable[[bytes], str]:
    """Put shop.zip into the bucket sources; return the id of the object's version."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="sources")
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})

    def put(content: bytes) -> str:
        answer = s3.put_object(Bucket="sources", Key="shop.zip", Body=content)
        return str(answer["VersionId"])

    put(b"first")
    return put


@pytest.fixture
def declare(client: Any, sources: Callable[[bytes], str]) -> Callable[..., str]:
    """Create a pipeline of a source stage and the stages given; return its name."""

    def make(*stages: dict[str, Any], name: str = "shop", **more: Any) -> str:
        pipeline = {
            "name": name,
            "roleArn": ROLE,
            "artifactStore": {"type": "S3", "location": STORE},
            "stages": [stage("Source", source()), *stages],
            "pipelineType": "V2",
            **more,
        }
        client.create_pipeline(pipeline=pipeline)
        return name

    return make
