"""``diff`` says in the words of ``cdk diff`` what an app would change and replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from devops_workbook.cdk import Assembly, deploy, diff
from devops_workbook.cdk.runtime import quiet
from offline_aws import OfflineAWS

AppOf = Callable[..., Assembly]


def shop(stack: Any, *, seconds: int = 30, kept: bool = False, name: str = "Orders") -> None:
    import aws_cdk
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_sqs as sqs

    away = aws_cdk.RemovalPolicy.RETAIN if kept else aws_cdk.RemovalPolicy.DESTROY
    timeout = aws_cdk.Duration.seconds(seconds)
    queue = sqs.Queue(stack, name, visibility_timeout=timeout, removal_policy=away)
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    queue.grant_send_messages(role)
    aws_cdk.CfnOutput(stack, "Url", value=queue.queue_url)


@pytest.fixture(scope="module")
def deployed(account: OfflineAWS, app_of: AppOf) -> Assembly:
    assembly = app_of(shop)
    deploy(assembly)
    return assembly


def test_a_new_stack_is_all_additions(account: OfflineAWS, app_of: AppOf) -> None:
    said = diff(app_of(shop, "new"))
    assert said.startswith("Stack new\nIAM Statement Changes\n┌───┬")
    assert "│ + │ ${Orders.Arn} │ Allow  │ sqs:SendMessage " in said
    assert "│ + │ ${Role.Arn}   │ Allow  │ sts:AssumeRole " in said
    assert "\nParameters\n[+] Parameter BootstrapVersion: " in said
    assert "\nResources\n[+] AWS::SQS::Queue Orders Orders" in said
    assert "\nOutputs\n[+] Output Url: " in said
    assert said.endswith("\n\nNumber of stacks with differences: 1")


def test_the_same_app_has_no_differences(deployed: Assembly) -> None:
    nothing = "Stack shop\nThere were no differences\n\nNumber of stacks with differences: 0"
    assert diff(deployed) == nothing
    url = boto3.client("sqs").list_queues(QueueNamePrefix="shop-")["QueueUrls"][0]
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "9"})
    assert diff(deployed) == nothing


def test_a_change_in_place_shows_both_values(deployed: Assembly, app_of: AppOf) -> None:
    said = diff(app_of(lambda stack: shop(stack, seconds=60)))
    [name] = [each for each in deployed.template()["Resources"] if each.startswith("Orders")]
    assert said == (
        f"Stack shop\nResources\n[~] AWS::SQS::Queue Orders {name}\n"
        " └─ [~] VisibilityTimeout\n     ├─ [-] 30\n     └─ [+] 60\n\n"
        "Number of stacks with differences: 1"
    )
    left = boto3.client("cloudformation").list_change_sets(StackName="shop")["Summaries"]
    assert "cdk-diff-change-set" not in [each["ChangeSetName"] for each in left]


def test_another_id_is_a_removal_and_an_addition(deployed: Assembly, app_of: AppOf) -> None:
    said = diff(app_of(lambda stack: shop(stack, name="Parcels")))
    assert "[-] AWS::SQS::Queue Orders" in said
    assert " destroy\n" in said
    assert "[+] AWS::SQS::Queue Parcels Parcels" in said
    assert "│ + │ ${Parcels.Arn} " in said
    assert "│ - │ ${Orders" in said
    # The policy names the other queue: its difference is shown where it is.
    assert " └─ [~] PolicyDocument\n     └─ [~] .Statement:\n" in said
    assert '[-]         "Orders' in said


def test_what_is_kept_is_orphaned(account: OfflineAWS, app_of: AppOf) -> None:
    deploy(app_of(lambda stack: shop(stack, kept=True), "keeping"))
    assert " orphan\n" in diff(app_of(lambda stack: shop(stack, name="Parcels"), "keeping"))


def database(stack: Any, *, group: str = "orders", user: str = "shop", zones: bool = False) -> None:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_rds as rds

    network = ec2.Vpc(stack, "Network", max_azs=2, nat_gateways=0)
    ids = network.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED).subnet_ids
    made = rds.CfnDBSubnetGroup(
        stack,
        "Group",
        db_subnet_group_description="Where the database stands",
        db_subnet_group_name=group,
        subnet_ids=ids,
    )
    rds.CfnDBInstance(
        stack,
        "Database",
        engine="postgres",
        db_instance_class="db.t4g.micro",
        allocated_storage="20",
        master_username=user,
        manage_master_user_password=True,
        db_subnet_group_name=made.ref,
        **({"multi_az": True} if zones else {}),
    )


def test_replacement_is_what_the_change_set_says(account: OfflineAWS, app_of: AppOf) -> None:
    with quiet():
        deploy(app_of(database, "data"))
    said = diff(app_of(lambda stack: database(stack, user="orders"), "data"))
    assert "[~] AWS::RDS::DBInstance Database replace\n" in said
    assert " └─ [~] MasterUsername (requires replacement)\n" in said
    assert " may be replaced\n" in diff(app_of(lambda s: database(s, zones=True), "data"))
    # The text of the database is the same: what it refers to is replaced.
    said = diff(app_of(lambda stack: database(stack, group="others"), "data"))
    assert "[~] AWS::RDS::DBSubnetGroup Group replace\n" in said
    assert "[~] AWS::RDS::DBInstance Database replace\n" in said
    assert " └─ [~] DBSubnetGroupName (requires replacement)\n" in said
    assert "[+] Group (replaced)" in said
