"""A template: its sections, and what AWS refuses in their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation.mistakes import Mistake

_SECTIONS = (
    *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings"),
    *("Conditions", "Transform", "Resources", "Outputs", "Hooks"),
)
_MEMBERS = (
    *("Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy"),
    *("UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy", "Version"),
)
_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
_NAME = re.compile(r"[a-zA-Z0-9]{1,255}")
_VERSION = "2010-09-09"

Shape = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """A template as it was read, not to be changed."""

    body: Shape

    def section(self, name: str) -> Shape:
        """Return a section, empty when it is not there."""
        found: Shape = self.body.get(name) or {}
        return found

    @property
    def resources(self) -> Shape:
        """The resources by their logical ids."""
        return self.section("Resources")

    @property
    def description(self) -> str:
        """The description, empty when there is none."""
        return str(self.body.get("Description") or "")

    @property
    def transforms(self) -> list[str]:
        """The names of the macros for the whole template."""
        declared = self.body.get("Transform") or []
        listed = declared if isinstance(declared, list) else [declared]
        return [str(each.get("Name")) if isinstance(each, dict) else str(each) for each in listed]

    def types(self) -> list[str]:
        """Return the types of the resources, each once."""
        return list(dict.fromkeys(each["Type"] for each in self.resources.values()))


def check_form(body: Shape) -> Template:
    """Return the template, if its sections and their members have the form that they need.

    Raises ``Mistake``.
    """
    if unknown := [name for name in body if name not in _SECTIONS]:
        raise Mistake(f"Invalid template property or properties [{', '.join(unknown)}]")
    if body.get("AWSTemplateFormatVersion", _VERSION) != _VERSION:
        raise Mistake("Template format error: unsupported value for AWSTemplateFormatVersion.")
    for name in ("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs"):
        if not isinstance(body.get(name, {}), dict | None):
            raise Mistake(f"Template format error: {name} must be an object.")
    if not isinstance(body.get("Description", ""), str | None):
        raise Mistake("Template format error: Description must be a string.")
    if not body.get("Resources"):
        raise Mistake("Template format error: At least one Resources member must be defined.")
    for mistake in _mistakes(body):
        raise Mistake(mistake)
    return Template(body)


def _mistakes(body: Shape) -> Iterator[str]:
    for name, declared in (body.get("Parameters") or {}).items():
        yield from _of_parameter(name, declared)
    yield from _of_mappings(body.get("Mappings") or {})
    for name, resource in body["Resources"].items():
        if not name.startswith("Fn::ForEach::"):
            yield from _of_resource(name, resource)
    for name, output in (body.get("Outputs") or {}).items():
        if not name.startswith("Fn::ForEach::"):
            yield from _of_output(name, output)


def _of_parameter(name: str, declared: Any) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"Template format error: Parameter name {name} is non alphanumeric."
    if not isinstance(declared, dict) or not isinstance(declared.get("Type"), str):
        yield "Template format error: Every Parameters object must contain a Type member."


def _of_mappings(mappings: Shape) -> Iterator[str]:
    for name, mapping in mappings.items():
        if name == "Fn::Transform":
            continue
        if not isinstance(mapping, dict) or not all(isinstance(v, dict) for v in mapping.values()):
            yield (f"Template format error: Every Mappings member {name} must be a map of maps.")


def _of_resource(name: str, resource: Any) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"Template format error: Resource name {name} is non alphanumeric."
    if not isinstance(resource, dict):
        yield f"Template format error: [/Resources/{name}] resource definition is malformed"
        return
    kind = resource.get("Type")
    if not isinstance(kind, str) or not kind:
        yield (
            f"Template format error: [/Resources/{name}] Every Resources object must contain a "
            "Type member."
        )
        return
    for member in resource:
        if member not in _MEMBERS:
            yield f"Invalid template resource property '{member}'"
    if not isinstance(resource.get("Properties", {}), dict | None):
        yield f"Template format error: [/Resources/{name}/Properties] 'null' values are not allowed"
    yield from _null(f"/Resources/{name}", resource)
    yield from _of_policies(name, resource)
    depends = resource.get("DependsOn", [])
    listed = depends if isinstance(depends, list) else [depends]
    if not all(isinstance(each, str) for each in listed):
        yield "Template format error: DependsOn must be a string or list of strings."
    if not isinstance(resource.get("Condition", ""), str):
        yield f"Template format error: Condition of resource {name} must be a string."


def _of_policies(name: str, resource: Shape) -> Iterator[str]:
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        value = resource.get(policy, "Delete")
        known = _POLICIES if policy == "DeletionPolicy" else ("Delete", "Retain", "Snapshot")
        # A function is for AWS::LanguageExtensions.
        if isinstance(value, str) and value not in known:
            yield f"Template format error: Unrecognized {policy} {value} for resource {name}"


def _of_output(name: str, output: Any) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"Template format error: Output name {name} is non alphanumeric."
    if not isinstance(output, dict) or "Value" not in output:
        yield "Template format error: Every Outputs member must contain a Value object"
        return
    yield from _null(f"/Outputs/{name}", output)
    if isinstance(output["Value"], list):
        yield (
            f"Template format error: The Value field of every Outputs member must evaluate to a "
            f"String, found a List in {name}."
        )
    if "Export" in output and (
        not isinstance(output["Export"], dict) or set(output["Export"]) != {"Name"}
    ):
        yield f"Template format error: Output {name} is malformed: Export must have a Name."


def _null(path: str, value: Any) -> Iterator[str]:
    if value is None:
        yield f"Template format error: [{path}] 'null' values are not allowed in templates"
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _null(f"{path}/{key}", each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _null(f"{path}/{index}", each)
