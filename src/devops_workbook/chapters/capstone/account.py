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

chapter = Chapter("capstone", "Capstone", minutes=130)

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

    Where it fails, the table is that of the deployment's events: the first failure is the cause.
    """
    client = boto3.client("cloudformation")
    if status_of(STACK) == "ROLLBACK_COMPLETE":  # one that could never be made can only be deleted
        client.delete_stack(StackName=STACK)
        client.get_waiter("stack_delete_complete").wait(StackName=STACK)
    status = create_or_update(
        lab,
        STACK,
        json.dumps(template),
        tell=print,
        Capabilities=_RIGHTS,
        Parameters=_parameters(template),
    )
    if status.endswith(_BAD_ENDS):
        return events_table(STACK, newest_operation=True)
    pages = client.get_paginator("list_stack_resources").paginate(StackName=STACK)
    rows = [
        (each["LogicalResourceId"], each["ResourceType"], each["ResourceStatus"])
        for page in pages
        for each in page["StackResourceSummaries"]
    ]
    return Table(f"Stack {STACK}: {status}", ("Resource", "Type", "Status"), rows)


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
