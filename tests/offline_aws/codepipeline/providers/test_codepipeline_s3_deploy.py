"""Deployments to S3: files or the artifact itself, with their settings."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def site(shop: Any) -> None:
    shop.s3.create_bucket(Bucket="site")


def test_the_files_of_the_artifact_become_objects(shop: Any, act: Any) -> None:
    shop.commit(index__html="<h1>Shop</h1>", app__js="run()", notes="plain")
    deploy = act(
        "Deploy",
        "S3",
        BucketName="site",
        Extract="true",
        ObjectKey="v-#{Source.BranchName}",
        CacheControl="max-age=60, no-transform",
    )
    shop.pipeline(deploy)

    keys = [each["Key"] for each in shop.s3.list_objects_v2(Bucket="site")["Contents"]]
    assert keys == ["v-main/app.js", "v-main/index.html", "v-main/notes"]
    page = shop.s3.get_object(Bucket="site", Key="v-main/index.html")
    assert page["Body"].read() == b"<h1>Shop</h1>"
    assert (page["ContentType"], page["CacheControl"]) == ("text/html", "max-age=60, no-transform")
    result = shop.result("Deploy")
    assert result["externalExecutionSummary"] == "Deployment Succeeded"
    assert result["externalExecutionId"] == "site/v-main"


def test_what_an_earlier_deployment_left_stays(shop: Any, act: Any) -> None:
    shop.commit(old__txt="old")
    shop.pipeline(act("Deploy", "S3", BucketName="site", Extract="true"))
    tip = shop.codecommit.get_branch(repositoryName="shop", branchName="main")["branch"]
    shop.codecommit.create_commit(
        repositoryName="shop",
        branchName="main",
        parentCommitId=tip["commitId"],
        putFiles=[{"filePath": "new.txt", "fileContent": b"new"}],
        deleteFiles=[{"filePath": "old.txt"}],
    )
    shop.again()
    keys = [each["Key"] for each in shop.s3.list_objects_v2(Bucket="site")["Contents"]]
    assert keys == ["new.txt", "old.txt"]


def test_the_artifact_itself_is_put_under_its_key(shop: Any, act: Any) -> None:
    shop.commit(index__html="page")
    deploy = act(
        "Deploy",
        "S3",
        BucketName="site",
        Extract="false",
        ObjectKey="release/{datetime}.zip",
        CannedACL="public-read",
    )
    shop.pipeline(deploy)
    key = shop.s3.list_objects_v2(Bucket="site")["Contents"][0]["Key"]
    assert key == "release/2026-01-05_09-00-06.zip"
    assert shop.read("site", key)[:2] == b"PK"
    grants = shop.s3.get_object_acl(Bucket="site", Key=key)["Grants"]
    assert "http://acs.amazonaws.com/groups/global/AllUsers" in str(grants)


def test_a_missing_bucket_fails_the_action(shop: Any, act: Any) -> None:
    shop.commit(index__html="page")
    shop.pipeline(act("Deploy", "S3", BucketName="nothing", Extract="true"))
    code, message = shop.error("Deploy")
    assert code == "JobFailed"
    assert message.startswith("The specified bucket does not exist (Service: Amazon S3; ")
    assert "Error Code: NoSuchBucket" in message


def test_an_artifact_without_extraction_needs_a_key(shop: Any, act: Any) -> None:
    shop.commit(index__html="page")
    shop.pipeline(act("Deploy", "S3", BucketName="site", Extract="false"))
    assert shop.error("Deploy")[1] == "ObjectKey is required if Extract is false."


def test_an_artifact_that_the_build_did_not_make_cannot_be_read(shop: Any, act: Any) -> None:
    shop.commit(buildspec__yml="version: 0.2\nphases:\n  build:\n    commands: ['true']\n")
    shop.project()
    shop.pipeline(
        act("Build", "CodeBuild", outputs="Site", ProjectName="shop"),
        act("Deploy", "S3", inputs="Site", BucketName="site", Extract="true"),
    )
    place = shop.action("Deploy")["input"]["inputArtifacts"][0]["s3location"]
    assert shop.error("Deploy") == (
        "PermissionError",
        f"Unable to access the artifact with Amazon S3 object key '{place['key']}' located in the "
        "Amazon S3 artifact bucket 'artifacts'. The provided role does not have sufficient "
        "permissions.",
    )


def test_an_artifact_that_is_no_zip_file_cannot_be_extracted(shop: Any, act: Any) -> None:
    shop.commit(index__html="page")
    shop.source["configuration"]["OutputArtifactFormat"] = "CODEBUILD_CLONE_REF"
    shop.pipeline(act("Deploy", "S3", BucketName="site", Extract="true"))
    code, message = shop.error("Deploy")
    assert code == "ConfigurationError"
    assert message.startswith("The artifact Code is not a zip file: bucket: artifacts key: shop/")
