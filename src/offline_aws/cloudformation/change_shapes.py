"""The parts of AWS's ``ResourceChange``, and the values in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from offline_aws.cloudformation.masking import masked
from offline_aws.cloudformation.scope import UNKNOWN, text_of
from offline_aws.cloudformation.store import Model
from offline_aws.cloudformation.template import Shape

Path = tuple[str, ...]
#: The attributes of a resource that are no properties.
ATTRIBUTES = (
    *("Metadata", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy"),
)


def replacement_of(details: list[Shape]) -> str:
    """Return whether details together need a new resource: the one of the highest impact."""
    kinds = [(each["Target"]["RequiresRecreation"], each["Evaluation"]) for each in details]
    if ("Always", "Static") in kinds:
        return "True"
    if any(need in ("Always", "Conditionally") for need, _ in kinds):
        return "Conditional"
    return "False"


def differing_paths(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of what differs, into maps and into lists that are as long as before."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            if name not in old or name not in new:
                yield (*path, name)
            else:
                yield from differing_paths(old[name], new[name], (*path, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new) and path:
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differing_paths(one, other, (*path, str(index)))
    elif old != new:
        yield path


def at(value: Any, path: Path) -> Any:
    """Return what is at a path of values, None for nothing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def shown(value: Any) -> str:
    """Return a value as a change set has it."""
    if isinstance(value, dict | list):
        return json.dumps(texts(value), separators=(",", ":"))
    return text_of(value)


def texts(value: Any) -> Any:
    """Return a value with its scalars as texts, as a change set has them."""
    if isinstance(value, dict):
        return {key: texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [texts(each) for each in value]
    return value if value is None else text_of(value)


def context_of_change(definition: Shape, properties: Shape, model: Model) -> str:
    """Return a resource as BeforeContext or AfterContext, JSON."""
    context = {"Properties": masked(texts(properties), model)}
    for name in sorted(ATTRIBUTES):
        if name in definition:
            context[name] = definition[name]
    return json.dumps(context, separators=(",", ":"))


def attribute_target(name: str, before: Any, after: Any) -> Shape:
    """Return AWS's ``ResourceTargetDefinition`` of an attribute that is no property."""
    kind = "Add" if before is None else "Remove" if after is None else "Modify"
    target: Shape = {
        "Attribute": name,
        "RequiresRecreation": "Never",
        "Path": f"/{name}",
        "AttributeChangeType": kind,
    }
    if before is not None:
        target["BeforeValue"] = shown(before)
    if after is not None:
        target["AfterValue"] = shown(after)
    return target


def direct_detail(target: Shape) -> Shape:
    """Return the detail of a change that the template makes itself."""
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


def tags_of(model: Model) -> list[Shape]:
    """Return the tags of a stack as a list."""
    return [{"Key": key, "Value": value} for key, value in model.tags.items()]


def attributes_of(details: list[Shape]) -> list[str]:
    """Return the Scope of a change: which attributes its details are of."""
    found = {each["Target"]["Attribute"] for each in details}
    return [each for each in ("Tags", "Properties", *ATTRIBUTES) if each in found]


def without_values(change: Shape) -> Shape:
    """Return a change as it is without IncludePropertyValues."""
    hidden = ("Path", "BeforeValue", "AfterValue", "AttributeChangeType")
    inner = {
        name: each
        for name, each in change["ResourceChange"].items()
        if name not in ("BeforeContext", "AfterContext")
    }
    details: list[Shape] = []
    for each in inner["Details"]:
        target = {name: value for name, value in each["Target"].items() if name not in hidden}
        detail = {**each, "Target": target}
        if detail not in details:
            details.append(detail)
    return {**change, "ResourceChange": {**inner, "Details": details}}


def is_unknown(value: Any) -> bool:
    """Return whether a value is known only after the change set is executed."""
    return UNKNOWN in json.dumps(value)
