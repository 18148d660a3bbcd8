"""What the checks look at: stacks, what they have made, and the services that have it."""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.exceptions import ClientError

from devops_workbook.chapters.cdk.scene import SHOP

Shape = dict[str, Any]


def status(stack: str = SHOP) -> str:
    """Return the status of a stack, "" where there is none."""
    try:
        [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError:
        return ""
    return str(found["StackStatus"])


def resources(stack: str = SHOP, kind: str = "") -> dict[str, str]:
    """Return the physical ids of a stack's resources by logical id, of one type if given."""
    if not status(stack):
        return {}
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    return {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages.paginate(StackName=stack)
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"] != "DELETE_COMPLETE" and kind in ("", each["ResourceType"])
    }


def databases(stack: str = SHOP) -> list[Shape]:
    """Return the databases of a stack, as RDS describes them."""
    client = boto3.client("rds")
    return [
        client.describe_db_instances(DBInstanceIdentifier=each)["DBInstances"][0]
        for each in resources(stack, "AWS::RDS::DBInstance").values()
        if each
    ]


def queues(stack: str) -> dict[str, Shape]:
    """Return the attributes of a stack's queues by their ARNs."""
    client = boto3.client("sqs")
    found = {}
    for url in resources(stack, "AWS::SQS::Queue").values():
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
        found[attributes["QueueArn"]] = {**attributes, "redrive": redrive}
    return found


def alarms(stack: str) -> list[Shape]:
    """Return the alarms of a stack, as CloudWatch describes them."""
    names = list(resources(stack, "AWS::CloudWatch::Alarm").values())
    if not names:
        return []
    found = boto3.client("cloudwatch").describe_alarms(AlarmNames=names)
    return list(found["MetricAlarms"])
