"""What the checks look at: stacks, their templates and what they have made."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.infrastructure_as_code.scene import SHOP
from devops_workbook.checks import require
from devops_workbook.deleted_stacks import was_deleted
from devops_workbook.exercise import SetupMissing
from devops_workbook.lab import REGION
from offline_aws import clients
from offline_aws.cloudformation.template_text import read_text

Shape = dict[str, Any]


def stack(name: str = SHOP) -> Shape:
    """Return a stack. Raises ``SetupMissing`` where there is none."""
    try:
        found: Shape = clients.client("cloudformation", REGION).describe_stacks(StackName=name)[
            "Stacks"
        ][0]
    except ClientError:
        raise SetupMissing(
            f"There is no stack named {name}. Run the cells above this exercise."
        ) from None
    return found


def template(name: str = SHOP) -> Shape:
    """Return the template that a stack was last deployed with, functions in their long form."""
    body = clients.client("cloudformation", REGION).get_template(StackName=stack(name)["StackId"])
    found = body["TemplateBody"]
    return read_text(found) if isinstance(found, str) else dict(found)


def require_never_deleted(name: str = SHOP) -> None:
    """Raise ``NotYet`` where a stack of this name was deleted: its database went with it."""
    require(
        not was_deleted(name),
        f"The stack {name} was deleted and made anew, so its database is a new and empty one: the "
        "orders are gone. `lab.catch_up` brings the first one back; change it in its place.",
    )


def resources(name: str = SHOP) -> dict[str, str]:
    """Return the physical ids of a stack's resources by their logical ids."""
    stack(name)
    pages = clients.client("cloudformation", REGION).get_paginator("list_stack_resources")
    return {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages.paginate(StackName=name)
        for each in page["StackResourceSummaries"]
        if each["ResourceStatus"] != "DELETE_COMPLETE"
    }


def events(name: str) -> list[Shape]:
    """Return the events of a stack, the oldest first."""
    stack(name)
    pages = clients.client("cloudformation", REGION).get_paginator("describe_stack_events")
    found = [each for page in pages.paginate(StackName=name) for each in page["StackEvents"]]
    return found[::-1]


def exports() -> dict[str, str]:
    """Return the values of the account's exports by name."""
    pages = clients.client("cloudformation", REGION).get_paginator("list_exports")
    return {each["Name"]: each["Value"] for page in pages.paginate() for each in page["Exports"]}


def database(identifier: str) -> Shape:
    """Return a database instance, an empty shape where there is none."""
    client = clients.client("rds", REGION)
    try:
        found: Shape = client.describe_db_instances(DBInstanceIdentifier=identifier)
    except ClientError:
        return {}
    return dict(found["DBInstances"][0])


def queue_timeout(url: str) -> int | None:
    """Return the visibility timeout of a queue in seconds, None where there is no queue."""
    try:
        found = clients.client("sqs", REGION).get_queue_attributes(
            QueueUrl=url, AttributeNames=["VisibilityTimeout"]
        )
    except ClientError:
        return None
    return int(found["Attributes"]["VisibilityTimeout"])


def open_to(group: str, port: int = 5432) -> set[str]:
    """Return the address blocks that a security group lets in at a port; empty where none."""
    try:
        found = clients.client("ec2", REGION).describe_security_groups(GroupIds=[group])
    except ClientError:
        return set()
    return {
        block.get("CidrIp") or block.get("CidrIpv6", "")
        for rule in found["SecurityGroups"][0]["IpPermissions"]
        if rule["IpProtocol"] == "-1"
        or rule.get("FromPort", port) <= port <= rule.get("ToPort", port)
        for block in [*rule.get("IpRanges", ()), *rule.get("Ipv6Ranges", ())]
    }
