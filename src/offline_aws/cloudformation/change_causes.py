"""Why a property changes: its text, a parameter, or a resource that it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation.references import references
from offline_aws.cloudformation.store import Model
from offline_aws.cloudformation.template import Shape

Path = tuple[str, ...]


@dataclass(frozen=True)
class Cause:
    """One detail of a change: its ChangeSource, Evaluation and CausingEntity."""

    source: str
    evaluation: str
    entity: str = ""

    def shape(self) -> Shape:
        """Return it as members of AWS's ``ResourceChangeDetail``."""
        shape = {"Evaluation": self.evaluation, "ChangeSource": self.source}
        return {**shape, "CausingEntity": self.entity} if self.entity else shape


def causes_of(
    before: Any, after: Any, old: Model, new: Model, kinds: Mapping[str, str]
) -> list[Cause]:
    """Return why a part of the template that was ``before`` comes to another value as ``after``.

    ``kinds`` says what becomes of the resources: Add, Import, or the Replacement of those that
    are changed.
    """
    found = [
        cause
        for reference in dict.fromkeys(references(after))
        if (cause := _of_reference(reference.name, str(reference), old, new, kinds))
    ]
    sure = any(each.evaluation == "Static" for each in found)
    if before != after or not found or sure:
        evaluation = "Dynamic" if found else "Static"
        return [Cause("DirectModification", evaluation), *found]
    return found


def _of_reference(
    name: str, entity: str, old: Model, new: Model, kinds: Mapping[str, str]
) -> Cause | None:
    if name in new.parameters:
        if name in old.parameters and old.parameters[name].ref == new.parameters[name].ref:
            return None
        return Cause("ParameterReference", "Static", name)
    kind = kinds.get(name)
    if kind is None or kind == "Import":
        return None
    source = "ResourceAttribute" if entity != name else "ResourceReference"
    if kind in ("Add", "True"):
        return Cause(source, "Static", entity)
    if kind == "Conditional" or source == "ResourceAttribute":
        return Cause(source, "Dynamic", entity)
    return None


def part_at(part: Any, path: Path) -> Any:
    """Return the part of a template at a path of its values: a function hides what is in it."""
    for step in path:
        if isinstance(part, dict) and step in part:
            part = part[step]
        elif isinstance(part, list) and step.isdecimal() and int(step) < len(part):
            part = part[int(step)]
        elif (
            isinstance(part, dict)
            and len(part) == 1
            and next(iter(part)).startswith(("Fn::", "Ref"))
        ):
            return part
        else:
            return None
    return part
