"""The shop's customers on App Runner: the version that runs answers, and instances follow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3

from devops_workbook.shop import AppRunnerTraffic, Load
from devops_workbook.shop.processes import provide
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders"


def push(version: str, *tags: str) -> None:
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [],
        "annotations": {"version": version},
    }
    for tag in (version, *tags):
        boto3.client("ecr").put_image(
            repositoryName="orders", imageManifest=json.dumps(manifest), imageTag=tag
        )


def test_customers_get_the_version_that_runs_and_instances_follow_them() -> None:
    with OfflineAWS(now=MONDAY) as aws:
        provide(aws)
        boto3.client("ecr").create_repository(repositoryName="orders")
        push("1.4.0", "production")
        runner: Any = boto3.client("apprunner")
        scaling = runner.create_auto_scaling_configuration(
            AutoScalingConfigurationName="few-ones", MaxConcurrency=1, MaxSize=3
        )["AutoScalingConfiguration"]["AutoScalingConfigurationArn"]
        image = {"ImageIdentifier": f"{REPOSITORY}:production", "ImageRepositoryType": "ECR"}
        role = {"AccessRoleArn": "arn:aws:iam::123456789012:role/ecr-access"}
        arn = runner.create_service(
            ServiceName="orders",
            SourceConfiguration={"ImageRepository": image, "AuthenticationConfiguration": role},
            AutoScalingConfigurationArn=scaling,
        )["Service"]["ServiceArn"]

        def status() -> str:
            return str(runner.describe_service(ServiceArn=arn)["Service"]["Status"])

        load = Load(aws, AppRunnerTraffic(arn), rate=600).start()
        aws.clock.advance(minutes=10)
        versions = list(load.table().version)
        assert (versions[0], versions[-1]) == ("", "1.4.0")
        push("1.5.0", "production")
        load.rate = 2400
        aws.clock.advance(minutes=10)
        assert set(load.table().version[-15:]) == {"1.4.0", "1.5.0"}
        assert load.table().version.iloc[-1] == "1.5.0"
        runner.pause_service(ServiceArn=arn)
        aws.clock.advance_until(lambda: status() == "PAUSED")
        aws.clock.advance(minutes=2)
        assert load.table().version.iloc[-1] == ""
        points = boto3.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/AppRunner",
            MetricName="ActiveInstances",
            Dimensions=[
                {"Name": "ServiceName", "Value": "orders"},
                {"Name": "ServiceID", "Value": arn.rpartition("/")[2]},
            ],
            StartTime=MONDAY,
            EndTime=aws.clock.now(),
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
        by_time = sorted(points, key=lambda point: point["Timestamp"])
        counts = [point["Maximum"] for point in by_time]
        # Ten requests a second of about 60 ms are one at a time; forty are two or three.
        assert counts[8] == 1
        assert counts[-6] in (2, 3)
