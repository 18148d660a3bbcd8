"""A bucket that insists on TLS takes what boto3 sends, and one that denies does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS, clients


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with OfflineAWS():
        client = clients.client("s3", "us-east-1")
        client.create_bucket(Bucket="shop")
        yield client


def deny(s3: Any, **more: Any) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"],
        **more,
    }
    s3.put_bucket_policy(
        Bucket="shop", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )


@pytest.mark.parametrize("value", ["false", False, ["false"]])
def test_what_is_denied_without_tls_is_not_denied(s3: Any, value: Any) -> None:
    deny(s3, Condition={"Bool": {"aws:SecureTransport": value}})
    s3.put_object(Bucket="shop", Key="notes.txt", Body=b"1.0")
    assert s3.get_object(Bucket="shop", Key="notes.txt")["Body"].read() == b"1.0"


def test_what_is_denied_to_everybody_is_denied(s3: Any) -> None:
    deny(s3)
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="shop", Key="notes.txt", Body=b"2.0")


def test_what_is_denied_over_tls_is_denied(s3: Any) -> None:
    deny(s3, Condition={"Bool": {"aws:SecureTransport": "true"}})
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="shop", Key="notes.txt", Body=b"2.0")
