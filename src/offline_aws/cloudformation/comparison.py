"""What an update would change, resource by resource: the changes of a change set.

After "Example change sets" of the CloudFormation User Guide: a changed parameter gives two
details, one of the template's text and one that names the parameter; what depends on a resource
that is replaced is changed too; what depends on an attribute of one that is changed in place may
be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from offline_aws.cloudformation import property_check, schemas
from offline_aws.cloudformation.change_causes import Cause, causes_of, part_at
from offline_aws.cloudformation.change_shapes import (
    ATTRIBUTES,
    at,
    attribute_target,
    attributes_of,
    context_of_change,
    differing_paths,
    direct_detail,
    replacement_of,
    shown,
    tags_of,
)
from offline_aws.cloudformation.masking import masked
from offline_aws.cloudformation.scope import UNKNOWN, Scope
from offline_aws.cloudformation.store import Model, Resource, Stack
from offline_aws.cloudformation.surroundings import scope_of
from offline_aws.cloudformation.template import Shape
from offline_aws.cloudformation.template_check import dependencies
from offline_aws.cloudformation.update import GONE, NESTED, is_taggable
from offline_aws.cloudformation.update_kind import recreation
from offline_aws.operations import Call

Path = tuple[str, ...]


@dataclass
class Comparison:
    """One stack as it is against a model; ``imported`` has physical ids of what is taken over."""

    call: Call
    stack: Stack
    model: Model
    imported: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def changes(self) -> list[Shape]:
        """Return AWS's ``Change`` for each resource, by their logical ids. Raises ``Mistake``."""
        active = scope_of(self.call, self.stack, self.model).active()
        found: dict[str, Shape] = {}
        for name in _in_order(dependencies(active)):
            change = self._of_active(name, active[name])
            if change is not None:
                found[name] = change
        for name, resource in self.stack.resources.items():
            if name not in active and resource.status not in GONE:
                found[name] = self._removal(resource)
        return [{"Type": "Resource", "ResourceChange": found[name]} for name in sorted(found)]

    def _scope(self) -> Scope:
        unknown = frozenset(
            name for name, kind in self.kinds.items() if kind in ("Add", "True", "Conditional")
        )
        return scope_of(self.call, self.stack, self.model, unknown=unknown)

    def _of_active(self, name: str, definition: Shape) -> Shape | None:
        old = self.stack.resources.get(name)
        after = self._properties(definition)
        context = context_of_change(definition, after, self.model)
        if old is None or not old.physical_id or old.status in GONE:
            imported = name in self.imported
            self.kinds[name] = "Import" if imported else "Add"
            change: Shape = {
                "Action": self.kinds[name],
                "LogicalResourceId": name,
                "ResourceType": definition["Type"],
                "Scope": [],
                "Details": [],
                "AfterContext": context,
            }
            return change | ({"PhysicalResourceId": self.imported[name]} if imported else {})
        details = list(self._details(old, definition, after))
        if not details:
            return None
        replacement = replacement_of(details)
        self.kinds[name] = replacement
        change = {
            "Action": "Modify",
            "LogicalResourceId": name,
            "PhysicalResourceId": old.physical_id,
            "ResourceType": old.type_name,
            "Replacement": replacement,
            "Scope": attributes_of(details),
            "Details": details,
            "BeforeContext": context_of_change(old.definition, old.properties, self.stack.model),
            "AfterContext": context,
        }
        if replacement != "False":
            policy = definition.get("UpdateReplacePolicy", "Delete")
            change["PolicyAction"] = f"ReplaceAnd{policy}"
        return change

    def _removal(self, resource: Resource) -> Shape:
        policy = resource.policy("DeletionPolicy") or "Delete"
        return {
            "Action": "Remove",
            "PolicyAction": "Retain" if policy.startswith("Retain") else policy,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id,
            "ResourceType": resource.type_name,
            "Scope": [],
            "Details": [],
            "BeforeContext": context_of_change(
                resource.definition, resource.properties, self.stack.model
            ),
        }

    def _properties(self, definition: Shape) -> Shape:
        schema = schemas.find_schema(self.call.region, definition["Type"]) or {}
        given = self._scope().value(definition.get("Properties") or {})
        return property_check.fitted(schema, given)

    def _details(self, old: Resource, definition: Shape, after: Shape) -> Iterator[Shape]:
        direct: list[Shape] = []
        caused: list[Shape] = []
        for path in sorted(differing_paths(old.properties, after)):
            target = self._target(old, path, after)
            for cause in self._causes(old, definition, path):
                detail = {"Target": target, **cause.shape()}
                (direct if cause.source == "DirectModification" else caused).append(detail)
        caused += self._attributes_that_may_change(old, definition, after)
        yield from direct
        yield from self._of_stack_tags(old, direct + caused)
        yield from self._of_attributes(old, definition)
        yield from caused
        if old.type_name == NESTED and not direct:
            yield {
                "Target": {"Attribute": "Properties", "RequiresRecreation": "Never"},
                "Evaluation": "Dynamic",
                "ChangeSource": "Automatic",
            }

    def _causes(self, old: Resource, definition: Shape, path: Path) -> list[Cause]:
        before = part_at(old.definition.get("Properties") or {}, path)
        after = part_at(definition.get("Properties") or {}, path)
        return causes_of(before, after, self.stack.model, self.model, self.kinds)

    def _attributes_that_may_change(
        self, old: Resource, definition: Shape, after: Shape
    ) -> Iterator[Shape]:
        """Yield details for what is as it was, but gets an attribute of what is changed."""
        properties = definition.get("Properties") or {}
        for name in sorted(properties):
            if old.properties.get(name) != after.get(name):
                continue
            for cause in causes_of(
                None, properties[name], self.stack.model, self.model, self.kinds
            ):
                if cause.source == "ResourceAttribute" and cause.evaluation == "Dynamic":
                    may_be = {**after, name: UNKNOWN}
                    yield {"Target": self._target(old, (name,), may_be), **cause.shape()}

    def _of_attributes(self, old: Resource, definition: Shape) -> Iterator[Shape]:
        for name in ATTRIBUTES:
            before, after = old.definition.get(name), definition.get(name)
            if before != after:
                yield direct_detail(attribute_target(name, before, after))

    def _of_stack_tags(self, old: Resource, details: list[Shape]) -> Iterator[Shape]:
        """Yield a detail for the stack's tags, where those of the resource give none."""
        told = any(each["Target"]["Attribute"] == "Tags" for each in details)
        changed = self.stack.model.tags != self.model.tags
        if changed and not told and is_taggable(self.call.region, old.type_name):
            yield direct_detail(
                attribute_target("Tags", tags_of(self.stack.model), tags_of(self.model))
            )

    def _target(self, old: Resource, path: Path, after: Shape) -> Shape:
        before_value, after_value = at(old.properties, path), at(after, path)
        where = "/" + "/".join(("Properties", *path))
        kind = "Add" if before_value is None else "Remove" if after_value is None else "Modify"
        target: Shape = {
            "Attribute": "Properties",
            "Name": path[0],
            "RequiresRecreation": recreation(
                self.call.region, old.type_name, path, before_value, after_value
            ),
            "Path": where,
            "AttributeChangeType": kind,
        }
        if path[0] == "Tags" and is_taggable(self.call.region, old.type_name):
            target["Attribute"] = "Tags"
            del target["Name"]
            target["RequiresRecreation"] = "Never"
        if before_value is not None:
            target["BeforeValue"] = shown(masked(before_value, self.stack.model))
        if after_value is not None:
            target["AfterValue"] = shown(masked(after_value, self.model))
        return target


def _in_order(needs: dict[str, set[str]]) -> Iterator[str]:
    done: set[str] = set()
    while len(done) < len(needs):
        for name, needed in needs.items():
            if name not in done and needed <= done:
                done.add(name)
                yield name
