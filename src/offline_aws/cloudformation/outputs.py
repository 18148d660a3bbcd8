"""The outputs of a stack, and the exports among them that others import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import Scope, text_of
from offline_aws.cloudformation.store import Stack, Stacks
from offline_aws.cloudformation.surroundings import find_export, scope_of
from offline_aws.cloudformation.template import Shape
from offline_aws.operations import Call


def outputs_of(scope: Scope) -> list[Shape]:
    """Return the outputs that a template comes to. Raises ``Mistake``."""
    found = []
    for name, declared in scope.template.section("Outputs").items():
        if "Condition" in declared and not scope.condition(declared["Condition"]):
            continue
        output: Shape = {"OutputKey": name, "OutputValue": _text(name, scope, declared["Value"])}
        if declared.get("Description"):
            output["Description"] = str(declared["Description"])
        if "Export" in declared:
            output["ExportName"] = text_of(scope.value(declared["Export"]["Name"]))
        found.append(output)
    return found


def _text(name: str, scope: Scope, part: Any) -> str:
    value = scope.value(part)
    if not isinstance(value, str | int | float):
        raise Mistake(
            f"Template format error: Output {name} is malformed. The Value field of every Outputs "
            "member must evaluate to a String."
        )
    return text_of(value)


def check_exports(call: Call, stack: Stack, outputs: list[Shape]) -> None:
    """Refuse exports that another stack has, and changes of those that one imports.

    Raises ``Mistake``.
    """
    new = {each["ExportName"]: each["OutputValue"] for each in outputs if "ExportName" in each}
    for name in new:
        found = find_export(call, name)
        if found and found[0].id != stack.id:
            raise Mistake(f"Export with name {name} is already exported by stack {found[0].name}.")
    for output in stack.outputs:
        name = output.get("ExportName")
        if name is None or new.get(name) == output["OutputValue"]:
            continue
        if users := importers(call, name):
            how = "updated" if name in new else "deleted"
            raise Mistake(f"Export {name} cannot be {how} as it is in use by {_and(users)}")


def why_not_to_delete(call: Call, stack: Stack) -> str:
    """Return the sentence for the first export of a stack that others import, else nothing."""
    for output in stack.outputs:
        if (name := output.get("ExportName")) and (users := importers(call, name)):
            return f"Delete canceled. Cannot delete export {name} as it is in use by {_and(users)}."
    return ""


def importers(call: Call, export: str) -> list[str]:
    """Return the names of the stacks that import a value."""
    return sorted(
        stack.name
        for stack in call.state(Stacks).live()
        if stack.resources and export in imports_of(call, stack)
    )


def imports_of(call: Call, stack: Stack) -> set[str]:
    """Return the names that a stack imports, as far as they can be told."""
    scope = scope_of(call, stack)
    found = set()
    parts = [*scope.active().values(), *stack.model.template.section("Outputs").values()]
    for argument in _arguments(parts):
        try:
            found.add(text_of(scope.value(argument)))
        except (Mistake, ClientError):
            continue  # of a resource that is not made
    return found


def _arguments(part: Any) -> Iterator[Any]:
    if isinstance(part, list):
        for each in part:
            yield from _arguments(each)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name == "Fn::ImportValue" and len(part) == 1:
                yield each
            yield from _arguments(each)


def _and(names: list[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
