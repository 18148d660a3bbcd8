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


#: What the task's table says, in the words of DescribeDBInstances.
_WANTED = {
    "Engine": "postgres",
    "EngineVersion": "17.6",
    "DBInstanceClass": "db.t4g.micro",
    "AllocatedStorage": "20",
    "MasterUsername": "shop",
}


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
    _check_parameters(found)
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
    for name in ("DatabaseSubnets", "DatabaseAccess"):
        require(name in made, f"The stack {SHOP} has no {name}. Deploy `templates.ACCESS`, too.")
    group = found.get("DBSubnetGroup", {}).get("DBSubnetGroupName")
    require(
        group == made["DatabaseSubnets"],
        f"The database is in the subnet group {group}, not in the one that the stack has made.",
    )
    guards = [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"]]
    require(
        made["DatabaseAccess"] in guards,
        f"The database has the security groups {guards}, not the one that the stack has made.",
    )


def _check_parameters(found: Shape) -> None:
    for name, wanted in _WANTED.items():
        require(
            str(found[name]) == wanted,
            f"The database has the {name} {found[name]}. The table says {wanted}.",
        )


def _check_password() -> None:
    template = account.template()
    properties = template["Resources"]["Database"]["Properties"]
    password = properties.get("MasterUserPassword", "")
    # A parameter's value is given at the deployment; its default stands in the template.
    asked = template.get("Parameters", {}).get(_referred(password), {"Default": password})
    require(
        properties.get("ManageMasterUserPassword")
        or "{{resolve:" in str(password)
        or "Default" not in asked,
        "The password stands in the template, and so in the repository, in every change set and "
        "for everybody who may read the stack. Refer to the secret instead.",
    )
    require(
        not asked or "Default" in asked or str(asked.get("NoEcho")).lower() == "true",
        "The password is a parameter without NoEcho: whoever may read the stack reads it.",
    )


def _referred(value: object) -> str:
    """Return the parameter that a value refers to, "" where it refers to none."""
    return str(value.get("Ref", "")) if isinstance(value, dict) else ""
