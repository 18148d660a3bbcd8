"""Events of services and of one's own reach rules and targets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:events"
PAID = {"Source": "shop", "DetailType": "Paid", "Detail": '{"order": {"id": 7, "of": "Ada"}}'}


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def events(aws: OfflineAWS) -> Any:
    return boto3.client("events")


@pytest.fixture
def rule(events: Any) -> Callable[..., None]:
    """Make a queue, and a rule with one target, the queue by default."""

    def make(pattern: object, name: str = "rule", bus: str = "default", **target: object) -> None:
        boto3.client("sqs").create_queue(QueueName="events")
        events.put_rule(Name=name, EventPattern=json.dumps(pattern), EventBusName=bus)
        targets = [{"Id": "1", "Arn": QUEUE, **target}]
        events.put_targets(Rule=name, EventBusName=bus, Targets=targets)

    return make


def received() -> list[Any]:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    found = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in got]
    return found


def commit(repository: str = "shop", parent: str = "", content: bytes = b"1") -> str:
    codecommit = boto3.client("codecommit")
    if not parent:
        codecommit.create_repository(repositoryName=repository)
    named = {"parentCommitId": parent} if parent else {}
    put = {"repositoryName": repository, "branchName": "main", "filePath": "a"}
    return str(codecommit.put_file(fileContent=content, **put, **named)["commitId"])


def test_an_event_of_a_service_in_eventbridge_s_form(rule: Callable[..., None]) -> None:
    rule({"source": ["aws.codecommit"], "detail": {"referenceName": ["main"]}})
    made = commit()
    (event,) = received()
    assert event.pop("id")
    assert event.pop("detail")["commitId"] == made
    assert event == {
        "version": "0",
        "detail-type": "CodeCommit Repository State Change",
        "source": "aws.codecommit",
        "account": ACCOUNT,
        "time": "2026-01-05T09:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:codecommit:us-east-1:{ACCOUNT}:shop"],
    }


def test_only_enabled_rules_that_match_get_it(rule: Callable[..., None], events: Any) -> None:
    rule({"detail": {"referenceName": ["main"]}}, "main", Input='"main"')
    rule({"detail": {"referenceName": ["other"]}}, "other", Input='"other"')
    rule({"source": ["aws.codecommit"]}, "disabled", Input='"disabled"')
    events.disable_rule(Name="disabled")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    commit()
    assert received() == ["main"]


def test_ids_differ_and_are_those_of_every_run(rule: Callable[..., None]) -> None:
    code = (
        "import boto3; from offline_aws import OfflineAWS\n"
        "with OfflineAWS():\n"
        "    events = boto3.client('events')\n"
        f"    answer = events.put_events(Entries=[{PAID!r}, {PAID!r}])\n"
        "    print(*[entry['EventId'] for entry in answer['Entries']])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(set(runs[0].stdout.split())) == 2


def test_events_of_one_s_own(rule: Callable[..., None], events: Any) -> None:
    rule({"detail-type": ["Paid"], "detail": {"order": {"id": [7]}}})
    then = MONDAY - timedelta(hours=1)
    entries = [
        {**PAID, "Resources": ["a"], "Time": then},
        {"Source": "shop", "DetailType": "Paid"},
        {**PAID, "Detail": "{"},
        {**PAID, "Detail": "7"},
        {**PAID, "Source": "aws.shop"},
    ]
    answer = events.put_events(Entries=entries)
    assert answer["FailedEntryCount"] == 4
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == [
        None,
        "InvalidArgument",
        "MalformedDetail",
        "MalformedDetail",
        "NotAuthorizedForSourceException",
    ]
    (event,) = received()
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert (event["resources"], event["time"]) == (["a"], "2026-01-05T08:00:00Z")
    with pytest.raises(ClientError, match="ValidationException"):
        events.put_events(Entries=[PAID] * 11)


TRANSFORMED = {
    "InputPathsMap": {"id": "$.detail.order.id", "who": "$.detail.order.of", "none": "$.detail.x"},
    "InputTemplate": '{"text": "<who> paid <id> (<rule>)", "who": <who>, "id": <id>, '
    '"none": <none>, "by": "<aws.events.rule-name>"}',
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Input": '{"constant": 1}'}, {"constant": 1}),
        ({"InputPath": "$.detail.order"}, {"id": 7, "of": "Ada"}),
        ({"InputPath": "$.resources[1]"}, "b"),
        (
            {"InputTransformer": TRANSFORMED},
            {"text": "Ada paid 7 (<rule>)", "who": "Ada", "id": 7, "none": None, "by": "rule"},
        ),
    ],
    ids=str,
)
def test_what_a_target_is_given(
    given: dict[str, Any], expected: object, rule: Callable[..., None], events: Any
) -> None:
    rule({"source": ["shop"]}, **given)
    events.put_events(Entries=[{**PAID, "Resources": ["a", "b"]}])
    assert received() == [expected]


def test_a_build_a_log_group_and_a_topic(rule: Callable[..., None], events: Any) -> None:
    logs, sns, builds = (boto3.client(name) for name in ("logs", "sns", "codebuild"))
    logs.create_log_group(logGroupName="/aws/events/shop")
    topic = sns.create_topic(Name="shop")["TopicArn"]
    boto3.client("sqs").create_queue(QueueName="events")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    builds.create_project(
        name="shop",
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {}\n"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "i",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=f"arn:aws:iam::{ACCOUNT}:role/build",
    )
    rule(
        {"source": ["shop"]},
        "log",
        Arn=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/shop",
    )
    rule({"source": ["shop"]}, "topic", Arn=topic)
    variables = '{"environmentVariablesOverride": [{"name": "ORDER", "value": "<id>"}]}'
    transformer = {"InputPathsMap": {"id": "$.detail.order.id"}, "InputTemplate": variables}
    project = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/shop"
    rule({"source": ["shop"]}, "build", Arn=project, InputTransformer=transformer)
    events.put_events(Entries=[PAID])
    (line,) = logs.filter_log_events(logGroupName="/aws/events/shop")["events"]
    assert json.loads(line["message"])["detail"]["order"]["id"] == 7
    assert line["timestamp"] == MONDAY.timestamp() * 1000
    (notice,) = received()
    assert json.loads(notice["Message"])["source"] == "shop"
    (number,) = builds.list_builds_for_project(projectName="shop")["ids"]
    (build,) = builds.batch_get_builds(ids=[number])["builds"]
    assert {"name": "ORDER", "value": "7", "type": "PLAINTEXT"} in (
        build["environment"]["environmentVariables"]
    )


def test_another_bus(rule: Callable[..., None], events: Any) -> None:
    events.create_event_bus(Name="shop")
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/shop"
    rule({"source": ["shop"]}, "there", "shop")
    events.put_events(Entries=[PAID])
    assert received() == []
    events.put_events(Entries=[{**PAID, "EventBusName": bus}])
    rule({"source": ["shop"]}, "on", Arn=bus)
    events.put_events(Entries=[PAID])
    assert len(received()) == 2
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        events.put_events(Entries=[{**PAID, "EventBusName": "none"}])


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        (f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:none", "PipelineNotFoundException"),
        (f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/none", "ResourceNotFoundException"),
        (f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none", "ResourceNotFoundException"),
        (f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/none", "TargetError"),
    ],
)
def test_a_target_that_fails_fails_nobody_else(
    arn: str, code: str, rule: Callable[..., None], events: Any
) -> None:
    rule({"source": ["aws.codecommit"]}, "broken", Arn=arn)
    rule({"source": ["aws.codecommit"]}, "dead", Arn=arn, DeadLetterConfig={"Arn": QUEUE})
    lost = {"Arn": QUEUE.replace("events", "none")}
    rule({"source": ["aws.codecommit"]}, "lost", Arn=arn, DeadLetterConfig=lost)
    made = commit()
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    (dead,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(dead["Body"])["detail"]["commitId"] == made
    about = {name: value["StringValue"] for name, value in dead["MessageAttributes"].items()}
    assert (about["ERROR_CODE"], about["TARGET_ARN"]) == (code, arn)
    assert about["RULE_ARN"].endswith("rule/dead")
    assert about["ERROR_MESSAGE"]


def test_an_event_that_causes_itself_goes_on_by_the_clock(
    rule: Callable[..., None], events: Any, aws: OfflineAWS
) -> None:
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    rule({"source": ["shop"]}, "round", Arn=bus)
    rule({"source": ["shop"]}, "count")
    events.put_events(Entries=[PAID])
    first = len(received())
    aws.clock.advance(seconds=3)
    assert len(received()) == 3 * first


def test_each_account_and_region_has_its_own_rules(rule: Callable[..., None]) -> None:
    rule({"source": ["aws.codecommit"]})
    role = boto3.client("sts").assume_role(
        RoleArn="arn:aws:iam::210987654321:role/shop", RoleSessionName="shop"
    )["Credentials"]
    other = {
        "aws_access_key_id": role["AccessKeyId"],
        "aws_secret_access_key": role["SecretAccessKey"],
        "aws_session_token": role["SessionToken"],
    }
    boto3.client("sqs", **other).create_queue(QueueName="theirs")
    theirs = QUEUE.replace(ACCOUNT, "210987654321").replace("events", "theirs")
    events = boto3.client("events", **other)
    events.put_rule(Name="rule", EventPattern='{"source": ["aws.codecommit"]}')
    events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": theirs}])
    for client in (boto3.client("codecommit", **other), boto3.client("codecommit", "eu-west-1")):
        client.create_repository(repositoryName="shop")
        put = {"repositoryName": "shop", "branchName": "main", "filePath": "a"}
        client.put_file(fileContent=b"1", **put)
    assert received() == []
    sqs = boto3.client("sqs", **other)
    url = sqs.get_queue_url(QueueName="theirs")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"])["account"] == "210987654321"


def test_archives_are_refused(events: Any) -> None:
    bus = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"
    with pytest.raises(ClientError, match="CreateArchive is not simulated offline"):
        events.create_archive(ArchiveName="a", EventSourceArn=bus)
