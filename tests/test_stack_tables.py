"""The tables of a stack's events, of a change set and of drift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest

from devops_workbook.stack_tables import changes_table, drift_table, events_table
from offline_aws import OfflineAWS

TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 30
  Topic:
    Type: AWS::SNS::Topic
"""
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=START) as aws:
        boto3.client("cloudformation").create_stack(StackName="tables", TemplateBody=TEMPLATE)
        aws.clock.advance(minutes=2)
        yield aws


def test_events_are_shown_from_the_oldest_to_the_newest(aws: OfflineAWS) -> None:
    rows = events_table("tables").rows
    assert rows[0][1:] == ("tables", "CREATE_IN_PROGRESS", "User Initiated")
    assert rows[-1][1:] == ("tables", "CREATE_COMPLETE", "")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_the_last_events_are_those_at_the_end(aws: OfflineAWS) -> None:
    assert events_table("tables", last=2).rows == events_table("tables").rows[-2:]


def test_the_newest_operation_begins_with_whoever_began_it(aws: OfflineAWS) -> None:
    changed = TEMPLATE.replace("30", "60")
    boto3.client("cloudformation").update_stack(StackName="tables", TemplateBody=changed)
    aws.clock.advance(minutes=2)
    rows = events_table("tables", newest_operation=True).rows
    assert rows[0][1:] == ("tables", "UPDATE_IN_PROGRESS", "User Initiated")
    assert rows[-1][1:3] == ("tables", "UPDATE_COMPLETE")
    assert "CREATE_COMPLETE" not in {row[2] for row in rows}


def test_a_stack_that_is_gone_is_named_by_its_id(aws: OfflineAWS) -> None:
    client = boto3.client("cloudformation")
    identifier = client.describe_stacks(StackName="tables")["Stacks"][0]["StackId"]
    client.delete_stack(StackName="tables")
    aws.clock.advance(minutes=2)
    table = events_table(identifier)
    assert table.caption == "Events of tables, times in UTC"
    assert table.rows[-1][2] == "DELETE_COMPLETE"


def test_a_change_set_says_what_is_replaced_and_why(aws: OfflineAWS) -> None:
    changed = TEMPLATE.replace("VisibilityTimeout: 30", "QueueName: other").replace("Topic:", "T:")
    boto3.client("cloudformation").create_change_set(
        StackName="tables", ChangeSetName="c", TemplateBody=changed
    )
    aws.clock.advance(minutes=1)
    table = changes_table("tables", "c")
    assert table.caption == "Change set c of tables: CREATE_COMPLETE"
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["Queue"][:3] == ("Modify", "True", "ReplaceAndDelete")
    assert "QueueName" in rows["Queue"][3]
    assert rows["T"] == ("Add", "-", "-", "-")
    assert rows["Topic"][0] == "Remove"


def test_a_change_set_that_failed_says_why(aws: OfflineAWS) -> None:
    boto3.client("cloudformation").create_change_set(
        StackName="tables", ChangeSetName="same", TemplateBody=TEMPLATE
    )
    aws.clock.advance(minutes=1)
    assert "didn't contain changes" in changes_table("tables", "same").caption


def test_drift_has_a_row_for_each_difference(aws: OfflineAWS) -> None:
    client = boto3.client("cloudformation")
    queue = client.describe_stack_resource(StackName="tables", LogicalResourceId="Queue")
    url = queue["StackResourceDetail"]["PhysicalResourceId"]
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "120"})
    client.detect_stack_drift(StackName="tables")
    aws.clock.advance(minutes=1)
    assert drift_table("tables").rows == [
        ("Queue", "MODIFIED", "/VisibilityTimeout", "30", "120"),
        ("Topic", "IN_SYNC", "-", "-", "-"),
    ]
