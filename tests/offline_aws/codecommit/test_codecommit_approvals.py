"""Approval rules hold a merge back until the right people have approved the right revision."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from offline_aws.codecommit.rules import matches

Commit = Callable[..., str]
ACCOUNT = "123456789012"


def code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    return str(refusal.value.response["Error"]["Code"])


def content(number: int, *members: str, **more: Any) -> str:
    statement: dict[str, Any] = {"Type": "Approvers", "NumberOfApprovalsNeeded": number}
    if members:
        statement["ApprovalPoolMembers"] = list(members)
    return json.dumps({"Version": "2018-11-08", "Statements": [statement], **more})


def revision(client: Any, request_id: str) -> dict[str, str]:
    request = client.get_pull_request(pullRequestId=request_id)["pullRequest"]
    return {"pullRequestId": request_id, "revisionId": request["revisionId"]}


def add_rule(client: Any, request_id: str, name: str, text: str) -> dict[str, Any]:
    answer = client.create_pull_request_approval_rule(
        pullRequestId=request_id, approvalRuleName=name, approvalRuleContent=text
    )
    return dict(answer["approvalRule"])


def approve(client: Any, request_id: str, state: str = "APPROVE") -> None:
    client.update_pull_request_approval_state(**revision(client, request_id), approvalState=state)


def evaluation(client: Any, request_id: str) -> dict[str, Any]:
    answer = client.evaluate_pull_request_approval_rules(**revision(client, request_id))
    return dict(answer["evaluation"])


def test_a_merge_waits_for_approvals(client: Any, request_id: str, client_of: Any) -> None:
    ada, grace, alan = (client_of(name) for name in ("ada", "grace", "alan"))
    pool = (f"CodeCommitApprovers:{ACCOUNT}:ada", f"arn:aws:iam::{ACCOUNT}:user/grace")
    add_rule(client, request_id, "two of the pool", content(2, *pool))
    add_rule(client, request_id, "anybody", content(1))
    merge = client.merge_pull_request_by_squash
    here = {"pullRequestId": request_id, "repositoryName": "shop"}
    approve(ada, request_id)
    approve(alan, request_id)
    assert evaluation(client, request_id) == {
        "approved": False,
        "overridden": False,
        "approvalRulesSatisfied": ["anybody"],
        "approvalRulesNotSatisfied": ["two of the pool"],
    }
    assert code(merge, **here) == "PullRequestApprovalRulesNotSatisfiedException"
    approve(grace, request_id)
    assert evaluation(client, request_id)["approved"] is True
    assert merge(**here)["pullRequest"]["pullRequestStatus"] == "CLOSED"


def test_approvals_are_of_one_revision(
    client: Any, request_id: str, client_of: Any, commit: Commit
) -> None:
    ada = client_of("ada")
    add_rule(client, request_id, "one", content(1))
    before = revision(client, request_id)
    approve(ada, request_id)
    states = client.get_pull_request_approval_states(**before)["approvals"]
    assert states == [{"userArn": f"arn:aws:iam::{ACCOUNT}:user/ada", "approvalState": "APPROVE"}]
    commit("feature", a=b"3\n")
    assert evaluation(client, request_id)["approved"] is False
    assert (
        code(ada.update_pull_request_approval_state, **before, approvalState="APPROVE")
        == "RevisionNotCurrentException"
    )
    evaluate = client.evaluate_pull_request_approval_rules
    assert code(evaluate, **before) == "RevisionNotCurrentException"
    assert code(evaluate, **{**before, "revisionId": "x"}) == "InvalidRevisionIdException"
    assert client.get_pull_request_approval_states(**before)["approvals"] == states


def test_an_approval_is_taken_back(client: Any, request_id: str, client_of: Any) -> None:
    ada = client_of("ada")
    for state in ("APPROVE", "APPROVE", "REVOKE", "REVOKE"):
        approve(ada, request_id, state)
    here = revision(client, request_id)
    assert client.get_pull_request_approval_states(**here)["approvals"] == []
    found = client.describe_pull_request_events(
        pullRequestId=request_id, pullRequestEventType="PULL_REQUEST_APPROVAL_STATE_CHANGED"
    )["pullRequestEvents"]
    states = [each["approvalStateChangedEventMetadata"]["approvalStatus"] for each in found]
    assert states == ["REVOKE", "APPROVE"]


def test_nobody_approves_their_own_request(client: Any, request_id: str) -> None:
    call = client.update_pull_request_approval_state
    here = revision(client, request_id)
    assert code(call, **here, approvalState="APPROVE") == (
        "PullRequestCannotBeApprovedByAuthorException"
    )
    assert code(call, **here, approvalState="MAYBE") == "InvalidApprovalStateException"


def test_rules_are_changed_and_deleted(client: Any, request_id: str) -> None:
    rule = add_rule(client, request_id, "one", content(1))
    assert rule["approvalRuleContent"] == content(1)
    update = client.update_pull_request_approval_rule_content
    here = {"pullRequestId": request_id, "approvalRuleName": "one"}
    wrong = {"existingRuleContentSha256": "0" * 64, "newRuleContent": content(2)}
    assert code(update, **here, **wrong) == "InvalidRuleContentSha256Exception"
    right = {**wrong, "existingRuleContentSha256": rule["ruleContentSha256"]}
    changed = update(**here, **right)["approvalRule"]
    assert changed["approvalRuleContent"] == content(2)
    assert changed["ruleContentSha256"] != rule["ruleContentSha256"]
    delete = client.delete_pull_request_approval_rule
    assert delete(**here)["approvalRuleId"] == rule["approvalRuleId"]
    assert delete(**here)["approvalRuleId"] == ""
    assert code(update, **here, newRuleContent=content(1)) == "ApprovalRuleDoesNotExistException"
    found = client.describe_pull_request_events(pullRequestId=request_id)["pullRequestEvents"]
    assert [each["pullRequestEventType"].rpartition("_")[2] for each in found] == [
        "DELETED",
        "UPDATED",
        "CREATED",
        "CREATED",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "not JSON"),
        ("[]", "Version"),
        (json.dumps({"Version": "2012-10-17", "Statements": []}), "Version"),
        (json.dumps({"Version": "2018-11-08", "Statements": []}), "Statements"),
        (content(0), "NumberOfApprovalsNeeded"),
        (content(True), "NumberOfApprovalsNeeded"),
        (content(1, "ada"), "neither an ARN"),
        (content(1, Extra=1), "unknown: Extra"),
        (content(1, DestinationReferences=["refs/heads/main"]), "DestinationReferences"),
        (content(1).replace("Approvers", "Readers"), "Type"),
        (content(1).replace("Type", "Kind"), "Type"),
        (content(1).replace('"Type"', '"X": 1, "Type"'), "unknown in a statement: X"),
        (content(1, *["arn:aws:iam::123456789012:user/somebody"] * 80), "longer"),
    ],
)
def test_rules_that_are_not_well_formed(
    client: Any, request_id: str, text: str, fault: str
) -> None:
    with pytest.raises(client.exceptions.InvalidApprovalRuleContentException, match=fault):
        add_rule(client, request_id, "x", text)


def test_names_of_rules(client: Any, request_id: str) -> None:
    add_rule(client, request_id, "one", content(1))
    call = client.create_pull_request_approval_rule
    here = {"pullRequestId": request_id, "approvalRuleContent": content(1)}
    assert code(call, **here, approvalRuleName="one") == "ApprovalRuleNameAlreadyExistsException"
    assert code(call, **here, approvalRuleName="x" * 101) == "InvalidApprovalRuleNameException"
    for number in range(29):
        add_rule(client, request_id, str(number), content(1))
    assert code(call, **here, approvalRuleName="more") == "NumberOfRulesExceededException"


def test_rules_are_set_aside(client: Any, request_id: str) -> None:
    add_rule(client, request_id, "one", content(1))
    here, override = revision(client, request_id), client.override_pull_request_approval_rules
    assert client.get_pull_request_override_state(**here)["overridden"] is False
    override(**here, overrideStatus="OVERRIDE")
    state = client.get_pull_request_override_state(**here)
    assert state["overrider"] == boto3.client("sts").get_caller_identity()["Arn"]
    assert code(override, **here, overrideStatus="OVERRIDE") == "OverrideAlreadySetException"
    found = evaluation(client, request_id)
    assert (found["approved"], found["overridden"]) == (True, True)
    assert found["approvalRulesNotSatisfied"] == ["one"]
    override(**here, overrideStatus="REVOKE")
    override(**here, overrideStatus="REVOKE")
    assert evaluation(client, request_id)["approved"] is False
    assert code(override, **here, overrideStatus="X") == "InvalidOverrideStatusException"


@pytest.mark.parametrize(
    ("member", "arn", "expected"),
    [
        ("CodeCommitApprovers:1:Mary", "arn:aws:iam::1:user/Mary", True),
        ("CodeCommitApprovers:1:Mary", "arn:aws:iam::1:user/team/Mary", True),
        ("CodeCommitApprovers:1:Mary", "arn:aws:iam::2:user/Mary", False),
        ("CodeCommitApprovers:1:Mary", "arn:aws:sts::1:federated-user/Mary", True),
        ("CodeCommitApprovers:1:Mary", "arn:aws:sts::1:assumed-role/Review/Mary", False),
        ("CodeCommitApprovers:1:*Mary", "arn:aws:sts::1:assumed-role/Review/Mary", True),
        ("CodeCommitApprovers:1:Review/*", "arn:aws:sts::1:assumed-role/Review/Mary", True),
        ("CodeCommitApprovers:1:Mar?", "arn:aws:iam::1:user/Mary", True),
        ("arn:aws:iam::1:user/Mary", "arn:aws:iam::1:user/Mary", True),
        ("arn:aws:sts::1:assumed-role/Review/*", "arn:aws:sts::1:assumed-role/Review/X", True),
        ("arn:aws:iam::1:user/mary", "arn:aws:iam::1:user/Mary", False),
        ("CodeCommitApprovers:1:root", "arn:aws:iam::1:root", False),
    ],
)
def test_members_of_a_pool(member: str, arn: str, expected: bool) -> None:
    assert matches(member, arn) is expected


@pytest.fixture
def template(client: Any) -> dict[str, Any]:
    answer = client.create_approval_rule_template(
        approvalRuleTemplateName="two",
        approvalRuleTemplateContent=content(2, DestinationReferences=["refs/heads/main"]),
        approvalRuleTemplateDescription="Two pairs of eyes",
    )
    return dict(answer["approvalRuleTemplate"])


def ask(client: Any, source: str, destination: str) -> dict[str, Any]:
    target = {
        "repositoryName": "shop",
        "sourceReference": source,
        "destinationReference": destination,
    }
    answer = client.create_pull_request(title="A", targets=[target])
    return dict(answer["pullRequest"])


def test_a_template_gives_new_requests_its_rule(
    client: Any, shop: str, template: dict[str, Any], commit: Commit
) -> None:
    commit(a=b"1")
    commit("feature", a=b"2")
    named = {"approvalRuleTemplateName": "two", "repositoryName": shop}
    assert ask(client, "feature", "main")["approvalRules"] == []
    client.associate_approval_rule_template_with_repository(**named)
    client.associate_approval_rule_template_with_repository(**named)
    assert ask(client, "main", "feature")["approvalRules"] == []
    request = ask(client, "feature", "main")
    (rule,) = request["approvalRules"]
    assert rule["originApprovalRuleTemplate"] == {
        "approvalRuleTemplateId": template["approvalRuleTemplateId"],
        "approvalRuleTemplateName": "two",
    }
    here = {"pullRequestId": request["pullRequestId"], "approvalRuleName": "two"}
    assert code(client.delete_pull_request_approval_rule, **here) == (
        "CannotDeleteApprovalRuleFromTemplateException"
    )
    update = client.update_pull_request_approval_rule_content
    assert code(update, **here, newRuleContent=content(1)) == (
        "CannotModifyApprovalRuleFromTemplateException"
    )
    delete = client.delete_approval_rule_template
    assert code(delete, approvalRuleTemplateName="two") == "ApprovalRuleTemplateInUseException"
    client.disassociate_approval_rule_template_from_repository(**named)
    assert ask(client, "feature", "main")["approvalRules"] == []
    for expected in (template["approvalRuleTemplateId"], ""):
        assert delete(approvalRuleTemplateName="two")["approvalRuleTemplateId"] == expected


def test_templates_are_described_and_changed(client: Any, template: dict[str, Any]) -> None:
    named = {"approvalRuleTemplateName": "two"}
    assert client.get_approval_rule_template(**named)["approvalRuleTemplate"] == template
    client.update_approval_rule_template_description(
        **named, approvalRuleTemplateDescription="More eyes"
    )
    client.update_approval_rule_template_content(
        **named,
        newRuleContent=content(3),
        existingRuleContentSha256=template["ruleContentSha256"],
    )
    client.update_approval_rule_template_name(
        oldApprovalRuleTemplateName="two", newApprovalRuleTemplateName="three"
    )
    assert client.list_approval_rule_templates()["approvalRuleTemplateNames"] == ["three"]
    changed = client.get_approval_rule_template(approvalRuleTemplateName="three")
    assert changed["approvalRuleTemplate"]["approvalRuleTemplateContent"] == content(3)
    get = client.get_approval_rule_template
    assert code(get, **named) == "ApprovalRuleTemplateDoesNotExistException"


def test_templates_that_are_refused(client: Any, template: dict[str, Any]) -> None:
    create = client.create_approval_rule_template
    good = {"approvalRuleTemplateName": "x", "approvalRuleTemplateContent": content(1)}
    for change, error in (
        ({"approvalRuleTemplateName": "two"}, "ApprovalRuleTemplateNameAlreadyExistsException"),
        ({"approvalRuleTemplateName": "x" * 101}, "InvalidApprovalRuleTemplateNameException"),
        ({"approvalRuleTemplateContent": "{}"}, "InvalidApprovalRuleTemplateContentException"),
        (
            {"approvalRuleTemplateDescription": "x" * 1001},
            "InvalidApprovalRuleTemplateDescriptionException",
        ),
    ):
        assert code(create, **{**good, **change}) == error
    wrong = {"newRuleContent": content(1), "existingRuleContentSha256": "0"}
    assert (
        code(client.update_approval_rule_template_content, approvalRuleTemplateName="two", **wrong)
        == "InvalidRuleContentSha256Exception"
    )


def test_many_repositories_at_once(client: Any, shop: str, template: dict[str, Any]) -> None:
    named = {"approvalRuleTemplateName": "two"}
    client.create_repository(repositoryName="other")
    names = {"repositoryNames": ["shop", "other", "none"]}
    done = client.batch_associate_approval_rule_template_with_repositories(**named, **names)
    assert done["associatedRepositoryNames"] == ["shop", "other"]
    assert done["errors"][0]["errorCode"] == "RepositoryDoesNotExistException"
    found = client.list_repositories_for_approval_rule_template(**named)
    assert found["repositoryNames"] == ["other", "shop"]
    listed = client.list_associated_approval_rule_templates_for_repository(repositoryName=shop)
    assert listed["approvalRuleTemplateNames"] == ["two"]
    undone = client.batch_disassociate_approval_rule_template_from_repositories(**named, **names)
    assert undone["disassociatedRepositoryNames"] == ["shop", "other"]
    assert client.list_repositories_for_approval_rule_template(**named)["repositoryNames"] == []
