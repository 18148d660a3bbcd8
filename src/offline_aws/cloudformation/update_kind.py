"""Whether a change of a resource is made in place or by a new resource, by its type's schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.cloudformation import schemas
from offline_aws.cloudformation.resource_type import Failed
from offline_aws.cloudformation.store import Resource

Path = tuple[str, ...]

#: Of the properties whose change may replace the resource, those with which it stays, as the
#: CloudFormation User Guide has them ("Update requires: no interruption" or "some interruptions").
#: The change of any other replaces it here.
_IN_PLACE: dict[str, tuple[str, ...]] = {
    "AWS::EC2::Instance": (
        *("AdditionalInfo", "Affinity", "EbsOptimized", "HostId", "InstanceType", "KernelId"),
        *("PrivateDnsNameOptions", "RamdiskId", "SecurityGroupIds", "Tenancy", "UserData"),
    ),
    "AWS::RDS::DBCluster": ("GlobalClusterIdentifier",),
    "AWS::RDS::DBInstance": (
        *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ"),
        *("PerformanceInsightsKMSKeyId", "PreferredMaintenanceWindow"),
    ),
}


def changed_properties(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return the names of the properties that differ, sorted."""
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def changed_paths(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of what differs, into maps but not into lists."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            if name not in old or name not in new:
                yield (*path, name)
            else:
                yield from changed_paths(old[name], new[name], (*path, name))
    elif old != new:
        yield path


def touches(path: Path, declared: Path) -> bool:
    """Return whether a change at a path is one of a property that a schema declares.

    ``*`` in a declared path stands for any item, at which the path of a change has ended.
    """
    for one, other in zip(path, declared, strict=False):
        if other == "*":
            return True
        if one != other:
            return False
    return True


def recreation(region: str, type_name: str, path: Path, old: Any, new: Any) -> str:
    """Return what a change at a path needs: Always, Conditionally or Never a new resource.

    ``old`` and ``new`` are the values there, None for none.
    """
    schema = schemas.find_schema(region, type_name) or {}
    for declared in schemas.create_only(schema):
        if touches(path, declared) and _differs(path, declared, old, new):
            return "Always"
    for declared in schemas.conditionally_create_only(schema):
        if touches(path, declared) and _differs(path, declared, old, new):
            return "Conditionally"
    return "Never"


def _differs(path: Path, declared: Path, old: Any, new: Any) -> bool:
    """Return whether the values differ at a declared path that goes deeper than the change."""
    for step in declared[len(path) :]:
        if step == "*":
            break
        old = old.get(step) if isinstance(old, dict) else None
        new = new.get(step) if isinstance(new, dict) else None
    return bool(old != new)


def replaces(region: str, old: Resource, new: Resource) -> bool:
    """Return whether the change from one resource to the other needs a new one."""
    for path in changed_paths(old.properties, new.properties):
        before, after = _at(old.properties, path), _at(new.properties, path)
        kind = recreation(region, new.type_name, path, before, after)
        in_place = path[0] in _IN_PLACE.get(new.type_name, ())
        if kind == "Always" or (kind == "Conditionally" and not in_place):
            return True
    return False


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def check_own_name(region: str, old: Resource, new: Resource) -> None:
    """Raise ``Failed`` where the new resource would have the name of the one that it replaces."""
    schema = schemas.find_schema(region, new.type_name) or {}
    identifying = schemas.primary_identifier(schema)
    alone = identifying and all(_at(new.properties, path) is not None for path in identifying)
    kind = new.type_name.rpartition("::")[2]
    own = [(f"{kind}Name",), ("Name",), *(identifying if alone else ())]
    names = [path for path in own if path in [*schemas.create_only(schema), *identifying]]
    values = [_at(new.properties, path) for path in names]
    if any(values) and values == [_at(old.properties, path) for path in names]:
        raise Failed(
            "CloudFormation cannot update a stack when a custom-named resource requires "
            f"replacing. Rename {old.physical_id} and update the stack again."
        )
