"""An offline AWS with an artifact bucket, a source bucket and a pipeline's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from declared import Refused, Shape
from pipeline_lab import STORE, PipelineLab

from offline_aws import OfflineAWS
from offline_aws.event_bus import Event, EventBus

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


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
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Return the events that were sent, from now on."""
    sent: list[Event] = []
    send = EventBus.send

    def recorded(bus: EventBus, event: Event) -> None:
        sent.append(event)
        send(bus, event)

    monkeypatch.setattr(EventBus, "send", recorded)
    return sent


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


@pytest.fixture
def sources(aws: OfflineAWS) -> Callable[[bytes], str]:
    """Put shop.zip into the versioned bucket sources; return the id of the object's version."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="sources")
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})

    def put(content: bytes) -> str:
        answer = s3.put_object(Bucket="sources", Key="shop.zip", Body=content)
        return str(answer["VersionId"])

    put(b"first")
    return put


@pytest.fixture
def lab(aws: OfflineAWS, sources: Callable[[bytes], str]) -> PipelineLab:
    """An account with a source, and the action type of a job worker."""
    return PipelineLab(aws)
