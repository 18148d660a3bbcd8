"""Chapter 06: other sound ways pass, and end states that lost something on the way do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.infrastructure_as_code import account, templates
from devops_workbook.chapters.infrastructure_as_code.changes import BECOMES
from devops_workbook.chapters.infrastructure_as_code.operate import deploy, preview, settle
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

KIND = "    Type: AWS::RDS::DBInstance\n"
SECRET = '"{{resolve:secretsmanager:shop/database:SecretString:password}}"'
ADOPTED = templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: 120")
RULE = "FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16"
NEW_EXPORT = """
  DatabaseSubnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB, !Ref SubnetC]]
    Export: {Name: shop-database-subnets}
"""
MOVED = templates.SHOP.replace("shop-subnets", "shop-database-subnets")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests: each begins with ``catch_up``, which empties the account."""
    lab = open_lab("infrastructure-as-code")
    lab.recording = False
    yield lab
    lab.close()


@pytest.fixture
def client(lab: Lab) -> Any:
    return boto3.client("cloudformation")


def with_parameter(text: str, declared: str) -> str:
    return text.replace("Resources:\n", f"Parameters:\n  {declared}\n\nResources:\n", 1)


@pytest.mark.parametrize(
    ("password", "declared", "said"),
    [
        (f"!Sub {SECRET}", "", "✓ Passed"),
        ('!Join ["", ["{{resolve:secretsmanager:shop/database", "::password}}"]]', "", "✓ Passed"),
        ("!Ref Password", "Password: {Type: String, NoEcho: true}", "✓ Passed"),
        ("!Ref Password", "Password: {Type: String}", "a parameter without NoEcho"),
        (
            "!Ref Password",
            "Password: {Type: String, NoEcho: true, Default: correct-horse}",
            "The password stands in the template",
        ),
        ("correct-horse", "", "The password stands in the template"),
    ],
)
def test_a_password_that_no_template_holds(
    lab: Lab, password: str, declared: str, said: str
) -> None:
    lab.catch_up("database")
    text = templates.SHOP.replace(SECRET, password)
    given = []
    if declared:
        text = with_parameter(text, declared)
        given = [{"ParameterKey": "Password", "ParameterValue": "given-at-deployment"}]
    if password.startswith("!Join"):
        text = text.replace('"::password}}"', '":SecretString:password}}"')
    deploy(lab, "shop", text, Parameters=given)
    assert said in str(lab.check("database"))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("db.t4g.micro", "db.m6g.large", "DBInstanceClass db.m6g.large. The table says"),
        ('"17.6"', '"16.10"', "EngineVersion 16.10. The table says 17.6"),
        ('"20"', "20", "✓ Passed"),
        ("DatabaseSubnets", "Subnets", "has no DatabaseSubnets"),
        (
            "VPCSecurityGroups: [!GetAtt",
            "VPCSecurityGroups: [!ImportValue other, !GetAtt",
            "✓ Passed",
        ),
    ],
)
def test_a_database_by_the_table(lab: Lab, before: str, after: str, said: str) -> None:
    lab.catch_up("database")
    group = "{Type: 'AWS::EC2::SecurityGroup', Properties: {GroupDescription: Other}}"
    exported = "{Value: !GetAtt Other.GroupId, Export: {Name: other}}"
    deploy(lab, "other", f"Resources:\n  Other: {group}\nOutputs:\n  Other: {exported}\n")
    deploy(lab, "shop", templates.SHOP.replace(before, after))
    assert said in str(lab.check("database"))


def test_a_cause_of_a_stack_that_lives_is_a_missing_set_up(lab: Lab, client: Any) -> None:
    lab.catch_up("root-cause")
    client.delete_stack(StackName="shop-reports")
    settle(lab, "shop-reports")
    deploy(lab, "shop-reports", templates.REPORTS.replace("shop-releases", "shop-reports"))
    cause = {"resource": "Reports", "reason": "It was taken", "cancelled": 3}
    assert lab.check("root-cause", cause).outcome is Outcome.SETUP_MISSING


def test_a_bucket_of_others_may_not_be_taken_over(lab: Lab, client: Any) -> None:
    lab.catch_up("rolled-back")
    boto3.client("s3").delete_bucket(Bucket="shop-releases")
    client.delete_stack(StackName="shop-reports")
    settle(lab, "shop-reports")
    deploy(lab, "shop-reports", templates.REPORTS)
    assert "the one of before was deleted" in lab.check("rolled-back").message


def test_a_change_set_that_nobody_has_executed_makes_nothing(lab: Lab, client: Any) -> None:
    lab.catch_up("rolled-back")
    client.delete_stack(StackName="shop-reports")
    settle(lab, "shop-reports")
    text = templates.REPORTS.replace("shop-releases", "shop-reports")
    preview(lab, "shop-reports", text, "first", ChangeSetType="CREATE")
    assert "a change set and nothing more: execute it" in lab.check("rolled-back").message
    client.execute_change_set(StackName="shop-reports", ChangeSetName="first")
    settle(lab, "shop-reports")
    assert lab.check("rolled-back").passed


def test_the_words_of_a_prediction_may_be_small(lab: Lab) -> None:
    small = {edit: word.lower() for edit, word in BECOMES.items()}
    assert lab.check("predict", small).passed
    assert "is not 'remove'" in lab.check("predict", small | {"bigger": "remove"}).message


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("RetainExceptOnCreate", "✓ Passed"),
        ("Delete", "DeletionPolicy of Database is Delete"),
    ],
)
def test_policies_that_keep_the_data(lab: Lab, client: Any, policy: str, said: str) -> None:
    lab.catch_up("protect")
    locks = f"{KIND}    DeletionPolicy: {policy}\n    UpdateReplacePolicy: Retain\n"
    deploy(lab, "shop", templates.SHOP.replace(KIND, locks))
    client.update_termination_protection(StackName="shop", EnableTerminationProtection=True)
    client.set_stack_policy(
        StackName="shop",
        StackPolicyBody="""{"Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {"Effect": "Deny", "NotAction": "Update:Modify", "Principal": "*",
             "Resource": "LogicalResourceId/Database"}]}""",
    )
    assert said in str(lab.check("protect"))


def reverted(lab: Lab, client: Any, text: str) -> str:
    lab.catch_up("reconcile")
    preview(lab, "shop", text, "both", DeploymentMode="REVERT_DRIFT")
    client.execute_change_set(StackName="shop", ChangeSetName="both")
    settle(lab, "shop")
    return str(lab.check("reconcile"))


def test_a_timeout_that_is_a_parameter_is_as_good(lab: Lab, client: Any) -> None:
    text = templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: !Ref Timeout")
    declared = "Timeout: {Type: Number, Default: 120}"
    assert "✓ Passed" in reverted(lab, client, with_parameter(text, declared))


def test_a_rule_for_another_port_lets_nobody_at_the_database(lab: Lab, client: Any) -> None:
    other = ADOPTED.replace(RULE, RULE.replace("5432", "22"))
    assert "reaches the database at port 5432" in reverted(lab, client, other)


def test_the_whole_internet_has_two_names(lab: Lab, client: Any) -> None:
    assert "✓ Passed" in reverted(lab, client, ADOPTED)
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 5432,
        "ToPort": 5432,
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
    }
    group = account.resources()["DatabaseAccess"]
    boto3.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    assert "still open to ::/0" in lab.check("reconcile").message


def test_a_timeout_that_left_the_template_would_not_be_missed(lab: Lab, client: Any) -> None:
    silent = templates.SHOP.replace("    Properties:\n      VisibilityTimeout: 30\n", "")
    reverted(lab, client, silent)
    boto3.client("sqs").set_queue_attributes(
        QueueUrl=account.resources()["OrdersQueue"], Attributes={"VisibilityTimeout": "120"}
    )
    assert "the template says nothing about it" in lab.check("reconcile").message


def test_another_queue_is_not_the_one_to_reconcile(lab: Lab, client: Any) -> None:
    assert "no OrdersQueue any more" in reverted(lab, client, ADOPTED.replace("OrdersQueue", "Q"))


@pytest.mark.parametrize(
    ("exercise", "text"),
    [("reconcile", ADOPTED), ("stuck", templates.SHOP), ("third-zone", MOVED)],
)
def test_a_stack_made_anew_has_lost_the_orders(
    lab: Lab, client: Any, exercise: str, text: str
) -> None:
    lab.catch_up(exercise)
    client.delete_stack(StackName="shop")
    settle(lab, "shop")
    if exercise == "third-zone":
        network = templates.NETWORK.partition("  Subnets:\n")[0] + NEW_EXPORT
        deploy(lab, "shop-network", network)
    deploy(lab, "shop", text)
    assert "the orders are gone" in lab.check(exercise).message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (templates.SHOP.replace("OrdersQueue", "Orders"), "✓ Passed"),
        (
            templates.SHOP.replace("AWS::SQS::Queue", "AWS::SNS::Topic")
            .replace("    Properties:\n      VisibilityTimeout: 30\n", "")
            .replace("!GetAtt OrdersQueue.Arn", "!Ref OrdersQueue")
            .replace("OrdersQueue", "OrdersTopic"),
            "has no queue any more",
        ),
    ],
)
def test_after_a_skip_the_template_may_change(lab: Lab, client: Any, text: str, said: str) -> None:
    lab.catch_up("stuck")
    client.continue_update_rollback(StackName="shop", ResourcesToSkip=["OrdersQueue"])
    settle(lab, "shop")
    deploy(lab, "shop", text)
    assert said in str(lab.check("stuck"))


def test_another_subnet_group_has_moved_the_database(lab: Lab) -> None:
    lab.catch_up("third-zone")
    deploy(lab, "shop-network", templates.NETWORK + NEW_EXPORT)
    other = MOVED.replace("  DatabaseSubnets:", "  Group:").replace("!Ref DatabaseS", "!Ref Group#")
    deploy(lab, "shop", other.replace("Group#ubnets", "Group"))
    assert "no DatabaseSubnets any more" in lab.check("third-zone").message


def test_rules_look_at_every_switch_and_at_ingress_alone(lab: Lab) -> None:
    def findings(name: str, resource: Any) -> list[str]:
        kind, properties = resource["Type"], resource.get("Properties", {})
        blocks = properties.get("PublicAccessBlockConfiguration", {})
        wrong = kind == "AWS::S3::Bucket" and not all(blocks.values())
        wrong |= kind == "AWS::EC2::SecurityGroup" and "/0'" in str(properties)
        wrong |= kind == "AWS::RDS::DBInstance" and not properties.get("StorageEncrypted")
        return [name] if wrong else []

    def two_switches(name: str, resource: Any) -> list[str]:
        blocks = resource.get("Properties", {}).get("PublicAccessBlockConfiguration", {})
        watched = (blocks.get("BlockPublicPolicy"), blocks.get("RestrictPublicBuckets"))
        return [name] if False in watched else []

    assert "lets everything out: found" in lab.check("policy", findings).message
    assert "BlockPublicAcls: false: no finding" in lab.check("policy", two_switches).message
