"""Exercise on a stack that grows: a database with its exports."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.infrastructure_as_code import account
from devops_workbook.chapters.infrastructure_as_code.account import Shape
from devops_workbook.chapters.infrastructure_as_code.scene import SHOP, arrange_base, chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab

EXPORT = "shop-database"


@chapter.exercise(
    "database",
    title="Add the database",
    minutes=7,
    hints=(
        "A resource starts with two spaces: `  Database:`, below it `    Type: "
        "AWS::RDS::DBInstance` and `    Properties:`, and the properties with six spaces.",
        "`!Ref DatabaseSubnets` gives the subnet group's name, `!GetAtt DatabaseAccess.GroupId` "
        "the security group's id. VPCSecurityGroups is a list: `[…]`.",
        "Outputs stand at the left edge: `Outputs:`, then `  Endpoint:`, then `    Value: !GetAtt "
        "Database.Endpoint.Address` and `    Export: {Name: shop-database}`.",
    ),
    arrange=arrange_base,
)
def check_database(lab: Lab, answer: Any) -> str:
    """The stack's database is encrypted, reachable from the network alone, and exported."""
    made = account.resources()
    status = account.stack()["StackStatus"]
    found = _database(made)
    if not found:
        failed = [each for each in account.events(SHOP) if "FAILED" in each["ResourceStatus"]]
        kinds = {each["Type"] for each in account.template()["Resources"].values()}
        tried = failed or status.endswith("IN_PROGRESS") or "AWS::RDS::DBInstance" in kinds
        if not tried:
            raise NotStarted(f"The stack {SHOP} has {', '.join(made)}, and no database yet.")
    require(
        status in ("UPDATE_COMPLETE", "CREATE_COMPLETE"),
        f"The stack {SHOP} says {status}. `events_table({SHOP!r})` says why.",
    )
    require(found, f"The stack {SHOP} has {', '.join(made)}, and no resource named Database.")
    _check_settings(found, made)
    _check_password()
    exported = account.exports().get(EXPORT)
    require(exported, f"Nobody exports {EXPORT}. Found the exports {', '.join(account.exports())}.")
    require(
        exported == found["Endpoint"]["Address"],
        f"{EXPORT} is exported as {exported}, which is not the address of the database.",
    )
    return f"The database is there, encrypted, and other stacks can import {EXPORT}: {exported}."


def _database(made: dict[str, str]) -> Shape:
    return account.database(made["Database"]) if made.get("Database") else {}


def _check_settings(found: Shape, made: dict[str, str]) -> None:
    require(
        found["StorageEncrypted"],
        "The database stores its data as plain bytes. StorageEncrypted is false unless it is set.",
    )
    group = found.get("DBSubnetGroup", {}).get("DBSubnetGroupName")
    require(
        group == made["DatabaseSubnets"],
        f"The database is in the subnet group {group}, not in the one that the stack has made.",
    )
    guards = [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"]]
    require(
        guards == [made["DatabaseAccess"]],
        f"The database has the security groups {guards}, not the one that the stack has made.",
    )


def _check_password() -> None:
    properties = account.template()["Resources"]["Database"]["Properties"]
    password = str(properties.get("MasterUserPassword", ""))
    managed = properties.get("ManageMasterUserPassword")
    require(
        managed or password.startswith("{{resolve:"),
        "The password stands in the template, and so in the repository, in every change set and "
        "for everybody who may read the stack. Refer to the secret instead.",
    )
