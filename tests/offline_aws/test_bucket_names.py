"""A bucket gets a name that S3 takes, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS, clients


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with OfflineAWS():
        yield clients.client("s3", "us-east-1")


@pytest.mark.parametrize(
    "name", ["shop_release_notes", "Shop", "ab", "-shop", "shop-", "a..b", "192.168.5.4", "s" * 64]
)
def test_a_name_that_s3_refuses_is_refused(s3: Any, name: str) -> None:
    with pytest.raises(ClientError, match="The specified bucket is not valid") as raised:
        s3.create_bucket(Bucket=name)
    assert raised.value.response["Error"]["Code"] == "InvalidBucketName"
    assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("name", ["abc", "shop-release-notes", "shop.example", "2026-01", "s" * 63])
def test_a_name_that_s3_takes_is_taken(s3: Any, name: str) -> None:
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="notes.txt", Body=b"1.0")
    s3.delete_object(Bucket=name, Key="notes.txt")
    s3.delete_bucket(Bucket=name)
