"""Chapter 06: other right ways pass, and mistakes that the notebook does not show are named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.infrastructure_as_code import account, changes, templates
from devops_workbook.chapters.infrastructure_as_code.operate import deploy, preview, settle
from devops_workbook.chapters.infrastructure_as_code.policy import TRIALS, the_courses_findings
from devops_workbook.chapters.infrastructure_as_code.template_build import build
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab
from offline_aws.cloudformation.template_text import read_text

KIND = "    Type: AWS::RDS::DBInstance\n"
SUBNETS = """
  DatabaseSubnets:
    Value: !Join [",", [!Ref SubnetA, !Ref SubnetB{}]]
    Export: {{Name: shop-database-subnets}}
"""


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


def test_a_database_in_a_stack_made_anew_is_as_good(lab: Lab, client: Any) -> None:
    lab.catch_up("database")
    client.delete_stack(StackName="shop")
    settle(lab, "shop")
    missing = lab.check("database")
    assert missing.outcome is Outcome.SETUP_MISSING
    assert missing.message.endswith('Or: `lab.catch_up("database")`.')
    deploy(lab, "shop", templates.SHOP)
    assert lab.check("database").passed


def test_a_template_in_json_is_as_good(lab: Lab) -> None:
    lab.catch_up("database")
    deploy(lab, "shop", json.dumps(read_text(templates.SHOP)))
    assert lab.check("database").passed


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("!GetAtt Database.Endpoint.Address", "somewhere", "is not the address of the database"),
        ("!Ref DatabaseSubnets", "!Select [0, [default]]", "says UPDATE_ROLLBACK_COMPLETE"),
        ("  Database:", "  Orders:", "no resource named Database"),
    ],
)
def test_a_wrong_database_is_named(lab: Lab, before: str, after: str, said: str) -> None:
    lab.catch_up("database")
    template = templates.SHOP.replace(before, after)
    if before == "  Database:":
        template = template.replace("!GetAtt Database.", "!GetAtt Orders.")
    deploy(lab, "shop", template)
    result = lab.check("database")
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Reports", "should be a dict with the keys 'resource', 'reason' and 'cancelled'"),
        ({"resource": "Queue", "reason": "x", "cancelled": 1}, "which has not failed"),
        ({"resource": "Reports", "reason": "It was late.", "cancelled": 3}, "has another"),
        ({"resource": "Reports", "reason": "already", "cancelled": 3}, "says more"),
    ],
)
def test_half_a_cause_is_told_what_is_missing(lab: Lab, answer: object, said: str) -> None:
    lab.catch_up("root-cause")
    assert said in lab.check("root-cause", answer).message


def test_a_bucket_with_a_free_name_is_as_good(lab: Lab, client: Any) -> None:
    lab.catch_up("rolled-back")
    client.delete_stack(StackName="shop-reports")
    settle(lab, "shop-reports")
    deploy(lab, "shop-reports", templates.REPORTS.replace("shop-releases", "shop-reports-2026"))
    assert lab.check("rolled-back").passed


def test_reports_without_their_bucket_lack_something(lab: Lab, client: Any) -> None:
    lab.catch_up("rolled-back")
    client.delete_stack(StackName="shop-reports")
    settle(lab, "shop-reports")
    deploy(lab, "shop-reports", "Resources:\n  ReportsQueue:\n    Type: AWS::SQS::Queue\n")
    assert "AWS::S3::Bucket" in lab.check("rolled-back").message


def test_what_is_to_be_predicted_is_what_cloudformation_says(lab: Lab) -> None:
    lab.catch_up("predict")
    assert {edit: changes.computed(lab, edit) for edit in changes.EDITS} == changes.BECOMES


@pytest.mark.parametrize("wrong", [True, "in place", None])
def test_a_prediction_in_other_words_is_told_the_words(lab: Lab, wrong: object) -> None:
    answer = {**changes.BECOMES, "user": wrong}
    result = lab.check("predict", answer)
    assert result.passed is (wrong is True)  # str(True) is one of the words
    assert result.passed or "should be one of False, Conditional, True, Remove" in result.message


def protected(lab: Lab, statements: list[dict[str, Any]], policy: str = "Retain") -> str:
    """Put the three locks on the stack, and return what the check says."""
    lab.catch_up("protect")
    kept = f"{KIND}    DeletionPolicy: {policy}\n    UpdateReplacePolicy: {policy}\n"
    deploy(lab, "shop", templates.SHOP.replace(KIND, kept))
    client = boto3.client("cloudformation")
    client.set_stack_policy(StackName="shop", StackPolicyBody=json.dumps({"Statement": statements}))
    client.update_termination_protection(StackName="shop", EnableTerminationProtection=True)
    return str(lab.check("protect"))


ALLOW = {"Effect": "Allow", "Principal": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            [
                {**ALLOW, "Action": "Update:Modify"},
                {
                    **ALLOW,
                    "Action": ["Update:Replace", "Update:Delete"],
                    "Resource": None,
                    "NotResource": "LogicalResourceId/Database",
                },
            ],
            "✓ Passed",
        ),
        (
            [
                {**ALLOW, "Action": "Update:*"},
                {**ALLOW, "Effect": "Deny", "Action": "Update:Replace"},
            ],
            "lets an update delete Database",
        ),
        ([{**ALLOW, "Action": "Update:Modify"}], "forbids to replace Artifacts"),
    ],
)
def test_a_stack_policy_is_read_as_cloudformation_reads_it(
    lab: Lab, statements: list[dict[str, Any]], said: str
) -> None:
    sent = [{key: each[key] for key in each if each[key]} for each in statements]
    assert said in protected(lab, sent)


@pytest.mark.parametrize("answer", [{}, ["OrdersQueue"], {"Artifacts": "/Name"}])
def test_other_drift_is_not_found(lab: Lab, answer: object) -> None:
    lab.catch_up("drift")
    assert not lab.check("drift", answer).passed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["OrdersQueue"], "should be a dict of paths by logical ids. Found list"),
        ({"Artifacts": "/Name", 2: "/Name", None: "/Name"}, "2, Artifacts, None: nobody has"),
        ({"OrdersQueue": ..., "DatabaseAccess": "/x"}, "drifted['OrdersQueue'] is `...`."),
        ({"OrdersQueue": ["/x"], "DatabaseAccess": "/x"}, "is list ['/x']. Expected the Property"),
    ],
)
def test_drift_that_cannot_be_is_described(lab: Lab, answer: object, said: str) -> None:
    assert said in lab.check("drift", answer).message


def test_reverting_by_hand_and_adopting_by_an_update_is_as_good(lab: Lab) -> None:
    lab.catch_up("reconcile")
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    boto3.client("ec2").revoke_security_group_ingress(
        GroupId=account.resources()["DatabaseAccess"],
        IpPermissions=[{**rule, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    deploy(lab, "shop", templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: 120"))
    assert lab.check("reconcile").passed


def test_adopting_the_open_rule_is_refused(lab: Lab, client: Any) -> None:
    lab.catch_up("reconcile")
    rule = "        - {IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}\n"
    template = templates.SHOP.replace("CidrIp: 10.0.0.0/16}\n", "CidrIp: 10.0.0.0/16}\n" + rule)
    preview(lab, "shop", template, "adopt", DeploymentMode="REVERT_DRIFT")
    client.execute_change_set(StackName="shop", ChangeSetName="adopt")
    settle(lab, "shop")
    assert "the whole internet" in lab.check("reconcile").message


def test_skipping_and_then_bringing_the_queue_back_is_as_good(lab: Lab, client: Any) -> None:
    lab.catch_up("stuck")
    client.continue_update_rollback(StackName="shop", ResourcesToSkip=["OrdersQueue"])
    settle(lab, "shop")
    name = account.resources()["OrdersQueue"].rpartition("/")[2]
    boto3.client("sqs").create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})
    assert lab.check("stuck").passed


def test_a_stack_on_its_way_is_to_come_to_rest_first(lab: Lab, client: Any) -> None:
    lab.catch_up("stuck")
    name = account.resources()["OrdersQueue"].rpartition("/")[2]
    boto3.client("sqs").create_queue(QueueName=name)
    client.continue_update_rollback(StackName="shop")
    assert "says UPDATE_ROLLBACK_IN_PROGRESS. Let it" in lab.check("stuck").message
    lab.catch_up("rolled-back")
    client.delete_stack(StackName="shop-reports")
    assert "says DELETE_IN_PROGRESS. Let it" in lab.check("rolled-back").message


def test_a_policy_among_the_properties_is_a_try(lab: Lab) -> None:
    lab.catch_up("protect")
    inside = KIND + "    Properties:\n      DeletionPolicy: Retain\n"
    deploy(lab, "shop", templates.SHOP.replace(KIND + "    Properties:\n", inside))
    assert "Your update was rolled back" in lab.check("protect").message


def test_an_export_that_lacks_a_subnet_is_counted(lab: Lab) -> None:
    lab.catch_up("third-zone")
    deploy(lab, "shop-network", templates.NETWORK + SUBNETS.format(""))
    assert "has 2 subnets. The network has 3." in lab.check("third-zone").message


def test_subnets_by_their_ids_import_nothing(lab: Lab) -> None:
    lab.catch_up("third-zone")
    deploy(lab, "shop-network", templates.NETWORK + SUBNETS.format(", !Ref SubnetC"))
    listed = account.exports()["shop-database-subnets"]
    template = templates.SHOP.replace("!ImportValue shop-subnets", listed)
    deploy(lab, "shop", template.replace(f'!Split [",", {listed}]', f"[{listed}]"))
    assert "does not import shop-database-subnets" in lab.check("third-zone").message


def test_the_courses_own_rules_pass(lab: Lab) -> None:
    assert lab.check("policy", the_courses_findings).passed
    assert {wrong for _, _, wrong in TRIALS} == {True, False}


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda name, resource: "fine", "should return a list of sentences"),
        (lambda name, resource: {}, "should return a list of sentences"),
        (lambda name, resource: ["wrong"], "does not say in which resource"),
        (lambda name, resource: [f"{name}: wrong"], "and nothing is wrong"),
    ],
)
def test_rules_of_another_shape_are_told_so(lab: Lab, function: object, said: str) -> None:
    assert said in lab.check("policy", function).message


def test_a_build_with_the_rules_is_red_then_green(lab: Lab) -> None:
    lab.catch_up("policy")
    opened = templates.SHOP.replace("CidrIp: 10.0.0.0/16", "CidrIp: 0.0.0.0/0")
    red = build(lab, opened)
    assert (red.text, red.code) == ("FAILED", "DatabaseAccess: open to 0.0.0.0/0")
    assert build(lab, templates.SHOP).text == "SUCCEEDED"


def test_an_edit_is_shown_under_the_resource_that_it_changes() -> None:
    shown = "      DatabaseSubnets:\n  +       DBSubnetGroupName: orders"
    assert changes.edit_lines("group") == shown
    assert changes.edit_lines("rename").startswith("  -   Database:\n  +   OrdersDatabase:\n")
