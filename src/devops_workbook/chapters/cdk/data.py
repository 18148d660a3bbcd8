"""Exercise on the first constructs: a database and a user pool, in a stack that is deployed."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook.chapters.cdk import account
from devops_workbook.chapters.cdk.scene import SHOP, arrange_base, chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, SetupMissing
from devops_workbook.lab import Lab

#: In the words of DescribeDBInstances.
_WANTED = {"EngineVersion": "17.6", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": "20"}
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@chapter.exercise(
    "data",
    title="Add the database and the customers",
    minutes=8,
    hints=(
        "Both constructs take the stack and an id first: `rds.DatabaseInstance(self, "
        '"Database", engine=…, vpc=self.network, …)`. The editor completes the rest after `rds.`.',
        "`vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)` chooses "
        "the subnets, `storage_encrypted=True` encrypts.",
        "Below the class: `app = cdk.App()`, then an instance of your class with the id "
        '`"shop"`, then `deploy(synth(app))`.',
    ),
    arrange=arrange_base,
)
def check_data(lab: Lab, answer: Any) -> str:
    """The stack has an encrypted database out of reach, and a pool with a client."""
    status = account.status()
    if not status:
        raise SetupMissing(f"There is no stack named {SHOP}. Run the cells above this exercise.")
    databases = account.databases()
    pools = account.resources(kind="AWS::Cognito::UserPool")
    if not databases and not pools and status in _DONE:
        raise NotStarted(f"The stack {SHOP} has network, bucket and queue, and no database yet.")
    require(status in _DONE, f"The stack {SHOP} says {status}. `first_failure({SHOP!r})` says why.")
    require(len(databases) == 1, f"The stack {SHOP} has {len(databases)} databases, and needs one.")
    _check_database(databases[0])
    for kind in ("AWS::SQS::Queue", "AWS::S3::Bucket"):
        require(
            account.resources(kind=kind),
            f"The stack {SHOP} has lost its {kind}. Extend Base: its `__init__` is called by "
            "`super().__init__(scope, id)`.",
        )
    require(
        len(pools) == 1, f"The stack {SHOP} has {len(pools)} user pools for customers, needs one."
    )
    clients = account.resources(kind="AWS::Cognito::UserPoolClient")
    require(clients, "The user pool has no client, so the storefront cannot sign anybody in.")
    made = len(account.resources())
    return f"Database and user pool are there. Your few constructs have become {made} resources."


def _check_database(found: account.Shape) -> None:
    require(
        found["Engine"] == "postgres",
        f"The database is {found['Engine']}, and the orders need PostgreSQL.",
    )
    require(
        found["StorageEncrypted"],
        "The database stores its data as plain bytes. The CDK sets no encryption by itself here.",
    )
    subnets = [each["SubnetIdentifier"] for each in found["DBSubnetGroup"]["Subnets"]]
    described = boto3.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"]
    public = [each["SubnetId"] for each in described if each["MapPublicIpOnLaunch"]]
    require(
        not public,
        f"The database stands in {len(public)} public subnets. Choose the isolated ones.",
    )
    networks = account.resources(kind="AWS::EC2::VPC")
    [network] = {each["VpcId"] for each in described}
    own = [name for name, made in networks.items() if made == network]
    require(
        own and own[0].startswith("Network"),
        f"The database stands in the network {own[0] if own else network}. It should stand in that "
        "of Base: `self.network`.",
    )
    for name, wanted in _WANTED.items():
        require(
            str(found[name]) == wanted,
            f"The database has the {name} {found[name]}, and should have {wanted}.",
        )
