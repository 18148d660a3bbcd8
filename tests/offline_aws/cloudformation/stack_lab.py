"""Hands for stacks: make one, change it, wait on the clock, read what happened."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import OfflineAWS, clients

Shape = dict[str, Any]
#: A resource that costs nothing: a template needs one.
NOTHING = {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}


def aws_client(service: str) -> Any:
    """Return the client of a service, made once: to make one takes as long as a test."""
    return clients.client(service, "us-east-1")


class StackLab:
    """Stacks of one offline AWS."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.client: Any = aws_client("cloudformation")

    def begin(self, template: Shape | str, name: str = "shop", **given: Any) -> str:
        """Begin to make a stack; return its id."""
        made = self.client.create_stack(StackName=name, TemplateBody=text(template), **given)
        return str(made["StackId"])

    def create(self, template: Shape | str, name: str = "shop", **given: Any) -> Shape:
        """Make a stack and wait for its end; return it."""
        return self.settled(self.begin(template, name, **given))

    def update(self, template: Shape | str | None, name: str = "shop", **given: Any) -> Shape:
        """Change a stack and wait for its end; return it. None is the template that it has."""
        body = (
            {"UsePreviousTemplate": True} if template is None else {"TemplateBody": text(template)}
        )
        return self.settled(self.client.update_stack(StackName=name, **body, **given)["StackId"])

    def delete(self, name: str = "shop", **given: Any) -> Shape:
        """Delete a stack and wait for its end; return it."""
        identifier = self.stack(name)["StackId"]
        self.client.delete_stack(StackName=name, **given)
        return self.settled(identifier)

    def settled(self, name: str = "shop") -> Shape:
        """Wait until nothing is being done with a stack; return it."""
        self.aws.clock.advance_until(
            lambda: not self.stack(name)["StackStatus"].endswith("_IN_PROGRESS"),
            timedelta(hours=6),
        )
        return self.stack(name)

    def stack(self, name: str = "shop") -> Shape:
        """Return a stack."""
        found: Shape = self.client.describe_stacks(StackName=name)["Stacks"][0]
        return found

    def outputs(self, name: str = "shop") -> dict[str, str]:
        """Return the outputs of a stack."""
        listed = self.stack(name).get("Outputs", [])
        return {each["OutputKey"]: each["OutputValue"] for each in listed}

    def events(self, name: str = "shop") -> list[tuple[str, str, str]]:
        """Return what happened, the oldest first: logical id, status, reason."""
        pages = self.client.get_paginator("describe_stack_events").paginate(StackName=name)
        listed = [event for page in pages for event in page["StackEvents"]]
        return [
            (
                each["LogicalResourceId"],
                each["ResourceStatus"],
                each.get("ResourceStatusReason", ""),
            )
            for each in reversed(listed)
        ]

    def since(self, status: str, name: str = "shop") -> list[tuple[str, str, str]]:
        """Return what happened since the stack last came into a status."""
        events = self.events(name)
        own = self.stack(name)["StackName"]
        begins = [i for i, each in enumerate(events) if each[:2] == (own, status)]
        return events[begins[-1] :]

    def physical(self, logical: str, name: str = "shop") -> str:
        """Return the physical id of a resource."""
        found = self.client.describe_stack_resource(StackName=name, LogicalResourceId=logical)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def value(self, part: Any, template: Shape | None = None, **given: Any) -> str:
        """Return what a part of a template comes to, as a stack's output; leave nothing."""
        body = {"Resources": NOTHING, **(template or {}), "Outputs": {"It": {"Value": part}}}
        stack = self.create(body, "value", **given)
        assert stack["StackStatus"] == "CREATE_COMPLETE", self.events("value")
        found = self.outputs("value")["It"]
        self.delete("value")
        return found


def text(template: Shape | str) -> str:
    """Return a template as text."""
    return template if isinstance(template, str) else json.dumps(template)


def refusal(call: Any, **given: Any) -> tuple[str, str]:
    """Return the code and message with which a call is refused."""
    try:
        call(**given)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError("It was not refused.")
