"""Updates of a resource that end on the way: refused, half done, cancelled; and taken back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from stack_lab import Shape, StackLab, aws_client

ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
IAM = ["CAPABILITY_IAM"]
NOWHERE = "arn:aws:iam::123456789012:policy/nowhere"


def one(type_name: str, **properties: Any) -> Shape:
    """Return a template with one resource, It."""
    return {"Resources": {"It": {"Type": f"AWS::{type_name}", "Properties": properties}}}


def policy(name: str) -> str:
    """Make a managed policy; return its ARN."""
    made = aws_client("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(ALLOW))
    return str(made["Policy"]["Arn"])


def attached(lab: StackLab) -> set[str]:
    """Return the ARNs of the policies of the user It."""
    found = aws_client("iam").list_attached_user_policies(UserName=lab.physical("It"))
    return {each["PolicyArn"] for each in found["AttachedPolicies"]}


def reason(lab: StackLab) -> str:
    """Return why the last update of It failed."""
    return [why for name, status, why in lab.events() if (name, status) == ("It", "UPDATE_FAILED")][
        -1
    ]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("UsernameAttributes", ["email"], ["phone_number"]),
        ("AliasAttributes", ["email"], ["phone_number"]),
        ("UsernameConfiguration", {"CaseSensitive": True}, {"CaseSensitive": False}),
    ],
)
def test_what_cognito_never_changes_is_refused_in_its_words_and_taken_back(
    lab: StackLab, name: str, before: Any, after: Any
) -> None:
    lab.create(one("Cognito::UserPool", MfaConfiguration="OFF", **{name: before}))
    pool = lab.physical("It")
    stack = lab.update(one("Cognito::UserPool", DeletionProtection="ACTIVE", **{name: after}))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason(lab).startswith(
        'Resource handler returned message: "Invalid request provided: Updates are not allowed '
        f'for property - {name}." (RequestToken: '
    )
    assert reason(lab).endswith("HandlerErrorCode: InvalidRequest)")
    live = aws_client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    assert lab.physical("It") == pool
    assert live.get("DeletionProtection") != "ACTIVE"


def test_a_change_that_is_not_simulated_is_taken_back(lab: StackLab) -> None:
    lab.create(one("KMS::Key", KeyPolicy=ALLOW, Description="orders"))
    stack = lab.update(one("KMS::Key", KeyPolicy=ALLOW, Description="till", KeyUsage="SIGN_VERIFY"))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason(lab) == "Changing KeyUsage of AWS::KMS::Key is not simulated offline."
    key = aws_client("kms").describe_key(KeyId=lab.physical("It"))["KeyMetadata"]
    assert key["Description"] == "orders"


def test_a_list_that_is_half_changed_is_taken_back(lab: StackLab) -> None:
    old, new = policy("old"), policy("new")
    lab.create(one("IAM::User", ManagedPolicyArns=[old]), Capabilities=IAM)
    stack = lab.update(one("IAM::User", ManagedPolicyArns=[new, NOWHERE]), Capabilities=IAM)
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: NotFound" in reason(lab)
    assert attached(lab) == {old}


def test_properties_that_are_wrong_change_nothing(lab: StackLab) -> None:
    old = policy("old")
    lab.create(one("IAM::User", ManagedPolicyArns=[old]), Capabilities=IAM)
    wrong = one("IAM::User", ManagedPolicyArns=[NOWHERE], Path="{{resolve:ssm:nowhere}}")
    stack = lab.update(wrong, Capabilities=IAM)
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert attached(lab) == {old}


def test_a_change_that_is_cancelled_before_it_is_made_needs_nothing_taken_back(
    lab: StackLab,
) -> None:
    old = policy("old")
    lab.create(one("IAM::User", ManagedPolicyArns=[old]), Capabilities=IAM)
    body = json.dumps(one("IAM::User", ManagedPolicyArns=[old, NOWHERE]))
    lab.client.update_stack(StackName="shop", TemplateBody=body, Capabilities=IAM)
    happened = [("It", "UPDATE_IN_PROGRESS", "")]
    lab.aws.clock.advance_until(lambda: lab.events()[-1:] == happened, timedelta(minutes=1))
    lab.client.cancel_update_stack(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert reason(lab) == "Resource update cancelled"
    assert attached(lab) == {old}


def test_a_change_that_failed_is_made_when_it_is_asked_for_again(lab: StackLab) -> None:
    old = policy("old")
    lab.create(one("IAM::User", ManagedPolicyArns=[old]), Capabilities=IAM)
    wanted = one("IAM::User", ManagedPolicyArns=[old, NOWHERE])
    assert (
        lab.update(wanted, Capabilities=IAM, DisableRollback=True)["StackStatus"] == "UPDATE_FAILED"
    )
    assert policy("nowhere") == NOWHERE
    assert lab.update(wanted, Capabilities=IAM)["StackStatus"] == "UPDATE_COMPLETE"
    assert attached(lab) == {old, NOWHERE}


def test_a_rollback_fails_where_what_was_to_be_changed_is_gone(lab: StackLab) -> None:
    lab.create(one("SQS::Queue", QueueName="orders", DelaySeconds=1))
    url = lab.physical("It")
    aws_client("sqs").delete_queue(QueueUrl=url)
    stack = lab.update(one("SQS::Queue", QueueName="orders", DelaySeconds=2))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert f"identifier '{url}' was not found" in reason(lab)
    aws_client("sqs").create_queue(QueueName="orders")
    lab.client.continue_update_rollback(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
