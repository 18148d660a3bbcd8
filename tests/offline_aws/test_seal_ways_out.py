"""Ways out of the seal that need no setting: old sessions, deliveries, requests, S3's queries."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tripwire(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail the test that looks a host up or connects to one."""
    reached: list[object] = []

    def trip(*where: object, **_: object) -> None:
        reached.append(where)
        raise OSError(f"tripwire: {where}")

    monkeypatch.setattr(socket, "getaddrinfo", trip)
    monkeypatch.setattr(socket.socket, "connect", trip)
    yield
    assert reached == []


@pytest.mark.parametrize("profile", ["process", "sso", None])
@pytest.mark.parametrize("first", ["boto3", "moto"])
def test_a_session_made_before_asks_nobody_for_credentials(
    profile: str | None, first: str, tmp_path: Path
) -> None:
    config, ran = tmp_path / "config", tmp_path / "ran"
    config.write_text(
        f"[profile process]\ncredential_process = touch {ran}\n"
        "[profile sso]\nsso_start_url = https://example.awsapps.com/start\n"
        "sso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = admin\n"
    )
    code = (
        f"import {first}, boto3\n"
        f"old = boto3.Session(profile_name={profile!r}, region_name='us-east-1')\n"
        "old.available_profiles\n"
        "from offline_aws import OfflineAWS\n"
        "with OfflineAWS():\n"
        "    print(old.client('sts').get_caller_identity()['Account'])\n"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env = {**inherited, "AWS_CONFIG_FILE": str(config)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout == "123456789012\n", done.stderr
    assert not ran.exists()


def test_a_session_keeps_the_keys_that_it_was_given() -> None:
    with OfflineAWS():
        role = boto3.client("sts").assume_role(
            RoleArn="arn:aws:iam::210987654321:role/shop", RoleSessionName="shop"
        )["Credentials"]
        session = boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
        assert session.client("sts").get_caller_identity()["Account"] == "210987654321"


def test_a_service_that_wants_a_sign_on_is_refused_by_name() -> None:
    with OfflineAWS(), pytest.raises(ClientError, match="codecatalyst ListSpaces is not simulated"):
        boto3.client("codecatalyst").list_spaces()


def test_a_topic_s_subscriber_on_the_web_is_not_reached() -> None:
    with OfflineAWS():
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="releases")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://example.com/hook")
        assert sns.publish(TopicArn=topic, Message="out")["MessageId"]


def test_a_presigned_url_is_answered_on_the_clock() -> None:
    with OfflineAWS(now=MONDAY):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="shop")
        at = {"Bucket": "shop", "Key": "notes"}
        requests.put(s3.generate_presigned_url("put_object", Params=at), b"text", timeout=5)
        url = s3.generate_presigned_url("get_object", Params=at)
        assert requests.get(url, timeout=5).content == b"text"
        assert s3.head_object(**at)["LastModified"] == MONDAY


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://ssm.us-east-1.amazonaws.com/", 501),
        ("https://datazone.us-east-1.api.aws/domains", 503),
    ],
)
def test_what_requests_asks_of_aws_is_refused(url: str, status: int) -> None:
    target = {"X-Amz-Target": "AmazonSSM.ListNodes"}
    with OfflineAWS():
        assert requests.post(url, "{}", headers=target, timeout=5).status_code == status


def test_no_operation_of_s3_is_taken_for_another() -> None:
    with OfflineAWS():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="shop")
        metrics = {"Bucket": "shop", "Id": "a"}
        for call in (s3.delete_bucket_metrics_configuration, s3.get_bucket_metrics_configuration):
            with pytest.raises(ClientError, match="is not simulated offline"):
                call(**metrics)
        with pytest.raises(ClientError, match="is not simulated offline"):
            s3.put_bucket_request_payment(
                Bucket="new", RequestPaymentConfiguration={"Payer": "Requester"}
            )
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["shop"]
        s3.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
        assert s3.get_bucket_versioning(Bucket="shop")["Status"] == "Enabled"


@pytest.mark.parametrize(
    ("service", "operation"),
    [("opensearch", "describe_reserved_instances"), ("batch", "list_service_jobs")],
)
def test_a_service_with_names_of_its_own_in_moto_is_refused_alike(
    service: str, operation: str
) -> None:
    with OfflineAWS(), pytest.raises(ClientError, match="is not simulated offline"):
        getattr(boto3.client(service), operation)()
