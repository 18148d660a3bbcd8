"""Source actions: what they take, where they put it, and what they say of it."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

import offline_aws.codepipeline.providers  # noqa: F401 - registers them
from offline_aws import OfflineAWS
from offline_aws.codepipeline.provider import PROVIDERS, Artifact, Job, Revision, Status

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
Run = Callable[..., Status]


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        boto3.client("s3").create_bucket(Bucket="store")
        yield running


@pytest.fixture
def run(aws: OfflineAWS) -> Run:
    """Start a source action, as the engine does."""

    def start(provider: str, revision: Revision | None = None, **configuration: str) -> Status:
        return PROVIDERS["Source", "AWS", provider].start(
            Job(
                pipeline="shop",
                execution_id="e-1",
                stage="Source",
                action="Source",
                action_execution_id="a-1",
                region=aws.region,
                account="123456789012",
                configuration=configuration,
                inputs={},
                outputs={"Code": Artifact("Code", "store", "shop/Code/1.zip")},
                now=aws.clock.now(),
                revision=revision,
            )
        )

    return start


@pytest.fixture
def commit(aws: OfflineAWS) -> Callable[..., str]:
    """Commit files to the repository orders; return the commit's id."""
    client = boto3.client("codecommit")
    client.create_repository(repositoryName="orders")

    def make(files: list[dict[str, Any]], message: str) -> str:
        known = client.list_branches(repositoryName="orders")["branches"]
        more = {}
        if known:
            tip = client.get_branch(repositoryName="orders", branchName="main")["branch"]
            more["parentCommitId"] = tip["commitId"]
        answer = client.create_commit(
            repositoryName="orders",
            branchName="main",
            putFiles=files,
            commitMessage=message,
            authorName="Orders team",
            email="orders@shop.example",
            **more,
        )
        return str(answer["commitId"])

    return make


def file(path: str, content: str, mode: str = "NORMAL") -> dict[str, Any]:
    return {"filePath": path, "fileContent": content.encode(), "fileMode": mode}


def stored() -> bytes:
    answer = boto3.client("s3").get_object(Bucket="store", Key="shop/Code/1.zip")
    data: bytes = answer["Body"].read()
    return data


ORDERS = {"RepositoryName": "orders", "BranchName": "main"}


def test_codecommit_gives_the_whole_tree_with_its_modes(run: Run, commit: Any) -> None:
    files = [
        file("README.md", "read"),
        file("src/app.py", "print()"),
        file("run.sh", "#!/bin/sh", "EXECUTABLE"),
        file("link", "src/app.py", "SYMLINK"),
    ]
    newest = commit(files, "Begin the shop\n")

    status = run("CodeCommit", **ORDERS)

    with zipfile.ZipFile(io.BytesIO(stored())) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
        modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
    assert content == {each["filePath"]: each["fileContent"] for each in files}
    assert [oct(modes[name]) for name in ("README.md", "run.sh")] == ["0o100644", "0o100755"]
    assert stat.S_ISLNK(modes["link"])
    url = (
        "https://console.aws.amazon.com/codecommit/home?region=us-east-1"
        f"#/repository/orders/commit/{newest}"
    )
    assert status == Status(
        "Succeeded",
        summary="Begin the shop\n",
        external_id=newest,
        external_url=url,
        variables={
            "RepositoryName": "orders",
            "BranchName": "main",
            "CommitId": newest,
            "CommitMessage": "Begin the shop\n",
            "AuthorDate": "2026-01-05T09:00:00Z",
            "CommitterDate": "2026-01-05T09:00:00Z",
        },
        revision=Revision(newest, "Begin the shop\n", url, MONDAY, "COMMIT_ID"),
    )


def test_the_same_commit_makes_the_same_bytes(run: Run, commit: Any) -> None:
    commit([file("b", "1"), file("a", "2")], "One")
    run("CodeCommit", **ORDERS)
    first = stored()
    run("CodeCommit", **ORDERS)
    assert stored() == first


def test_codecommit_takes_the_commit_that_was_asked_for(run: Run, commit: Any) -> None:
    older = commit([file("a", "1")], "One")
    commit([file("a", "2")], "Two")

    status = run("CodeCommit", Revision(older, kind="COMMIT_ID"), **ORDERS)

    assert status.variables["CommitMessage"] == "One"
    assert zipfile.ZipFile(io.BytesIO(stored())).read("a") == b"1"


def test_a_missing_branch_fails_in_the_words_of_aws(run: Run, commit: Any) -> None:
    commit([file("a", "1")], "One")
    status = run("CodeCommit", RepositoryName="orders", BranchName="master")
    assert (status.state, status.error_code) == ("Failed", "ConfigurationError")
    assert status.error_message == (
        "The action failed because no branch named master was found in the selected AWS "
        "CodeCommit repository orders. Make sure you are using the correct branch name, and then "
        "try again. Error: null"
    )


def test_a_missing_repository_and_commit_fail(run: Run, commit: Any) -> None:
    commit([file("a", "1")], "One")
    missing = run("CodeCommit", RepositoryName="nothing", BranchName="main")
    assert "no AWS CodeCommit repository named nothing" in missing.error_message
    unknown = run("CodeCommit", Revision("0" * 40), **ORDERS)
    assert unknown.state == "Failed"
    assert "CommitIdDoesNotExistException" in unknown.error_message


@pytest.fixture
def put(aws: OfflineAWS) -> Callable[..., str]:
    """Put shop.zip into the versioned bucket sources; return the version's id."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="sources")
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})

    def make(content: bytes, key: str = "shop.zip", **metadata: str) -> str:
        answer = s3.put_object(Bucket="sources", Key=key, Body=content, Metadata=metadata)
        return str(answer["VersionId"])

    return make


SHOP = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip"}


def test_s3_gives_the_newest_version(run: Run, put: Callable[..., str]) -> None:
    put(b"old")
    newest = put(b"new")

    status = run("S3", **SHOP)

    assert stored() == b"new"
    assert status.summary == f"Amazon S3 version id: {newest}"
    assert status.external_id == newest
    assert status.variables == {
        "BucketName": "sources",
        "ObjectKey": "shop.zip",
        "ETag": "22af645d1859cb5ca6da0c484f1f37ea",
        "VersionId": newest,
    }
    assert status.revision is not None
    assert (status.revision.id, status.revision.created) == (newest, MONDAY)


def test_s3_takes_the_version_that_was_asked_for(run: Run, put: Callable[..., str]) -> None:
    older = put(b"old")
    put(b"new")
    run("S3", Revision(older, kind="S3_OBJECT_VERSION_ID"), **SHOP)
    assert stored() == b"old"


def test_s3_shows_the_summary_that_an_object_has_of_its_own(
    run: Run, put: Callable[..., str]
) -> None:
    put(b"new", **{"codepipeline-artifact-revision-summary": "Release 7"})
    assert run("S3", **SHOP).summary == "Release 7"


def test_another_key_is_taken_only_where_that_is_allowed(run: Run, put: Callable[..., str]) -> None:
    put(b"shop")
    put(b"other", key="other.zip")
    asked = Revision("other.zip", kind="S3_OBJECT_KEY")

    refused = run("S3", asked, **SHOP)
    assert "AllowOverrideForS3ObjectKey" in refused.error_message

    taken = run("S3", asked, AllowOverrideForS3ObjectKey="true", **SHOP)
    assert (taken.variables["ObjectKey"], stored()) == ("other.zip", b"other")


def test_s3_fails_for_what_is_not_there(run: Run, put: Callable[..., str]) -> None:
    put(b"shop")
    boto3.client("s3").create_bucket(Bucket="plain")
    for bucket, key, revision, message in (
        ("sources", "none.zip", None, "The object with key 'none.zip' does not exist."),
        ("nothing", "shop.zip", None, "The S3 bucket nothing does not exist."),
        ("plain", "shop.zip", None, "The S3 bucket plain is not versioned."),
        (
            "sources",
            "shop.zip",
            Revision("0000"),
            "The object with key 'shop.zip' has no version 0000.",
        ),
    ):
        status = run("S3", revision, S3Bucket=bucket, S3ObjectKey=key)
        assert (status.state, status.error_code) == ("Failed", "ConfigurationError")
        assert message in status.error_message
