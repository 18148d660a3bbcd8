"""Compare the stacks of an app with those that are running, in the words of ``cdk diff``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.cdk.assembly import Assembly, StackArtifact
from devops_workbook.cdk.assets import publish
from devops_workbook.cdk.clients import client
from devops_workbook.cdk.deployment import change_set_of
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.iam_changes import iam_sections
from devops_workbook.cdk.resource_changes import (
    ADDED,
    CHANGED,
    REMOVED,
    Path,
    named,
    one_line,
    resource_lines,
)
from devops_workbook.cdk.stacks import existing
from devops_workbook.stepped_view import Told
from offline_aws.cloudformation.template_text import read_text

Shape = dict[str, Any]

_CHANGE_SET = "cdk-diff-change-set"
#: The sections that are shown entry by entry, before and after the resources.
_BEFORE = (
    ("Parameters", "Parameter"),
    ("Metadata", "Metadata"),
    ("Mappings", "Mapping"),
    ("Conditions", "Condition"),
)
_AFTER = (("Outputs", "Output"), ("Rules", "Rule"))
#: What every template of the CDK has, and its own diff does not show.
_NOISE = ("CheckBootstrapVersion",)


def diff(assembly: Assembly, *names: str) -> Told:
    """Return how an app differs from what is deployed, stack by stack, as plain text.

    The templates are compared, not the account: what was changed by hand is drift. A change set
    says what is replaced; it is deleted again. ``[+]`` is added, ``[-]`` removed, ``[~]`` changed.
    """
    chosen = [assembly.stack(each) for each in names] or list(assembly.stacks)
    texts = []
    different = 0
    for stack in chosen:
        lines = list(_stack_lines(stack))
        different += bool(lines)
        told = lines or ["There were no differences"]
        texts.append("\n".join((f"Stack {stack.name}", *told)).rstrip())
    count = f"Number of stacks with differences: {different}"
    return Told("\n\n".join((*texts, count)))


def _stack_lines(stack: StackArtifact) -> Iterator[str]:
    new = stack.template
    old = _deployed(stack.name)
    changes: dict[str, Shape] = {}
    if old and old != new:
        try:
            changes = _change_set(stack)
        except (CdkError, ClientError) as error:
            yield f"No change set could be made, so what is replaced is not known: {error}"
    if old.get("Description") != new.get("Description"):
        before, after = (_described(each) for each in (old, new))
        yield from ("Template", *_entries("Description", before, after, stack.path), "")
    yield from iam_sections(old, new, stack.path)
    for section, kind in _BEFORE:
        yield from _section(section, kind, old, new, stack.path)
    yield from resource_lines(
        old.get("Resources", {}), new.get("Resources", {}), changes, stack.path
    )
    for section, kind in _AFTER:
        yield from _section(section, kind, old, new, stack.path)


def _described(template: Shape) -> Shape:
    return {name: value for name, value in template.items() if name == "Description"}


def _deployed(name: str) -> Shape:
    if not existing(name):
        return {}
    body = client("cloudformation").get_template(StackName=name)["TemplateBody"]
    return read_text(body) if isinstance(body, str) else dict(body)


def _change_set(stack: StackArtifact) -> dict[str, Shape]:
    """Return the changes to resources by logical id, as a change set tells them."""
    publish(stack)
    found = change_set_of(stack, {}, _CHANGE_SET)
    client("cloudformation").delete_change_set(StackName=stack.name, ChangeSetName=_CHANGE_SET)
    changes = (each["ResourceChange"] for each in found["Changes"])
    return {each["LogicalResourceId"]: each for each in changes}


def _section(section: str, kind: str, old: Shape, new: Shape, path: Path) -> Iterator[str]:
    entries = list(_entries(kind, old.get(section, {}), new.get(section, {}), path))
    if entries:
        yield from (section, *entries, "")


def _entries(
    kind: str, old: Mapping[str, Any], new: Mapping[str, Any], path: Path
) -> Iterator[str]:
    """Yield a line for each entry that differs: what is removed, then added, then changed."""
    names = tuple(each for each in dict.fromkeys((*old, *new)) if each not in _NOISE)
    for name in names:
        if name in old and name not in new:
            yield f"{REMOVED} {kind} {named(name, path)}: {one_line(old[name])}"
    for name in names:
        if name in new and name not in old:
            yield f"{ADDED} {kind} {named(name, path)}: {one_line(new[name])}"
    for name in names:
        if name in old and name in new and old[name] != new[name]:
            values = f"{one_line(old[name])} to {one_line(new[name])}"
            yield f"{CHANGED} {kind} {named(name, path)}: {values}"
