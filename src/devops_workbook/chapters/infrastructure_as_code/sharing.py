"""Exercise on exports: replace one that another stack imports."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.chapters.infrastructure_as_code import account
from devops_workbook.chapters.infrastructure_as_code.scene import (
    NETWORK,
    SHOP,
    arrange_shop,
    chapter,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

OLD, NEW = "shop-subnets", "shop-database-subnets"
_ZONES = 3


@chapter.exercise(
    "third-zone",
    title="Replace an export that is in use",
    minutes=6,
    hints=(
        "The new export can stand beside the old one. Who imports the old one? "
        "`list_imports(ExportName=…)`.",
        "Three deployments: the network with both exports, the shop with `!ImportValue "
        "shop-database-subnets`, the network without the old export.",
        'An output of its own: `  DatabaseSubnets:`, `    Value: !Join [",", [!Ref SubnetA, !Ref '
        "SubnetB, !Ref SubnetC]]`, `    Export: {Name: shop-database-subnets}`.",
    ),
    arrange=arrange_shop,
)
def check_third_zone(lab: Lab, answer: Any) -> str:
    """The database's subnet group has three subnets, from the new export; the old one is gone."""
    for name in (SHOP, NETWORK):
        account.require_never_deleted(name)
    exports = account.exports()
    if NEW not in exports and OLD in exports:
        # The platform team's own attempt was to update the export, not to delete it.
        refused = [each for each in _reasons() if "cannot be deleted" in each]
        require(not refused, f"The network's update was rolled back: {''.join(refused[-1:])}.")
        raise NotStarted(f"The network exports {OLD}, and {NEW} does not exist yet.")
    require(NEW in exports, f"Nobody exports {NEW}. Found {', '.join(exports)}.")
    named = [each for each in exports[NEW].split(",") if each]
    require(
        len(named) == _ZONES,
        f"{NEW} has {len(named)} subnets. The network has {_ZONES}.",
    )
    if OLD in exports:
        users = _imports(OLD)
        require(
            SHOP not in users,
            f"Both exports are there, and {SHOP} still imports {OLD}.",
        )
    group = account.resources().get("DatabaseSubnets")
    require(
        group,
        f"{SHOP} has no DatabaseSubnets any more: a group with another name is another group, and "
        'the database moved to a new and empty one. `lab.catch_up("third-zone")` begins again.',
    )
    subnets = _subnets_of_group(str(group))
    require(
        subnets == set(named),
        f"The database's subnet group has {len(subnets)} subnets, {NEW} has {len(named)}.",
    )
    require(SHOP in _imports(NEW), f"{SHOP} has the right subnets, but does not import {NEW}.")
    require(OLD not in exports, f"{OLD} is imported by nobody any more, and still there.")
    return f"{SHOP} imports {NEW} with {_ZONES} subnets, and {OLD} is gone. Nothing stood still."


def _reasons() -> list[str]:
    """Return why updates of the network were rolled back."""
    return [
        each.get("ResourceStatusReason", "")
        for each in account.events(NETWORK)
        if each["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS"
    ]


def _imports(export: str) -> list[str]:
    client = clients.client("cloudformation", REGION)
    try:
        return list(client.list_imports(ExportName=export)["Imports"])
    except ClientError:
        return []  # "is not imported by any stack" is an error


def _subnets_of_group(name: str) -> set[str]:
    found = clients.client("rds", REGION).describe_db_subnet_groups(DBSubnetGroupName=name)
    return {each["SubnetIdentifier"] for each in found["DBSubnetGroups"][0]["Subnets"]}
