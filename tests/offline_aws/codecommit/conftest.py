"""Every answer of CodeCommit in these tests is checked against botocore's output shapes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from output_shapes import checked

import offline_aws.codecommit  # noqa: F401  registers the operations that are wrapped below
from offline_aws import OfflineAWS
from offline_aws.operations import REGISTRY

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Check every output; return the names of the operations that were answered."""
    names: set[str] = set()
    for name, function in REGISTRY["codecommit"].items():
        monkeypatch.setitem(
            REGISTRY["codecommit"], name, checked("codecommit", name, function, names)
        )
    return names


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    """An offline AWS on a Monday morning."""
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def client(aws: OfflineAWS) -> Any:
    """A CodeCommit client."""
    return boto3.client("codecommit")


@pytest.fixture
def shop(client: Any) -> str:
    """An empty repository named shop."""
    return str(
        client.create_repository(repositoryName="shop")["repositoryMetadata"]["repositoryName"]
    )
