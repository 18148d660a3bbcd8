"""Groups: filter expressions with a name, and the group Default of all traces."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, page, xray_operation
from offline_aws.xray.filters import Predicate, everything, parse
from offline_aws.xray.tag_rules import given_tags

DEFAULT = "Default"
_MOST, _PAGE = 25, 25


@dataclass
class Group:
    """One group; its expression holds for the traces that belong to it."""

    name: str
    arn: str
    expression: str = ""
    insights: Shape = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    changed: datetime | None = None

    def shape(self) -> Shape:
        """Return the group as it is shown."""
        expression = {"FilterExpression": self.expression} if self.expression else {}
        return {
            "GroupName": self.name,
            "GroupARN": self.arn,
            **expression,
            "InsightsConfiguration": {
                "InsightsEnabled": self.insights.get("InsightsEnabled", False),
                "NotificationsEnabled": self.insights.get("NotificationsEnabled", False),
            },
        }


@dataclass
class Groups:
    """The groups of an account and region by name."""

    by_name: dict[str, Group] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_id(self, call: Call, name: str) -> str:
        """Return the last part of a new group's ARN, another for each group."""
        text = f"{call.account}/{call.region}/{name}/{next(self._numbers)}"
        return sha256(text.encode()).hexdigest()[:52].upper()


def groups_of(call: Call) -> dict[str, Group]:
    """Return the groups of the caller's account and region by name, Default among them."""
    groups = call.state(Groups).by_name
    if DEFAULT not in groups:
        groups[DEFAULT] = Group(DEFAULT, _arn(call, DEFAULT))
    return groups


def find_group(call: Call, parameters: Shape) -> Group:
    """Return the group that GroupName or GroupARN names. Raises InvalidRequestException."""
    name, arn = parameters.get("GroupName"), parameters.get("GroupARN")
    if not (name or arn):
        raise invalid("Either GroupName or GroupARN must be specified.")
    for group in groups_of(call).values():
        if name in (None, group.name) and arn in (None, group.arn):
            return group
    raise invalid(f"Group not found: {(name or arn or '')[:100]}")


def predicate_for(call: Call, parameters: Shape) -> tuple[Predicate, Group | None]:
    """Return what holds for the traces of the group that a request names, if it names one."""
    if not (parameters.get("GroupName") or parameters.get("GroupARN")):
        return everything, None
    group = find_group(call, parameters)
    return parse_for(call, group.expression), group


def parse_for(call: Call, expression: str) -> Predicate:
    """Return what a filter expression holds for. Raises InvalidRequestException."""
    return parse(expression, _expressions(call))


def _expressions(call: Call) -> dict[str, str]:
    """Return the expressions of the groups, by their names and by their ARNs."""
    groups = groups_of(call).values()
    return {key: group.expression for group in groups for key in (group.name, group.arn)}


@xray_operation("CreateGroup")
def create_group(call: Call, parameters: Shape) -> Shape:
    """Make a group of the traces for which an expression holds."""
    groups, name = groups_of(call), parameters["GroupName"]
    if name in groups:
        raise invalid(f"A group with the name {name} exists already.")
    if len(groups) > _MOST:
        raise invalid(f"There are at most {_MOST} groups.")
    expression, insights = _settings(call, parameters, None)
    arn = f"{_arn(call, name)}/{call.state(Groups).new_id(call, name)}"
    tags = given_tags(parameters.get("Tags", []))
    groups[name] = Group(name, arn, expression, insights, tags)
    return {"Group": groups[name].shape()}


@xray_operation("UpdateGroup")
def update_group(call: Call, parameters: Shape) -> Shape:
    """Change the expression of a group."""
    group = find_group(call, parameters)
    if group.name == DEFAULT and parameters.get("FilterExpression"):
        raise invalid("The group Default has no filter expression: it has every trace.")
    expression, insights = _settings(call, parameters, group)
    if expression != group.expression:
        group.changed = call.clock.now()
    group.expression, group.insights = expression, insights
    return {"Group": group.shape()}


@xray_operation("DeleteGroup")
def delete_group(call: Call, parameters: Shape) -> Shape:
    """Delete a group; its traces stay."""
    group = find_group(call, parameters)
    if group.name == DEFAULT:
        raise invalid("The group Default cannot be deleted.")
    del groups_of(call)[group.name]
    return {}


@xray_operation("GetGroup")
def get_group(call: Call, parameters: Shape) -> Shape:
    """Return a group by its name or ARN."""
    return {"Group": find_group(call, parameters).shape()}


@xray_operation("GetGroups")
def get_groups(call: Call, parameters: Shape) -> Shape:
    """Return every group, a page at a time."""
    shapes = [group.shape() for group in groups_of(call).values()]
    return page("Groups", shapes, parameters, _PAGE)


def _settings(call: Call, parameters: Shape, group: Group | None) -> tuple[str, Shape]:
    """Return the expression and the insights that are asked for, each checked."""
    expression: str = parameters.get("FilterExpression", group.expression if group else "")
    parse_for(call, expression)
    insights: Shape = parameters.get("InsightsConfiguration", group.insights if group else {})
    if insights.get("NotificationsEnabled") and not insights.get("InsightsEnabled"):
        raise invalid("NotificationsEnabled needs InsightsEnabled.")
    return expression, insights


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:xray:{call.region}:{call.account}:group/{name}"
