"""What AWS refuses in a template before anything is made: names, types, circles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline_aws.cloudformation import parameter_types, resource_type, schemas
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.references import Reference, conditions_of, references
from offline_aws.cloudformation.template import Shape, Template
from offline_aws.refusals import not_simulated_with

_TYPE = re.compile(r"\w+::\w+::\w+(::MODULE)?|Custom::[\w@-]{1,60}")
_PSEUDO = "AWS::"
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
_SNAPSHOTS = (
    *("AWS::EC2::Volume", "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"),
    *("AWS::Neptune::DBCluster", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"),
    *("AWS::Redshift::Cluster", "AWS::DocDB::DBCluster"),
)


def check_names(template: Template, region: str) -> None:
    """Refuse types that AWS has not, and names that the template has not. Raises ``Mistake``."""
    check_parameter_types(template)
    unknown = [each for each in template.types() if not exists(each, region)]
    if unknown:
        raise Mistake(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    _check_conditions(template)
    _check_references(template)
    _check_attributes(template, region)
    _check_snapshots(template)


def check_parameter_types(template: Template) -> None:
    """Refuse types of parameters that there are not. Raises ``Mistake``."""
    for name, declared in template.section("Parameters").items():
        parameter_types.check_type(name, declared["Type"])


def exists(type_name: str, region: str) -> bool:
    """Return whether AWS has a type of resource."""
    if not _TYPE.fullmatch(type_name):
        return False
    return schemas.find_schema(region, type_name) is not None


def refuse_absent(template: Template, operation: str) -> None:
    """Refuse by name the types that AWS has and that are not simulated."""
    absent = [each for each in template.types() if not is_simulated(each)]
    if absent:
        raise not_simulated_with(
            "cloudformation",
            operation,
            f"the resource types {', '.join(absent)}",
            f"There are: {', '.join(resource_type.names())}.",
        )


def is_simulated(type_name: str) -> bool:
    """Return whether a type of resource can be made offline."""
    return find_type(type_name) is not None


def find_type(type_name: str) -> resource_type.ResourceType | None:
    """Return a type by its name, that of custom resources for theirs."""
    name = _CUSTOM[1] if type_name.startswith(_CUSTOM[0]) else type_name
    return resource_type.find(name)


def _check_conditions(template: Template) -> None:
    declared = template.section("Conditions")
    for place in ("Conditions", "Resources", "Outputs"):
        for body in template.section(place).values():
            for name in _conditions_used(place, body):
                if name not in declared:
                    raise Mistake(
                        f"Template format error: Unresolved condition dependency {name} in the "
                        f"{place} block of the template"
                    )
    for body in declared.values():
        for reference in references(body):
            if reference.attribute or not (
                reference.name in template.section("Parameters")
                or reference.name.startswith(_PSEUDO)
            ):
                raise Mistake(
                    f"Template format error: Unresolved dependencies [{reference.name}]. Cannot "
                    "reference resources in the Conditions block of the template"
                )


def _conditions_used(place: str, body: Any) -> Iterator[str]:
    if place == "Conditions":
        yield from conditions_of(body)
        return
    if isinstance(body, dict) and isinstance(body.get("Condition"), str):
        yield body["Condition"]
    yield from (name for name in _ifs(body))


def _ifs(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _ifs(each)
    elif isinstance(value, dict):
        match value:
            case {"Fn::If": [str(name), *_]}:
                yield name
        for each in value.values():
            yield from _ifs(each)


def _check_references(template: Template) -> None:
    known = {*template.section("Parameters"), *template.resources}
    for place in ("Resources", "Outputs"):
        unresolved = [
            each.name
            for body in template.section(place).values()
            for each in _all_references(body)
            if each.name not in known and not each.name.startswith(_PSEUDO)
        ]
        if unresolved:
            listed = ", ".join(dict.fromkeys(unresolved))
            raise Mistake(
                f"Template format error: Unresolved resource dependencies [{listed}] in the "
                f"{place} block of the template"
            )


def _all_references(body: Any) -> Iterator[Reference]:
    yield from references(body)
    for name in depends_on(body) if isinstance(body, dict) else ():
        yield Reference(name)


def depends_on(resource: Shape) -> list[str]:
    """Return the names in a resource's DependsOn."""
    named = resource.get("DependsOn", [])
    return list(named) if isinstance(named, list) else [named]


def _check_attributes(template: Template, region: str) -> None:
    for place in ("Resources", "Outputs"):
        for body in template.section(place).values():
            for each in references(body):
                if each.attribute and each.name in template.resources:
                    _check_attribute(template, each, region)
                elif each.attribute and not each.name.startswith(_PSEUDO):
                    raise Mistake(
                        f"Template error: instance of Fn::GetAtt references undefined resource "
                        f"{each.name}"
                    )


def _check_attribute(template: Template, reference: Reference, region: str) -> None:
    kind = template.resources[reference.name]["Type"]
    if kind.startswith(_CUSTOM) or reference.attribute == "*":
        return
    if kind == "AWS::CloudFormation::Stack" and reference.attribute.startswith("Outputs."):
        return
    if not has_attribute(kind, reference.attribute, region):
        raise Mistake(
            f"Template error: resource {reference.name} does not support attribute type "
            f"{reference.attribute} in Fn::GetAtt"
        )


def has_attribute(type_name: str, attribute: str, region: str) -> bool:
    """Return whether Fn::GetAtt can give an attribute of a type: any property of its schema.

    AWS's own list is of the read-only ones, and a few types give others too.
    """
    schema = schemas.find_schema(region, type_name)
    if schema is None:
        return False
    part: Any = schema
    for step in attribute.split("."):
        part = schemas.resolved(schema, part).get("properties", {})
        if step not in part:
            return False
        part = part[step]
    return True


def _check_snapshots(template: Template) -> None:
    for resource in template.resources.values():
        for policy, words in (
            ("DeletionPolicy", "deletion policy"),
            ("UpdateReplacePolicy", "update replace policy"),
        ):
            if resource.get(policy) == "Snapshot" and resource["Type"] not in _SNAPSHOTS:
                raise Mistake(
                    f"Template error: resource type {resource['Type']} does not support {words} "
                    "Snapshot"
                )


def dependencies(resources: Mapping[str, Shape]) -> dict[str, set[str]]:
    """Return what each resource needs of the others. Raises ``Mistake`` for a circle.

    ``resources`` are those whose condition holds, with no branch left that is not chosen.
    """
    found: dict[str, set[str]] = {}
    for name, resource in resources.items():
        named = {each.name for each in references(resource)} | set(depends_on(resource))
        found[name] = {each for each in named if each in resources}
    if circle := _in_circles(found):
        raise Mistake(f"Circular dependency between resources: [{', '.join(circle)}]")
    return found


def _in_circles(needs: Mapping[str, set[str]]) -> list[str]:
    """Return what cannot be put into an order, because it is in a circle or needs one."""
    left = {name: set(needed) for name, needed in needs.items()}
    while free := [name for name, needed in left.items() if not needed]:
        for name in free:
            del left[name]
        for needed in left.values():
            needed.difference_update(free)
    return sorted(left)


def check_chosen(resources: Mapping[str, Shape], template: Template) -> None:
    """Refuse a reference to a resource whose condition does not hold. Raises ``Mistake``."""
    lost = [
        each.name
        for resource in resources.values()
        for each in references(resource)
        if each.name in template.resources and each.name not in resources
    ]
    if lost:
        raise Mistake(
            f"Template format error: Unresolved resource dependencies [{', '.join(lost)}] in the "
            "Resources block of the template"
        )
