"""Stack policies: which updates are denied, and the way around for one update."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_lab import Shape, StackLab, refusal

QUEUE: Shape = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}}
ALLOW: Shape = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}


def policy(*statements: Shape) -> str:
    return json.dumps({"Statement": list(statements)})


def deny(action: Any, **more: Any) -> Shape:
    statement = {"Effect": "Deny", "Action": action, "Principal": "*"}
    return {**statement, "Resource": "LogicalResourceId/Queue", **more}


def changed(delay: int = 2, **more: Any) -> Shape:
    properties = {"DelaySeconds": delay, **more}
    return {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": properties}}}


@pytest.mark.parametrize(
    ("statements", "template", "sentence"),
    [
        (
            [deny("Update:*"), ALLOW],
            changed(),
            "Action denied by stack policy: Statement [#1] does not allow [Update:*] for resource "
            "[LogicalResourceId/Queue];",
        ),
        (
            [ALLOW, deny(["Update:Replace", "Update:Delete"], Sid="Keep")],
            changed(QueueName="other"),
            "Action denied by stack policy: Statement [Keep] does not allow [Update:Replace, "
            "Update:Delete] for resource [LogicalResourceId/Queue];",
        ),
        ([ALLOW, deny("Update:Replace")], changed(), ""),
        (
            [
                ALLOW,
                deny(
                    "Update:Modify",
                    Resource="*",
                    Condition={"StringEquals": {"ResourceType": ["AWS::SQS::Queue"]}},
                ),
            ],
            changed(),
            "Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for "
            "resource [LogicalResourceId/Queue];",
        ),
        (
            [ALLOW, deny("Update:*", Condition={"StringLike": {"ResourceType": ["AWS::RDS::*"]}})],
            changed(),
            "",
        ),
        (
            [ALLOW, deny("Update:Delete")],
            {"Resources": {"Other": QUEUE}},
            "Action denied by stack policy: Statement [#2] does not allow [Update:Delete] for "
            "resource [LogicalResourceId/Queue];",
        ),
    ],
)
def test_what_a_policy_denies_fails(
    lab: StackLab, statements: list[Shape], template: Shape, sentence: str
) -> None:
    lab.create({"Resources": {"Queue": QUEUE}}, StackPolicyBody=policy(*statements))
    status = lab.update(template)["StackStatus"]
    assert status == ("UPDATE_ROLLBACK_COMPLETE" if sentence else "UPDATE_COMPLETE")
    assert not sentence or sentence in [reason for _, _, reason in lab.events()]


def test_a_policy_for_one_update(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}}, StackPolicyBody=policy(deny("Update:*"), ALLOW))
    during = lab.update(changed(), StackPolicyDuringUpdateBody=policy(ALLOW))
    assert during["StackStatus"] == "UPDATE_COMPLETE"
    assert lab.update(changed(3))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_policy_is_read_set_and_checked(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}})
    assert "StackPolicyBody" not in lab.client.get_stack_policy(StackName="shop")
    text = policy(ALLOW)
    lab.client.set_stack_policy(StackName="shop", StackPolicyBody=text)
    assert lab.client.get_stack_policy(StackName="shop")["StackPolicyBody"] == text
    for wrong in ("no json", "{}", policy({**ALLOW, "Action": "Update:Paint"})):
        refused = refusal(lab.client.set_stack_policy, StackName="shop", StackPolicyBody=wrong)
        assert refused == ("ValidationError", "Error validating stack policy: Invalid stack policy")


def test_what_no_statement_allows_is_denied(lab: StackLab) -> None:
    lab.create(
        {"Resources": {"Queue": QUEUE}},
        StackPolicyBody=policy({**ALLOW, "Resource": "LogicalResourceId/Other"}),
    )
    assert lab.update(changed())["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
