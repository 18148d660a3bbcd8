"""The chapter, its account, which is empty, and how a template is deployed into it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import boto3
import pandas as pd
import yaml
from botocore.exceptions import ClientError

from devops_workbook.chapters.infrastructure_as_code.operate import deploy as create_or_update
from devops_workbook.chapters.infrastructure_as_code.operate import status_of
from devops_workbook.display import Table
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from devops_workbook.paths import DATA
from devops_workbook.quarter import Production
from devops_workbook.stack_tables import events_table
from offline_aws import clients

Template = dict[str, Any]

chapter = Chapter(
    "capstone",
    "Capstone",
    minutes=130,
    leave_out=("target", "foundation", "pipeline", "service"),
)

STACK, REPOSITORY, IMAGES = "shop", "shop", "orders"
PIPELINE, CLUSTER, SERVICE = "orders", "shop", "orders"
ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{IMAGES}"
_RIGHTS = ["CAPABILITY_NAMED_IAM"]
_BAD_ENDS = ("ROLLBACK_COMPLETE", "FAILED")


@dataclass
class Scene:
    """What a lab knows beside its account: production, and what was tried there."""

    production: Production
    fire_drill: list[Any] = field(default_factory=list)
    bad_release: tuple[datetime, pd.DataFrame] | None = None
    quarter: Any = None
    broken_at: datetime | None = None


_scenes: WeakKeyDictionary[Lab, Scene] = WeakKeyDictionary()


@chapter.scenario
def scenario(lab: Lab) -> None:
    """An empty account, in which images can be built and run."""
    _scenes[lab] = Scene(Production(lab.aws))


def scene(lab: Lab) -> Scene:
    """Return what a lab knows beside its account, from the last reset on."""
    return _scenes[lab]


def database_of(lab: Lab) -> Path:
    """Return where the database of production is: a real SQLite file, once something made it."""
    return scene(lab).production.database


def ground_plan() -> Template:
    """Return the template to begin with, as a dict: a load balancer, a cluster, two roles.

    It is ``data/capstone/ground_plan.yaml``. ``Resources`` is where yours go.
    """
    text = (DATA / "capstone" / "ground_plan.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def deploy(lab: Lab, template: Template) -> Table:
    """Create the stack ``shop`` or update it to a template, wait, and return what it holds.

    Where it fails, the table is that of the deployment's events. The first failure is the cause; it
    is also printed, for a cell that ends with something else.
    """
    client = boto3.client("cloudformation")
    if status_of(STACK) == "ROLLBACK_COMPLETE":  # one that could never be made can only be deleted
        client.delete_stack(StackName=STACK)
        client.get_waiter("stack_delete_complete").wait(StackName=STACK)
    before = _newest_event(client)
    status = create_or_update(
        lab,
        STACK,
        json.dumps(template),
        tell=print,
        Capabilities=_RIGHTS,
        Parameters=_parameters(template),
    )
    moved = _newest_event(client) != before
    if moved and status.endswith(_BAD_ENDS):
        events = events_table(STACK, newest_operation=True)
        print(f"Not deployed: {_first_failure(events)}")
        return events
    pages = client.get_paginator("list_stack_resources").paginate(StackName=STACK)
    rows = [
        (each["LogicalResourceId"], each["ResourceType"], each["ResourceStatus"])
        for page in pages
        for each in page["StackResourceSummaries"]
    ]
    caption = f"Stack {STACK}: {status}" if moved else f"Stack {STACK}: nothing to change"
    return Table(caption, ("Resource", "Type", "Status"), rows)


def _newest_event(client: Any) -> str:
    """Return the id of the stack's newest event, "" where there is no stack yet."""
    try:
        return str(client.describe_stack_events(StackName=STACK)["StackEvents"][0]["EventId"])
    except ClientError:
        return ""


def _first_failure(events: Table) -> str:
    """Return the resource that failed first, and why."""
    failed = (each for each in events.rows if each[2].endswith("_FAILED"))
    _, resource, status, reason = next(failed, events.rows[-1])
    return f"{resource} is {status}. {reason}"


def _parameters(template: Template) -> list[dict[str, str]]:
    """Return the account's own network for the parameters that ask for it."""
    found = clients.client("ec2", REGION).describe_subnets()["Subnets"]
    known = {"Vpc": found[0]["VpcId"], "Subnets": ",".join(s["SubnetId"] for s in found[:2])}
    wanted = [name for name in known if name in template.get("Parameters", {})]
    return [{"ParameterKey": name, "ParameterValue": known[name]} for name in wanted]


def with_resources(template: Template, resources: Template) -> Template:
    """Return a template with more resources."""
    made = copy.deepcopy(template)
    made["Resources"] |= resources
    return made
