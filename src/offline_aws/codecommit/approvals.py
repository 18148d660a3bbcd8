"""Approvals of pull requests: rules, who has approved, and whether that is enough."""

from __future__ import annotations

from typing import Any

from offline_aws.codecommit import checks
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.requests import PullRequest, open_request_of, request_of
from offline_aws.codecommit.rules import Rule, check_content, sha256
from offline_aws.operations import Call, operation

_RULE_LIMIT = 30


@operation("codecommit", "CreatePullRequestApprovalRule")
def create_pull_request_approval_rule(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Add a rule to a pull request."""
    request = open_request_of(call, parameters)
    name = _name(parameters)
    content = check_content(parameters.get("approvalRuleContent"))
    if name in request.rules:
        raise refusal("ApprovalRuleNameAlreadyExistsException", name)
    if len(request.rules) >= _RULE_LIMIT:
        raise refusal("NumberOfRulesExceededException")
    now = call.clock.now()
    rule = Rule(request.ids.uuid(call, "rule"), name, content, now, now, call.caller)
    request.rules[name] = rule
    request.report(call, "PULL_REQUEST_APPROVAL_RULE_CREATED", rule.event)
    return {"approvalRule": rule.described()}


@operation("codecommit", "UpdatePullRequestApprovalRuleContent")
def update_pull_request_approval_rule_content(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Replace the content of a rule that no template made."""
    request = open_request_of(call, parameters)
    rule = request.rules.get(_name(parameters))
    if rule is None:
        raise refusal("ApprovalRuleDoesNotExistException", parameters["approvalRuleName"])
    if rule.origin:
        raise refusal("CannotModifyApprovalRuleFromTemplateException")
    expected = parameters.get("existingRuleContentSha256")
    if expected and expected != sha256(rule.content):
        raise refusal("InvalidRuleContentSha256Exception")
    rule.content = check_content(parameters.get("newRuleContent"))
    rule.modified, rule.user = call.clock.now(), call.caller
    request.report(call, "PULL_REQUEST_APPROVAL_RULE_UPDATED", rule.event)
    return {"approvalRule": rule.described()}


@operation("codecommit", "DeletePullRequestApprovalRule")
def delete_pull_request_approval_rule(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a rule that no template made; one that is not there is no error."""
    request = open_request_of(call, parameters)
    rule = request.rules.get(_name(parameters))
    if rule is None:
        # The model requires an id, which a rule that is not there has not.
        return {"approvalRuleId": ""}
    if rule.origin:
        raise refusal("CannotDeleteApprovalRuleFromTemplateException")
    del request.rules[rule.name]
    request.report(call, "PULL_REQUEST_APPROVAL_RULE_DELETED", rule.event)
    return {"approvalRuleId": rule.rule_id}


@operation("codecommit", "UpdatePullRequestApprovalState")
def update_pull_request_approval_state(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Approve the current revision, or take the approval back; never one's own request."""
    request = open_request_of(call, parameters)
    revision = _current_revision(request, parameters)
    state = parameters.get("approvalState")
    if not state:
        raise refusal("ApprovalStateRequiredException")
    checks.one_of(state, ("APPROVE", "REVOKE"), "InvalidApprovalStateException")
    if call.caller == request.author:
        raise refusal("PullRequestCannotBeApprovedByAuthorException")
    approvers = request.approvals.setdefault(revision, [])
    if (state == "APPROVE") == (call.caller in approvers):
        return {}
    (approvers.append if state == "APPROVE" else approvers.remove)(call.caller)
    metadata = {"revisionId": revision, "approvalStatus": state}
    request.report(call, "PULL_REQUEST_APPROVAL_STATE_CHANGED", metadata)
    return {}


@operation("codecommit", "GetPullRequestApprovalStates")
def get_pull_request_approval_states(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return who has approved a revision."""
    request = request_of(call, parameters)
    approvers = request.approvals.get(_revision(request, parameters), [])
    return {"approvals": [{"userArn": arn, "approvalState": "APPROVE"} for arn in approvers]}


@operation("codecommit", "OverridePullRequestApprovalRules")
def override_pull_request_approval_rules(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Set the rules aside for the current revision, or put them back."""
    request = open_request_of(call, parameters)
    revision = _current_revision(request, parameters)
    status = parameters.get("overrideStatus")
    if not status:
        raise refusal("OverrideStatusRequiredException")
    checks.one_of(status, ("OVERRIDE", "REVOKE"), "InvalidOverrideStatusException")
    overridden = revision in request.overriders
    if status == "OVERRIDE" and overridden:
        raise refusal("OverrideAlreadySetException")
    if status == "REVOKE" and not overridden:
        return {}
    if status == "OVERRIDE":
        request.overriders[revision] = call.caller
    else:
        del request.overriders[revision]
    metadata = {"revisionId": revision, "overrideStatus": status}
    request.report(call, "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN", metadata)
    return {}


@operation("codecommit", "GetPullRequestOverrideState")
def get_pull_request_override_state(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return whether the rules are set aside for a revision, and by whom."""
    request = request_of(call, parameters)
    overrider = request.overriders.get(_revision(request, parameters))
    return {"overridden": True, "overrider": overrider} if overrider else {"overridden": False}


@operation("codecommit", "EvaluatePullRequestApprovalRules")
def evaluate_pull_request_approval_rules(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return whether the current revision may be merged, and which rules stand in the way."""
    request = request_of(call, parameters)
    _current_revision(request, parameters)
    return {"evaluation": evaluated(request)}


def evaluated(request: PullRequest) -> dict[str, Any]:
    """Return the evaluation of a pull request's rules, as AWS shapes it."""
    approvers = request.approvals.get(request.revision, [])
    rules = request.rules.values()
    missing = [rule.name for rule in rules if not rule.satisfied_by(approvers)]
    overridden = request.revision in request.overriders
    return {
        "approved": overridden or not missing,
        "overridden": overridden,
        "approvalRulesSatisfied": [name for name in request.rules if name not in missing],
        "approvalRulesNotSatisfied": missing,
    }


def _name(parameters: dict[str, Any]) -> str:
    name: str | None = parameters.get("approvalRuleName")
    if not name:
        raise refusal("ApprovalRuleNameRequiredException")
    if len(name) > checks.NAME_LIMIT:
        raise refusal("InvalidApprovalRuleNameException")
    return name


def _revision(request: PullRequest, parameters: dict[str, Any]) -> str:
    revision: str | None = parameters.get("revisionId")
    if not revision:
        raise refusal("RevisionIdRequiredException")
    if revision not in request.revisions:
        raise refusal("InvalidRevisionIdException", revision)
    return revision


def _current_revision(request: PullRequest, parameters: dict[str, Any]) -> str:
    revision = _revision(request, parameters)
    if revision != request.revision:
        raise refusal("RevisionNotCurrentException")
    return revision
