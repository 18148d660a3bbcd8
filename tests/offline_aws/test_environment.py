"""One offline AWS: its beginning, its end, and what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import boto3
import botocore.session
import botocore.waiter
import pytest
from botocore.exceptions import ClientError

from offline_aws import AlreadyRunningError, ClockError, NotRunningError, OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def queues(**client: str) -> list[str]:
    return boto3.client("sqs", **client).list_queues().get("QueueUrls", [])


def test_a_new_environment_does_not_see_the_last_one() -> None:
    with OfflineAWS():
        boto3.client("sqs").create_queue(QueueName="orders")
        assert len(queues()) == 1
    with OfflineAWS():
        assert queues() == []


def test_reset_empties_the_account_and_puts_the_clock_back() -> None:
    with OfflineAWS(now=MONDAY) as aws:
        clock = aws.clock
        client = boto3.client("sqs")
        client.create_queue(QueueName="orders")
        clock.advance(days=3)
        aws.reset()
        assert "QueueUrls" not in client.list_queues()
        assert aws.clock is clock
        assert clock.now() == MONDAY


def test_regions_are_separate() -> None:
    with OfflineAWS(region="eu-central-1"):
        boto3.client("sqs").create_queue(QueueName="orders")
        assert len(queues(region_name="eu-central-1")) == 1
        assert queues(region_name="us-east-1") == []


def test_accounts_are_separate() -> None:
    with OfflineAWS():
        boto3.client("sqs").create_queue(QueueName="orders")
        role = boto3.client("sts").assume_role(
            RoleArn="arn:aws:iam::210987654321:role/shop", RoleSessionName="shop"
        )["Credentials"]
        other = {
            "aws_access_key_id": role["AccessKeyId"],
            "aws_secret_access_key": role["SecretAccessKey"],
            "aws_session_token": role["SessionToken"],
        }
        assert queues(**other) == []
        assert boto3.client("sts", **other).get_caller_identity()["Account"] == "210987654321"


def test_only_one_runs_at_a_time() -> None:
    with OfflineAWS() as aws, pytest.raises(AlreadyRunningError, match="Stop it first"):
        OfflineAWS().start()
    assert not aws.running
    with OfflineAWS() as again:
        assert again.running


def test_an_error_inside_stops_it() -> None:
    with pytest.raises(ZeroDivisionError), OfflineAWS() as aws:
        1 / 0  # noqa: B018
    assert not aws.running


def test_stop_twice_and_start_again() -> None:
    aws = OfflineAWS(now=MONDAY).start()
    aws.stop()
    aws.stop()
    aws.start()
    assert queues() == []
    aws.stop()


def test_reset_needs_a_running_environment() -> None:
    with pytest.raises(NotRunningError, match=r"start\(\)"):
        OfflineAWS().reset()


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ClockError, match="aware"):
        OfflineAWS(now=datetime(2026, 1, 5))


def test_starts_at_the_real_now_by_default() -> None:
    before = datetime.now(UTC)
    with OfflineAWS() as aws:
        assert before - timedelta(minutes=1) < aws.clock.now() <= datetime.now(UTC)


def test_puts_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.delenv("AWS_REGION", raising=False)
    session, waiter_time, before = boto3.DEFAULT_SESSION, botocore.waiter.time, dict(os.environ)
    with OfflineAWS():
        assert "AWS_PROFILE" not in os.environ
        assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is session
    assert botocore.waiter.time is waiter_time


def test_the_descriptions_of_services_are_read_once() -> None:
    def loader() -> object:
        return botocore.session.get_session().get_component("data_loader")

    with OfflineAWS() as aws:
        first = loader()
        aws.reset()
        assert loader() is first
    with OfflineAWS():
        assert loader() is first
    assert loader() is not first


def test_timestamps_are_on_the_clock() -> None:
    with OfflineAWS(now=MONDAY) as aws:
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        s3.create_bucket(Bucket="releases")
        aws.clock.advance(days=4, hours=12)
        s3.put_object(Bucket="releases", Key="a", Body=b"")
        logs = boto3.client("logs")
        logs.create_log_group(logGroupName="g")
        made = s3.list_buckets()["Buckets"][0]["CreationDate"]
        put = s3.head_object(Bucket="releases", Key="a")["LastModified"]
        group = logs.describe_log_groups()["logGroups"][0]["creationTime"]
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])
    friday = MONDAY + timedelta(days=4, hours=12)
    assert (made, put) == (MONDAY, friday)
    assert datetime.fromtimestamp(group / 1000, UTC) == friday
    stamp = float(queue["Attributes"]["CreatedTimestamp"])
    assert datetime.fromtimestamp(stamp, UTC) == friday


def test_the_machine_s_time_zone_shifts_nothing() -> None:
    code = (
        "import boto3\nfrom datetime import *\nfrom offline_aws import OfflineAWS\n"
        "now = datetime(2026, 1, 5, 9, tzinfo=UTC)\n"
        "with OfflineAWS(now=now):\n"
        "    ec2 = boto3.client('ec2')\n"
        "    volume = ec2.create_volume(Size=1, AvailabilityZone='us-east-1a')\n"
        "    assert volume['CreateTime'] == now, volume['CreateTime']\n"
        "    boto3.client('ecr').create_repository(repositoryName='shop')\n"
        "    made = boto3.client('ecr').describe_repositories()['repositories'][0]['createdAt']\n"
        "    assert made == now, made\n"
    )
    env = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_real_time_goes_on_between_calls() -> None:
    with OfflineAWS(now=MONDAY):
        boto3.client("s3").list_buckets()
        assert abs(datetime.now(UTC) - MONDAY) > timedelta(days=1)


def test_a_waiter_moves_the_clock_instead_of_the_afternoon() -> None:
    with OfflineAWS(now=MONDAY) as aws:
        s3 = boto3.client("s3")
        aws.clock.call_later(timedelta(seconds=12), lambda: s3.create_bucket(Bucket="late"))
        s3.get_waiter("bucket_exists").wait(Bucket="late")
        assert aws.clock.now() == MONDAY + timedelta(seconds=15)  # the waiter asks every 5 s


def test_two_runs_give_the_same_ids() -> None:
    def ids() -> list[str]:
        with OfflineAWS(now=MONDAY):
            ec2 = boto3.client("ec2")
            vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
            return [vpc, key]

    assert ids() == ids()


def test_the_first_environment_of_a_process_gives_the_ids_of_every_later_one() -> None:
    code = """
import boto3
from datetime import UTC, datetime
from offline_aws import OfflineAWS

def ids():
    # A service that asks another one: clients between services are made once a process.
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="a", MetricName="m", Namespace="n", Statistic="Sum", Period=60, Threshold=1,
        EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold",
        AlarmActions=["arn:aws:sns:us-east-1:123456789012:nobody"])
    boto3.client("cloudwatch").set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="r")
    return boto3.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

with OfflineAWS(now=datetime(2026, 1, 5, 9, tzinfo=UTC)) as aws:
    first = ids()
    aws.reset()
    print(first, ids())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    first, later = done.stdout.split()
    assert first == later


def test_moto_s_own_answers_are_aws_s_errors() -> None:
    with OfflineAWS(), pytest.raises(ClientError) as error:
        boto3.client("s3").head_bucket(Bucket="not-there")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
