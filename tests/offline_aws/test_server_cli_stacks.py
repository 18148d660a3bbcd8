"""The real AWS CLI deploys, looks at and deletes a stack over http, while the clock runs."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import boto3
import pytest
from terminal import aws_cli

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Made in no time: the CLI looks at once, and then sleeps for half a minute before it looks again.
TEMPLATE = """
Parameters:
  Colour: {Type: String, Default: red}
Resources:
  Nothing: {Type: "AWS::CloudFormation::WaitConditionHandle"}
Outputs:
  Colour: {Value: !Ref Colour}
"""


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    """An AWS whose clock runs, as somebody in a second terminal would let it."""
    with OfflineAWS(now=MONDAY) as running:
        over = Event()

        def run() -> None:
            while not over.wait(0.002):
                running.clock.advance(minutes=1)

        clock = Thread(target=run)
        clock.start()
        yield running
        over.set()
        clock.join()


def deploy(aws: OfflineAWS, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Deploy in a new second, because the CLI names its change sets after the time."""
    last = int(time.time())
    while int(time.time()) == last:
        time.sleep(0.05)
    return cloudformation(aws, "deploy", *arguments)


def cloudformation(aws: OfflineAWS, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return aws_cli(aws.server(), "cloudformation", *arguments)


def test_deploy_describe_and_delete(aws: OfflineAWS, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    shop = ("--stack-name", "shop", "--template-file", template, "--tags", "team=orders")
    done = deploy(aws, *shop)
    assert done.returncode == 0, done.stderr
    assert "Successfully created/updated stack - shop" in done.stdout
    stack = boto3.client("cloudformation").describe_stacks(StackName="shop")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Tags"] == [{"Key": "team", "Value": "orders"}]

    unchanged = deploy(aws, *shop, "--no-fail-on-empty-changeset")
    assert "No changes to deploy. Stack shop is up to date" in unchanged.stdout + unchanged.stderr
    changed = deploy(aws, *shop, "--parameter-overrides", "Colour=blue")
    assert changed.returncode == 0, changed.stderr

    events = cloudformation(
        aws, "describe-stack-events", "--stack-name", "shop", "--output", "json"
    )
    newest = json.loads(events.stdout)["StackEvents"][0]
    assert newest["ResourceStatus"] == "UPDATE_COMPLETE"
    broken = TEMPLATE.replace("!Ref Colour", "!Ref Color")
    template.write_text(broken)
    refused = deploy(aws, *shop)
    assert refused.returncode == 255
    assert "Unresolved resource dependencies [Color]" in refused.stderr

    deleted = cloudformation(aws, "delete-stack", "--stack-name", "shop")
    assert deleted.returncode == 0, deleted.stderr
