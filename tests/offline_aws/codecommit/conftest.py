"""An offline AWS with a repository of CodeCommit, and people who call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


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


@pytest.fixture
def commit(client: Any, shop: str) -> Callable[..., str]:
    """Commit files to a branch of the shop; return the commit id.

    A value of None deletes the file. A branch that is not there is made at ``start``, main by
    default.
    """

    def make(branch: str = "main", start: str | None = None, **files: bytes | None) -> str:
        known = client.list_branches(repositoryName=shop)["branches"]
        if known and branch not in known:
            start = start or tip(client, "main")
            client.create_branch(repositoryName=shop, branchName=branch, commitId=start)
        parent = {"parentCommitId": tip(client, branch)} if known else {}
        paths = {name.replace("__", "/").replace("_", "."): value for name, value in files.items()}
        answer = client.create_commit(
            repositoryName=shop,
            branchName=branch,
            authorName="Ada",
            email="ada@example.com",
            commitMessage=f"Change {', '.join(paths)}",
            putFiles=[
                {"filePath": path, "fileContent": content}
                for path, content in paths.items()
                if content is not None
            ],
            deleteFiles=[{"filePath": path} for path, content in paths.items() if content is None],
            **parent,
        )
        return str(answer["commitId"])

    return make


def tip(client: Any, branch: str) -> str:
    """Return the commit id at the tip of a branch of the shop."""
    answer = client.get_branch(repositoryName="shop", branchName=branch)
    return str(answer["branch"]["commitId"])


@pytest.fixture
def client_of(aws: OfflineAWS) -> Callable[[str], Any]:
    """Make an IAM user, and return a client that calls with the user's key."""

    def make(name: str) -> Any:
        iam = boto3.client("iam")
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.client(
            "codecommit",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


@pytest.fixture
def request_id(client: Any, commit: Callable[..., str]) -> str:
    """Ask for a feature branch that changes one file to be merged into main."""
    commit(a=b"1\n", b=b"1\n")
    commit("feature", a=b"2\n")
    target = {"repositoryName": "shop", "sourceReference": "feature"}
    answer = client.create_pull_request(title="A feature", targets=[target])
    return str(answer["pullRequest"]["pullRequestId"])
