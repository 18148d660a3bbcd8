"""Subscription filters: events sent on to a function and to a stream."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from typing import Any

import boto3
import pytest
from log_lab import LogLab

CODE = "def handler(event, context):\n    print(event['awslogs']['data'])\n"


def function_arn() -> str:
    role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", CODE)
    made = boto3.client("lambda").create_function(
        FunctionName="alert",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
    )
    return str(made["FunctionArn"])


def subscribe(lab: LogLab, arn: str, pattern: str = "ERROR") -> None:
    lab.logs.put_subscription_filter(
        logGroupName="shop", filterName="errors", filterPattern=pattern, destinationArn=arn
    )


def opened(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


def test_a_function_gets_the_events_that_match_in_one_message(lab: LogLab) -> None:
    subscribe(lab, function_arn())
    lab.write("ERROR a", "fine", "ERROR b", every=1)
    lab.aws.clock.advance(seconds=5)
    lines = lab.logs.filter_log_events(
        logGroupName="/aws/lambda/alert", filterPattern="-START -END -REPORT"
    )["events"]
    (message,) = [opened(base64.b64decode(line["message"])) for line in lines]
    assert message["messageType"] == "DATA_MESSAGE"
    assert message["owner"] == "123456789012"
    assert (message["logGroup"], message["logStream"]) == ("shop", "web")
    assert message["subscriptionFilters"] == ["errors"]
    assert [event["message"] for event in message["logEvents"]] == ["ERROR a", "ERROR b"]


def test_a_stream_gets_the_events_that_match(lab: LogLab) -> None:
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="events")["StreamDescriptionSummary"]
    subscribe(lab, arn["StreamARN"])
    lab.write("ERROR a", "fine")
    shard = kinesis.list_shards(StreamName="events")["Shards"][0]["ShardId"]
    place = kinesis.get_shard_iterator(
        StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=place)["Records"]
    assert [event["message"] for event in opened(record["Data"])["logEvents"]] == ["ERROR a"]


def test_filters_are_listed_changed_and_deleted(lab: LogLab) -> None:
    arn = function_arn()
    subscribe(lab, arn)
    subscribe(lab, arn, pattern="FATAL")
    (found,) = lab.logs.describe_subscription_filters(logGroupName="shop")["subscriptionFilters"]
    assert found == {
        "logGroupName": "shop",
        "filterName": "errors",
        "filterPattern": "FATAL",
        "destinationArn": arn,
        "distribution": "ByLogStream",
        "creationTime": lab.time(),
    }
    lab.logs.delete_subscription_filter(logGroupName="shop", filterName="errors")
    listed = lab.logs.describe_subscription_filters(logGroupName="shop")
    assert listed["subscriptionFilters"] == []


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:none",
        "arn:aws:sqs:us-east-1:123456789012:queue",
        "alert",
    ],
)
def test_who_cannot_be_sent_to_is_refused(lab: LogLab, arn: str) -> None:
    with pytest.raises(lab.logs.exceptions.InvalidParameterException):
        subscribe(lab, arn)
