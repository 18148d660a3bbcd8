"""Source actions: what they take, where they put it, and what they say of it."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from image_pushes import push

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
CONNECTION = "arn:aws:codestar-connections:us-east-1:123456789012:connection/abc"


@pytest.fixture
def take(shop: Any, act: Any) -> Callable[..., None]:
    """Create a pipeline with a source of a provider, and run that source."""

    def make(provider: str, name: str = "shop", **configuration: str) -> None:
        shop.source = act("Source", provider, inputs="", outputs="Code", **configuration)
        shop.wait = lambda name: shop.clock.advance(seconds=30)
        shop.pipeline(act("Approval", "Manual", inputs=""), name=name)

    return make


CODE = {"RepositoryName": "shop", "BranchName": "main"}


def revision(shop: Any) -> dict[str, Any]:
    """Return the source revision of the newest execution."""
    found = shop.codepipeline.list_pipeline_executions(pipelineName="shop")
    revisions = found["pipelineExecutionSummaries"][0]["sourceRevisions"]
    return dict(revisions[0])


def test_codecommit_gives_the_whole_tree_with_its_modes(
    shop: Any, take: Callable[..., None]
) -> None:
    files = [("README.md", "NORMAL"), ("src/app.py", "NORMAL"), ("run.sh", "EXECUTABLE")]
    put = [{"filePath": n, "fileContent": n.encode(), "fileMode": m} for n, m in files]
    put.append({"filePath": "link", "fileContent": b"src/app.py", "fileMode": "SYMLINK"})
    shop.codecommit.create_commit(repositoryName="shop", branchName="main", putFiles=put)

    take("CodeCommit", **CODE)

    with zipfile.ZipFile(io.BytesIO(shop.stored("Source", "Code"))) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
        modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
    assert content == {each["filePath"]: each["fileContent"] for each in put}
    assert [oct(modes[name]) for name in ("README.md", "run.sh")] == ["0o100644", "0o100755"]
    assert stat.S_ISLNK(modes["link"])


def test_codecommit_says_which_commit_it_took(shop: Any, take: Callable[..., None]) -> None:
    newest = shop.commit("Begin the shop\n", page="1")
    take("CodeCommit", **CODE)
    url = (
        "https://console.aws.amazon.com/codecommit/home?region=us-east-1"
        f"#/repository/shop/commit/{newest}"
    )
    assert shop.result("Source") == {
        "externalExecutionId": newest,
        "externalExecutionSummary": "Begin the shop\n",
        "externalExecutionUrl": url,
    }
    assert shop.variables("Source") == {
        "RepositoryName": "shop",
        "BranchName": "main",
        "CommitId": newest,
        "CommitMessage": "Begin the shop\n",
        "AuthorDate": "2026-01-05T09:00:00Z",
        "CommitterDate": "2026-01-05T09:00:00Z",
    }
    assert revision(shop) == {
        "actionName": "Source",
        "revisionId": newest,
        "revisionSummary": "Begin the shop\n",
        "revisionUrl": url,
    }


def test_the_same_commit_makes_the_same_bytes(shop: Any, take: Callable[..., None]) -> None:
    shop.commit(b="1", a="2")
    take("CodeCommit", **CODE)
    first = shop.stored("Source", "Code")
    shop.again()
    assert shop.stored("Source", "Code") == first


def test_codecommit_takes_the_commit_that_was_asked_for(
    shop: Any, take: Callable[..., None]
) -> None:
    older = shop.commit("One", page="1")
    shop.commit("Two", page="2")
    take("CodeCommit", **CODE)
    asked = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": older}
    shop.again(sourceRevisions=[asked])
    assert shop.variables("Source")["CommitMessage"] == "One"
    assert shop.artifact("Source", "Code") == {"page": "1"}


def test_a_missing_branch_fails_in_the_words_of_aws(shop: Any, take: Callable[..., None]) -> None:
    shop.commit(page="1")
    take("CodeCommit", RepositoryName="shop", BranchName="master")
    assert shop.error("Source") == (
        "ConfigurationError",
        "The action failed because no branch named master was found in the selected AWS "
        "CodeCommit repository shop. Make sure you are using the correct branch name, and then "
        "try again. Error: null",
    )


def test_a_missing_repository_and_commit_fail(shop: Any, take: Callable[..., None]) -> None:
    shop.commit(page="1")
    take("CodeCommit", **CODE)
    asked = {"actionName": "Source", "revisionType": "COMMIT_ID", "revisionValue": "0" * 40}
    shop.again(sourceRevisions=[asked])
    assert "Error Code: CommitIdDoesNotExistException" in shop.error("Source")[1]
    take("CodeCommit", name="other", RepositoryName="nothing", BranchName="main")
    details = shop.action("Source", "other")["output"]["executionResult"]["errorDetails"]
    assert "no AWS CodeCommit repository named nothing" in details["message"]


def test_a_connection_reads_from_codecommit(shop: Any, take: Callable[..., None]) -> None:
    newest = shop.commit("Begin", page="1")
    take(
        "CodeStarSourceConnection",
        ConnectionArn=CONNECTION,
        FullRepositoryId="team/shop",
        BranchName="main",
    )
    assert shop.artifact("Source", "Code") == {"page": "1"}
    assert shop.variables("Source") == {
        "AuthorDate": "2026-01-05T09:00:00Z",
        "BranchName": "main",
        "CommitId": newest,
        "CommitMessage": "Begin",
        "ConnectionArn": CONNECTION,
        "FullRepositoryName": "team/shop",
        "ProviderType": "GitHub",
    }
    summary = json.loads(revision(shop)["revisionSummary"])
    assert summary == {"ProviderType": "GitHub", "CommitMessage": "Begin"}


def test_a_missing_branch_of_a_connection_fails_in_the_words_of_aws(
    shop: Any, take: Callable[..., None]
) -> None:
    shop.commit(page="1")
    take(
        "CodeStarSourceConnection",
        ConnectionArn=CONNECTION,
        FullRepositoryId="team/shop",
        BranchName="develop",
    )
    assert shop.error("Source") == (
        "ConfigurationError",
        "[GitHub] No Branch [develop] found for FullRepositoryName [team/shop]",
    )


@pytest.fixture
def put(shop: Any) -> Callable[..., str]:
    """Put shop.zip into the versioned bucket sources; return the version's id."""
    enabled = {"Status": "Enabled"}
    shop.s3.create_bucket(Bucket="sources")
    shop.s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration=enabled)

    def make(content: bytes, key: str = "shop.zip", **metadata: str) -> str:
        answer = shop.s3.put_object(Bucket="sources", Key=key, Body=content, Metadata=metadata)
        return str(answer["VersionId"])

    return make


ZIP = {"S3Bucket": "sources", "S3ObjectKey": "shop.zip"}


def test_s3_gives_the_newest_version(
    shop: Any, take: Callable[..., None], put: Callable[..., str]
) -> None:
    put(b"old")
    newest = put(b"new")
    take("S3", **ZIP)
    assert shop.stored("Source", "Code") == b"new"
    assert shop.result("Source")["externalExecutionId"] == newest
    assert shop.variables("Source") == {
        "BucketName": "sources",
        "ObjectKey": "shop.zip",
        "ETag": "22af645d1859cb5ca6da0c484f1f37ea",
        "VersionId": newest,
    }
    assert revision(shop)["revisionId"] == newest
    assert revision(shop)["revisionSummary"] == f"Amazon S3 version id: {newest}"


def test_s3_takes_what_was_asked_for(
    shop: Any, take: Callable[..., None], put: Callable[..., str]
) -> None:
    older = put(b"old")
    put(b"new")
    put(b"other", key="other.zip")
    take("S3", AllowOverrideForS3ObjectKey="true", **ZIP)
    version = {"revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": older}
    shop.again(sourceRevisions=[{"actionName": "Source", **version}])
    assert shop.stored("Source", "Code") == b"old"
    key = {"revisionType": "S3_OBJECT_KEY", "revisionValue": "other.zip"}
    shop.again(sourceRevisions=[{"actionName": "Source", **key}])
    assert shop.stored("Source", "Code") == b"other"
    assert shop.variables("Source")["ObjectKey"] == "other.zip"


def test_another_key_is_taken_only_where_that_is_allowed(
    shop: Any, take: Callable[..., None], put: Callable[..., str]
) -> None:
    put(b"shop")
    put(b"other", key="other.zip")
    take("S3", **ZIP)
    key = {"revisionType": "S3_OBJECT_KEY", "revisionValue": "other.zip"}
    shop.again(sourceRevisions=[{"actionName": "Source", **key}])
    assert "AllowOverrideForS3ObjectKey is not true" in shop.error("Source")[1]


def test_s3_shows_the_summary_that_an_object_has_of_its_own(
    shop: Any, take: Callable[..., None], put: Callable[..., str]
) -> None:
    put(b"new", **{"codepipeline-artifact-revision-summary": "Release 7"})
    take("S3", **ZIP)
    assert shop.result("Source")["externalExecutionSummary"] == "Release 7"


@pytest.mark.parametrize(
    ("bucket", "key", "message"),
    [
        ("sources", "none.zip", "The object with key 'none.zip' does not exist."),
        ("nothing", "shop.zip", "The S3 bucket nothing does not exist."),
        ("plain", "shop.zip", "The S3 bucket plain is not versioned. A bucket that is the source"),
    ],
)
def test_s3_fails_for_what_is_not_there(
    bucket: str, key: str, message: str, shop: Any, take: Callable[..., None], put: Any
) -> None:
    put(b"shop")
    shop.s3.create_bucket(Bucket="plain")
    take("S3", S3Bucket=bucket, S3ObjectKey=key)
    code, found = shop.error("Source")
    assert code == "ConfigurationError"
    assert found.startswith(message)


def test_a_missing_version_is_named(
    shop: Any, take: Callable[..., None], put: Callable[..., str]
) -> None:
    put(b"shop")
    take("S3", **ZIP)
    version = {"revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": "0000"}
    shop.again(sourceRevisions=[{"actionName": "Source", **version}])
    assert shop.error("Source")[1] == "The object with key 'shop.zip' has no version 0000."


def test_an_image_is_described_by_a_file(shop: Any, take: Callable[..., None]) -> None:
    boto3.client("ecr").create_repository(repositoryName="orders")
    digest = push("orders", "latest")

    take("ECR", RepositoryName="orders")

    uri = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/orders@{digest}"
    assert shop.variables("Source") == {
        "ImageDigest": digest,
        "ImageTag": "latest",
        "ImageURI": uri,
        "RegistryId": "123456789012",
        "RepositoryName": "orders",
    }
    detail = json.loads(shop.artifact("Source", "Code")["imageDetail.json"])
    assert (detail["ImageURI"], detail["ImageTags"]) == (uri, ["latest"])
    assert detail["ImagePushedAt"] == "Mon Jan 05 09:00:00 UTC 2026"
    assert revision(shop)["revisionId"] == digest


def test_a_missing_image_is_named(shop: Any, take: Callable[..., None]) -> None:
    boto3.client("ecr").create_repository(repositoryName="orders")
    take("ECR", RepositoryName="orders", ImageTag="v9")
    code, message = shop.error("Source")
    assert code == "ConfigurationError"
    assert message.startswith("The image with imageTag 'v9' was not found in the Amazon ECR")
