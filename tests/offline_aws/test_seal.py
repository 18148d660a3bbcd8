"""Nothing unsimulated answers, and nothing leaves the machine, whatever the machine holds."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError, ProfileNotFound

from offline_aws import OfflineAWS


@pytest.fixture(autouse=True)
def tripwire(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Record every look-up and every connection; the test fails if there was one."""
    reached: list[object] = []

    def trip(*where: object, **_: object) -> None:
        reached.append(where)
        raise OSError(f"tripwire: {where}")

    monkeypatch.setattr(socket, "getaddrinfo", trip)
    monkeypatch.setattr(socket, "create_connection", trip)
    monkeypatch.setattr(socket.socket, "connect", trip)
    yield reached
    assert reached == []


CONFIG = """
[profile sso]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = admin
[profile process]
credential_process = /bin/false
[profile role]
role_arn = arn:aws:iam::111122223333:role/admin
source_profile = keys
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret
endpoint_url = https://example.com
"""


@pytest.mark.parametrize(
    "variables",
    [
        {"AWS_PROFILE": "sso"},
        {"AWS_PROFILE": "process"},
        {"AWS_PROFILE": "role"},
        {"AWS_PROFILE": "keys"},
        {"AWS_PROFILE": "does-not-exist"},
        {"AWS_ENDPOINT_URL": "https://example.com"},
        {"AWS_ENDPOINT_URL_S3": "https://example.com"},
        {"AWS_CA_BUNDLE": "/no/such/file.pem"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/no/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/x"},
        {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"},
        {"AWS_DEFAULT_REGION": "ap-south-1", "AWS_REGION": "ap-south-2"},
        {"AWS_MAX_ATTEMPTS": "10", "AWS_RETRY_MODE": "adaptive"},
        {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"},
        {"MOTO_ACCOUNT_ID": "999999999999", "TEST_SERVER_MODE": "true"},
    ],
    ids=lambda variables: "+".join(f"{k}={v}" for k, v in variables.items())[:60],
)
def test_no_setting_of_the_machine_matters(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with OfflineAWS(region="us-east-1"):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="shop")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["shop"]
        assert s3.meta.region_name == "us-east-1"
        assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
        assert boto3.resource("s3").Bucket("shop").creation_date is not None


def test_explicit_credentials_stay_here() -> None:
    with OfflineAWS():
        client = boto3.client(
            "sts", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="secret"
        )
        assert client.get_caller_identity()["Account"] == "123456789012"


def test_a_named_profile_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with OfflineAWS(), pytest.raises(ProfileNotFound):
        boto3.Session(profile_name="keys").client("s3")


def test_the_default_session_of_before_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    before = boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        region_name="eu-west-3",
    )
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", before)
    with OfflineAWS(region="us-east-1"):
        assert boto3.client("sqs").meta.region_name == "us-east-1"
    assert boto3.DEFAULT_SESSION is before


@pytest.mark.parametrize("endpoint", ["https://example.com", "http://localhost:4566"])
def test_an_endpoint_of_one_s_own_is_refused(endpoint: str) -> None:
    with OfflineAWS(), pytest.raises(ClientError, match="endpoint_url of its own"):
        boto3.client("s3", endpoint_url=endpoint).list_buckets()


def test_moto_s_passthrough_is_closed() -> None:
    from moto.core.config import default_user_config

    passthrough = {"services": ["s3"], "urls": [".*"]}
    before = dict(default_user_config)
    default_user_config["core"] = {"passthrough": passthrough}  # type: ignore[typeddict-item]
    try:
        with OfflineAWS():
            assert boto3.client("s3").list_buckets()["Buckets"] == []
    finally:
        default_user_config.update(before)  # type: ignore[typeddict-item]


REFUSED = [
    ("proton", "list_services", {}),  # a service that moto lacks
    ("ssm", "list_nodes", {}),  # json
    ("cloudwatch", "list_managed_insight_rules", {"ResourceARN": "arn:aws:x:::y"}),
    ("autoscaling", "describe_account_limits", {}),  # query
    ("route53", "list_cidr_collections", {}),  # rest-xml
    ("lambda", "list_code_signing_configs", {}),  # rest-json
    ("ec2", "describe_aws_network_performance_metric_subscriptions", {}),  # ec2
    ("bedrock-runtime", "list_async_invokes", {}),
]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    REFUSED,
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_what_nothing_simulates_is_refused_at_once(
    service: str, operation: str, parameters: dict[str, str], mode: str
) -> None:
    from botocore.config import Config

    with OfflineAWS() as aws:
        before = aws.clock.now()
        client = boto3.client(service, config=Config(retries={"mode": mode}))
        sent: list[object] = []
        client.meta.events.register_first("before-send", lambda **_: sent.append(1))
        with pytest.raises(ClientError) as refusal:
            getattr(client, operation)(**parameters)
        assert aws.clock.now() == before
    error = refusal.value.response["Error"]
    assert error["Code"] == "NotSimulatedOffline"
    assert client.meta.method_to_api_mapping[operation] in error["Message"]
    assert len(sent) == 1


def test_the_refusal_lists_what_there_is_of_the_service() -> None:
    with OfflineAWS(), pytest.raises(ClientError) as refusal:
        boto3.client("ssm").list_nodes()
    message = refusal.value.response["Error"]["Message"]
    assert "ListNodes is not simulated offline" in message
    assert "AddTagsToResource" in message
    with OfflineAWS(), pytest.raises(ClientError, match=r"Nothing of proton is\."):
        boto3.client("proton").list_services()


def test_a_failure_inside_the_simulation_names_the_operation_and_the_cause() -> None:
    # moto's Kinesis takes an iterator apart without looking whether it is one.
    with OfflineAWS(), pytest.raises(ClientError) as failure:
        boto3.client("kinesis").get_records(ShardIterator="x")
    error = failure.value.response["Error"]
    assert error["Code"] == "OfflineInternalFailure"
    assert "GetRecords could not be simulated" in error["Message"]
    assert failure.value.__cause__ is not None


def test_a_client_made_before_is_answered_or_refused_never_sent() -> None:
    """A client made before moto was imported has no hook of moto's; it must not get out."""
    code = (
        "import boto3\n"
        "old = boto3.client('s3', region_name='us-east-1', aws_access_key_id='a',"
        " aws_secret_access_key='b')\n"
        "from offline_aws import OfflineAWS, OfflineAWSError\n"
        "with OfflineAWS():\n"
        "    try:\n"
        "        old.list_buckets()\n"
        "    except OfflineAWSError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "made before the offline AWS was started" in done.stdout, done.stderr


def test_the_metadata_service_is_never_asked() -> None:
    from botocore.utils import InstanceMetadataFetcher

    with OfflineAWS():
        assert (
            InstanceMetadataFetcher(timeout=1, num_attempts=1).retrieve_iam_role_credentials() == {}
        )
