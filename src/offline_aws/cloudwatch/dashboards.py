"""Dashboards: kept as they were put, after a look at whether CloudWatch would take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.cloudwatch.checks import (
    Shape,
    dashboard_operation,
    invalid_dashboard,
    invalid_value,
    metric_operation,
    page,
)
from offline_aws.cloudwatch.dashboard_check import checked_body
from offline_aws.cloudwatch.tag_rules import given_tags
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_PAGE = 1000
#: The region that keeps them for all others.
HOME = "us-east-1"
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LONGEST_NAME = 255


@dataclass
class Dashboard:
    """One dashboard; its body is JSON."""

    name: str
    arn: str
    body: str
    modified: datetime
    tags: dict[str, str]


@dataclass
class Dashboards:
    """The dashboards of an account, which has them in no region."""

    by_name: dict[str, Dashboard] = field(default_factory=dict)


@dashboard_operation("PutDashboard")
def put_dashboard(call: Call, parameters: Shape) -> Shape:
    """Keep a dashboard; what is no mistake and yet ignored is told of in messages.

    Raises ``DashboardInvalidInputError``, with AWS's list of what is wrong where.
    """
    name, body = parameters["DashboardName"], parameters["DashboardBody"]
    if not name or not set(name) <= _LETTERS or len(name) > _LONGEST_NAME:
        raise invalid_dashboard(
            f"The value {name} for field DashboardName contains invalid characters. It can only "
            "contain alphanumerics, dash (-) and underscore (_).",
        )
    messages = checked_body(body)
    dashboards = _dashboards(call).by_name
    before = dashboards.get(name)
    tags = before.tags if before else given_tags(parameters.get("Tags") or [])
    arn = f"arn:aws:cloudwatch::{call.account}:dashboard/{name}"
    dashboards[name] = Dashboard(name, arn, body, call.clock.now(), tags)
    return {"DashboardValidationMessages": messages}


@metric_operation("GetDashboard")
def get_dashboard(call: Call, parameters: Shape) -> Shape:
    """Return a dashboard as it was put."""
    found = _existing(call, parameters["DashboardName"])
    return {
        "DashboardArn": found.arn,
        "DashboardBody": found.body,
        "DashboardName": found.name,
    }


@metric_operation("ListDashboards")
def list_dashboards(call: Call, parameters: Shape) -> Shape:
    """Return the dashboards in the order of their names."""
    dashboards = _dashboards(call).by_name
    prefix = parameters.get("DashboardNamePrefix") or ""
    found = [dashboards[name] for name in sorted(dashboards) if name.startswith(prefix)]
    try:
        shown, more = page(found, parameters, _PAGE)
    except ValueError:
        raise invalid_value("The value for parameter NextToken is invalid.") from None
    entries = [
        {
            "DashboardName": each.name,
            "DashboardArn": each.arn,
            "LastModified": each.modified,
            "Size": len(each.body.encode()),
        }
        for each in shown
    ]
    return {"DashboardEntries": entries, **more}


@metric_operation("DeleteDashboards")
def delete_dashboards(call: Call, parameters: Shape) -> Shape:
    """Delete all of these dashboards, or none where one is not there."""
    for name in parameters["DashboardNames"]:
        _existing(call, name)
    for name in parameters["DashboardNames"]:
        _dashboards(call).by_name.pop(name, None)
    return {}


def _existing(call: Call, name: str) -> Dashboard:
    found = _dashboards(call).by_name.get(name)
    if found is None:
        raise AwsError("DashboardNotFoundError", f"Dashboard {name} does not exist")
    return found


def _dashboards(call: Call) -> Dashboards:
    return call.in_region(HOME).state(Dashboards)
