"""Who answers: tasks behind an address, versions behind an alias."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from devops_workbook.shop import AliasTraffic, Load, version_of
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("orders:1.5.0", "1.5.0"),
        ("registry.example.com:5000/shop/orders:1.5.0", "1.5.0"),
        ("registry.example.com:5000/orders", "latest"),
        ("orders:1.5.0@sha256:0123", "1.5.0"),
    ],
)
def test_a_version_is_the_tag_of_an_image(image: str, version: str) -> None:
    assert version_of(image) == version


def publish(client: Any, version: str) -> str:
    """Publish the function ``orders`` with a version's name in its environment."""
    client.update_function_configuration(
        FunctionName="orders", Environment={"Variables": {"ORDERS_VERSION": version}}
    )
    return str(client.publish_version(FunctionName="orders", Description=version)["Version"])


def test_an_alias_shares_the_requests_out_by_its_weights(aws: OfflineAWS) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return event\n")
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]
    client: Any = boto3.client("lambda")
    client.create_function(
        FunctionName="orders",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"ORDERS_VERSION": "1.4.0"}},
    )
    old, new = publish(client, "1.4.0"), publish(client, "1.5.0")
    client.create_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion=old,
        RoutingConfig={"AdditionalVersionWeights": {new: 0.25}},
    )
    traffic = AliasTraffic("orders", "live")
    load = Load(aws, traffic, rate=2000).start()
    aws.clock.advance(minutes=5)
    requests = load.table().groupby("version").requests.sum()
    assert requests["1.5.0"] / requests.sum() == pytest.approx(0.25, abs=0.02)
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[
            {"Name": "FunctionName", "Value": "orders"},
            {"Name": "Resource", "Value": "orders:live"},
        ],
        StartTime=MONDAY,
        EndTime=aws.clock.now(),
        Period=300,
        Statistics=["Sum"],
    )["Datapoints"]
    assert [each["Sum"] for each in found] == [float(requests.sum())]


def test_behind_no_alias_nobody_answers(aws: OfflineAWS) -> None:
    load = Load(aws, AliasTraffic("orders", "live")).start()
    aws.clock.advance(minutes=2)
    assert list(load.table().version) == ["", ""]
