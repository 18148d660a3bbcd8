"""The sections on rights of a diff: statements and managed policies that come and go."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from devops_workbook.cdk.resource_changes import one_line

Shape = dict[str, Any]
Row = tuple[str, ...]
Path = Callable[[str], str]

_STATEMENTS = ("", "Resource", "Effect", "Action", "Principal", "Condition")
_POLICIES = ("", "Resource", "Managed Policy ARN")
#: So that a table fits into a notebook.
_WIDEST = 28
_NOTE = "(NOTE: There may be security-related changes not in this list.)"
#: Where the policies of a resource stand that say themselves to whom they apply.
_RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::SecretsManager::ResourcePolicy": "ResourcePolicy",
}
_IDENTITY_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def iam_sections(old: Shape, new: Shape, path: Path) -> Iterator[str]:
    """Yield the lines of both sections; nothing where no right changes."""
    found = False
    for title, columns, rows_of in (
        ("IAM Statement Changes", _STATEMENTS, _statements),
        ("IAM Policy Changes", _POLICIES, _managed_policies),
    ):
        before, after = (set(rows_of(each.get("Resources", {}))) for each in (old, new))
        rows = [("-", *row) for row in sorted(before - after)]
        rows += [("+", *row) for row in sorted(after - before)]
        if rows:
            found = True
            yield title
            yield from _table(
                [columns, *(tuple(_with_paths(cell, path) for cell in row) for row in rows)]
            )
    if found:
        yield from (_NOTE, "")


def _statements(resources: Mapping[str, Shape]) -> Iterator[Row]:
    for name, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind == "AWS::IAM::Role":
            trust = properties.get("AssumeRolePolicyDocument", {})
            yield from _rows(trust, resource=f"${{{name}.Arn}}")
            for policy in properties.get("Policies", ()):
                yield from _rows(policy["PolicyDocument"], principal=f"AWS:${{{name}}}")
        elif kind in _IDENTITY_POLICIES:
            owners = [
                _plain(each)
                for of in ("Roles", "Users", "Groups")
                for each in properties.get(of, ())
            ]
            for owner in owners:
                yield from _rows(properties["PolicyDocument"], principal=f"AWS:{owner}")
        elif kind in _RESOURCE_POLICIES:
            document = properties.get(_RESOURCE_POLICIES[kind], {})
            yield from _rows(document, resource=f"${{{name}.Arn}}" if "Key" in kind else "")
        elif kind == "AWS::Lambda::Permission":
            service = f"Service:{_plain(properties['Principal'])}"
            yield (_plain(properties["FunctionName"]), "Allow", properties["Action"], service, "")


def _managed_policies(resources: Mapping[str, Shape]) -> Iterator[Row]:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource.get("Properties", {}).get("ManagedPolicyArns", ()):
                yield (f"${{{name}}}", _plain(policy))


def _rows(document: Shape, resource: str = "", principal: str = "") -> Iterator[Row]:
    for statement in _listed(document.get("Statement", ())):
        given = [_plain(each) for each in _listed(statement.get("Resource", ()))]
        yield (
            "\n".join(given) or resource,
            statement.get("Effect", "Allow"),
            "\n".join(
                map(_plain, _listed(statement.get("Action", statement.get("NotAction", ()))))
            ),
            "\n".join(_principals(statement.get("Principal", ()))) or principal,
            one_line(statement["Condition"]) if "Condition" in statement else "",
        )


def _principals(principal: Any) -> Iterator[str]:
    if isinstance(principal, dict):
        for kind, values in principal.items():
            for each in _listed(values):
                yield f"{kind}:{_plain(each)}"
    elif principal:
        yield _plain(principal)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _plain(value: Any) -> str:
    """Return a value of a template in one line, references as ``${Name.Attribute}``."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(_plain, parts))
        case {"Fn::Sub": str(text)}:
            return text
    return one_line(value)


def _with_paths(cell: str, path: Path) -> str:
    return re.sub(r"\$\{([A-Za-z0-9]+)", lambda found: "${" + path(found[1]), cell)


def _wrapped(cell: str) -> list[str]:
    lines = [part for line in cell.splitlines() for part in textwrap.wrap(line, _WIDEST)]
    return lines or [""]


def _table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table in a frame, without columns in which there is nothing."""
    used = [place for place, _ in enumerate(rows[0]) if any(row[place] for row in rows[1:])]
    cells = [[_wrapped(row[place]) for place in used] for row in rows]
    widths = [max(len(line) for row in cells for line in row[place]) for place in range(len(used))]

    def rule(left: str, middle: str, right: str) -> str:
        return left + middle.join("─" * (width + 2) for width in widths) + right

    yield rule("┌", "┬", "┐")
    for number, row in enumerate(cells):
        if number:
            yield rule("├", "┼", "┤")
        for line in range(max(map(len, row))):
            shown = (
                (cell[line] if line < len(cell) else "").ljust(width)
                for cell, width in zip(row, widths, strict=True)
            )
            yield "│ " + " │ ".join(shown) + " │"
    yield rule("└", "┴", "┘")
