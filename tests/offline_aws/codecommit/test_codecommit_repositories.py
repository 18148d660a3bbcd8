"""Repositories are made, found, listed, changed and deleted as in AWS."""

from __future__ import annotations

import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

ARN = "arn:aws:codecommit:us-east-1:123456789012:shop"
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def test_a_repository_is_described_as_aws_does(client: Any) -> None:
    created = client.create_repository(repositoryName="shop", repositoryDescription="The <shop>")
    metadata = created["repositoryMetadata"]
    assert metadata == client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert len(metadata.pop("repositoryId")) == 36
    assert metadata == {
        "accountId": "123456789012",
        "repositoryName": "shop",
        "repositoryDescription": "The <shop>",
        "creationDate": MONDAY,
        "lastModifiedDate": MONDAY,
        "cloneUrlHttp": "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop",
        "cloneUrlSsh": "ssh://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop",
        "Arn": ARN,
    }


def test_a_repository_is_a_folder_of_git_s(client: Any, shop: str, aws: OfflineAWS) -> None:
    folder = aws.folder / "codecommit" / "123456789012" / "us-east-1" / "shop.git"
    command = ["git", "-C", str(folder), "symbolic-ref", "HEAD"]
    assert subprocess.check_output(command, text=True) == "refs/heads/main\n"
    client.update_repository_name(oldName="shop", newName="store")
    assert not folder.exists()
    assert folder.with_name("store.git").exists()
    client.delete_repository(repositoryName="store")
    assert list(folder.parent.iterdir()) == []


def test_files_are_there_for_whoever_looks(client: Any, aws: OfflineAWS) -> None:
    for name in ("first", "former", "gone"):
        client.create_repository(repositoryName=name)
    client.update_repository_name(oldName="former", newName="second")
    client.delete_repository(repositoryName="gone")
    folder = aws.folder / "codecommit" / "123456789012" / "us-east-1"
    client.create_repository(repositoryName="third")
    assert sorted(each.name for each in folder.iterdir()) == [
        "first.git",
        "second.git",
        "third.git",
    ]
    for each in folder.iterdir():
        assert subprocess.check_output(["git", "-C", str(each), "rev-list", "--all"]) == b""


def test_a_repository_has_no_files_before_they_are_needed(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client.create_repository(repositoryName="shop")
    assert client.list_branches(repositoryName="shop")["branches"] == []
    assert "defaultBranch" not in client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert list(tmp_path.rglob("*.git")) == []
    client.put_file(repositoryName="shop", branchName="main", filePath="a", fileContent=b"a")
    assert client.list_branches(repositoryName="shop")["branches"] == ["main"]
    assert len(list(tmp_path.rglob("*.git"))) == 1


def test_ids_are_the_same_in_every_run_and_differ_by_region() -> None:
    found = []
    for region in ("us-east-1", "us-east-1", "eu-west-1"):
        with OfflineAWS(region=region):
            client = boto3.client("codecommit")
            names = ("a", "b")
            answers = [client.create_repository(repositoryName=name) for name in names]
        found.append([answer["repositoryMetadata"]["repositoryId"] for answer in answers])
    assert found[0] == found[1]
    assert len({*found[0], *found[2]}) == 4


@pytest.mark.parametrize("name", ["a b", "shop.git", "shop/x", "süß", "x" * 101])
def test_names_that_aws_refuses(client: Any, name: str) -> None:
    assert code(client.create_repository, repositoryName=name) == "InvalidRepositoryNameException"


def test_a_name_is_used_once(client: Any, shop: str) -> None:
    with pytest.raises(client.exceptions.RepositoryNameExistsException) as error:
        client.create_repository(repositoryName="shop")
    assert error.value.response["Error"]["Message"] == "Repository named shop already exists"
    with pytest.raises(client.exceptions.RepositoryDoesNotExistException) as missing:
        client.get_repository(repositoryName="other")
    assert missing.value.response["Error"]["Message"] == "other does not exist"


def test_several_at_once_and_those_that_are_not_there(client: Any, shop: str) -> None:
    answer = client.batch_get_repositories(repositoryNames=["shop", "other"])
    assert [each["repositoryName"] for each in answer["repositories"]] == ["shop"]
    assert answer["repositoriesNotFound"] == ["other"]
    assert answer["errors"][0]["errorCode"] == "RepositoryDoesNotExistException"
    call = client.batch_get_repositories
    assert code(call, repositoryNames=[]) == "RepositoryNamesRequiredException"
    assert code(call, repositoryNames=["a"] * 101) == "MaximumRepositoryNamesExceededException"


def test_a_list_is_sorted_and_comes_in_pages(client: Any, aws: OfflineAWS) -> None:
    for name in ("b", "c", "a"):
        client.create_repository(repositoryName=name)
        aws.clock.advance(minutes=1)

    def names(**order: str) -> str:
        return "".join(
            each["repositoryName"] for each in client.list_repositories(**order)["repositories"]
        )

    assert names() == "abc"
    assert names(order="descending") == "cba"
    assert names(sortBy="lastModifiedDate") == "bca"
    assert names(sortBy="lastModifiedDate", order="descending") == "acb"
    token = "bm90IGEgdG9rZW4="
    assert code(client.list_repositories, nextToken=token) == "InvalidContinuationTokenException"
    assert code(client.list_repositories, sortBy="size") == "InvalidSortByException"
    assert code(client.list_repositories, order="any") == "InvalidOrderException"


def test_a_thousand_repositories_are_a_page(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from offline_aws.codecommit import repositories

    monkeypatch.setattr(repositories, "_PAGE", 2)
    for name in "abc":
        client.create_repository(repositoryName=name)
    pages = list(client.get_paginator("list_repositories").paginate())
    assert [len(page["repositories"]) for page in pages] == [2, 1]


def test_description_and_key_are_changed(client: Any, shop: str, aws: OfflineAWS) -> None:
    aws.clock.advance(hours=1)
    client.update_repository_description(repositoryName=shop, repositoryDescription="new")
    first = client.update_repository_encryption_key(repositoryName=shop, kmsKeyId="alias/one")
    second = client.update_repository_encryption_key(repositoryName=shop, kmsKeyId="alias/two")
    metadata = client.get_repository(repositoryName=shop)["repositoryMetadata"]
    assert metadata["repositoryDescription"] == "new"
    assert (metadata["lastModifiedDate"] - metadata["creationDate"]).seconds == 3600
    assert "originalKmsKeyId" not in first
    assert (second["originalKmsKeyId"], metadata["kmsKeyId"]) == ("alias/one", "alias/two")
    change = client.update_repository_description
    text = {"repositoryName": shop, "repositoryDescription": "x" * 1001}
    assert code(change, **text) == "InvalidRepositoryDescriptionException"
    client.update_repository_description(repositoryName=shop)
    again = client.get_repository(repositoryName=shop)["repositoryMetadata"]
    assert "repositoryDescription" not in again


def test_a_rename_keeps_the_id(client: Any, shop: str) -> None:
    before = client.get_repository(repositoryName=shop)["repositoryMetadata"]
    client.create_repository(repositoryName="other")
    rename = client.update_repository_name
    assert code(rename, oldName="x", newName="y") == "RepositoryDoesNotExistException"
    assert code(rename, oldName=shop, newName="other") == "RepositoryNameExistsException"
    rename(oldName=shop, newName="store")
    after = client.get_repository(repositoryName="store")["repositoryMetadata"]
    assert after["repositoryId"] == before["repositoryId"]
    assert after["Arn"].endswith(":store")


def test_to_delete_twice_is_no_error(client: Any, shop: str) -> None:
    assert "repositoryId" in client.delete_repository(repositoryName=shop)
    assert "repositoryId" not in client.delete_repository(repositoryName=shop)


def test_tags(client: Any) -> None:
    client.create_repository(repositoryName="shop", tags={"team": "web"})
    client.tag_resource(resourceArn=ARN, tags={"team": "shop", "cost": "1"})
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "shop", "cost": "1"}
    client.untag_resource(resourceArn=ARN, tagKeys=["cost", "other"])
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "shop"}


@pytest.mark.parametrize(
    ("arn", "tags", "error"),
    [
        (ARN, {"aws:x": "1"}, "InvalidSystemTagUsageException"),
        (ARN, {}, "TagsMapRequiredException"),
        (ARN, {str(number): "" for number in range(51)}, "TooManyTagsException"),
        (ARN, {"x" * 129: ""}, "InvalidTagsMapException"),
        (ARN + "2", {"a": "b"}, "RepositoryDoesNotExistException"),
        ("arn:aws:s3:::shop", {"a": "b"}, "InvalidResourceArnException"),
    ],
)
def test_tags_that_aws_refuses(
    client: Any, shop: str, arn: str, tags: dict[str, str], error: str
) -> None:
    assert code(client.tag_resource, resourceArn=arn, tags=tags) == error


TRIGGER = {
    "name": "notify",
    "destinationArn": "arn:aws:sns:us-east-1:123456789012:commits",
    "events": ["all"],
}


def test_triggers_are_kept(client: Any, shop: str) -> None:
    assert client.get_repository_triggers(repositoryName=shop)["triggers"] == []
    put = client.put_repository_triggers(repositoryName=shop, triggers=[TRIGGER])
    got = client.get_repository_triggers(repositoryName=shop)
    assert got["configurationId"] == put["configurationId"]
    assert got["triggers"] == [{**TRIGGER, "branches": []}]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "a b"}, "InvalidRepositoryTriggerNameException"),
        ({"name": ""}, "RepositoryTriggerNameRequiredException"),
        ({"events": []}, "RepositoryTriggerEventsListRequiredException"),
        ({"events": ["push"]}, "InvalidRepositoryTriggerEventsException"),
        ({"events": ["all", "createReference"]}, "InvalidRepositoryTriggerEventsException"),
        ({"destinationArn": ""}, "RepositoryTriggerDestinationArnRequiredException"),
        ({"destinationArn": "x"}, "InvalidRepositoryTriggerDestinationArnException"),
        (
            {"destinationArn": "arn:aws:sns:eu-west-1:123456789012:x"},
            "InvalidRepositoryTriggerRegionException",
        ),
        ({"branches": ["b"] * 11}, "MaximumBranchesExceededException"),
        ({"customData": "x" * 1001}, "InvalidRepositoryTriggerCustomDataException"),
    ],
)
def test_triggers_that_aws_refuses(
    client: Any, shop: str, change: dict[str, Any], error: str
) -> None:
    triggers = [{**TRIGGER, **change}]
    assert code(client.put_repository_triggers, repositoryName=shop, triggers=triggers) == error
