"""Approval rules: their content, and whether approvals satisfy it.

A content is JSON: ``{"Version": "2018-11-08", "Statements": [{"Type": "Approvers",
"NumberOfApprovalsNeeded": 2, "ApprovalPoolMembers": ["CodeCommitApprovers:111111111111:Ada"]}]}``.
Without members everybody's approval counts. A template's may have ``DestinationReferences``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from offline_aws.codecommit.errors import refusal

CONTENT_LIMIT = 3000
_VERSION = "2018-11-08"
_STATEMENT = {"Type", "NumberOfApprovalsNeeded", "ApprovalPoolMembers"}
_SHORT = "CodeCommitApprovers"
_ARN = re.compile(r"arn:[^:]+:(iam|sts)::(\d*):([^/]+)/(.+)")


@dataclass
class Rule:
    """An approval rule of a pull request."""

    rule_id: str
    name: str
    content: str
    created: datetime
    modified: datetime
    user: str
    #: The id and name of the template that made it.
    origin: tuple[str, str] | None = None

    def satisfied_by(self, approvers: Collection[str]) -> bool:
        """Return whether approvals are enough for every statement of the rule."""
        statements = json.loads(self.content)["Statements"]
        return all(_satisfied(statement, approvers) for statement in statements)

    def described(self) -> dict[str, Any]:
        """Return it as AWS describes a rule."""
        answer: dict[str, Any] = {
            "approvalRuleId": self.rule_id,
            "approvalRuleName": self.name,
            "approvalRuleContent": self.content,
            "ruleContentSha256": sha256(self.content),
            "lastModifiedDate": self.modified,
            "creationDate": self.created,
            "lastModifiedUser": self.user,
        }
        if self.origin:
            names = ("approvalRuleTemplateId", "approvalRuleTemplateName")
            answer["originApprovalRuleTemplate"] = dict(zip(names, self.origin, strict=True))
        return answer

    @property
    def event(self) -> dict[str, str]:
        """What an event about the rule tells of it."""
        return {
            "approvalRuleName": self.name,
            "approvalRuleId": self.rule_id,
            "approvalRuleContent": self.content,
        }


def sha256(content: str) -> str:
    """Return the digest by which AWS tells one content of a rule from another."""
    return hashlib.sha256(content.encode()).hexdigest()


def check_content(content: str | None, template: bool = False) -> str:
    """Return a content that is well formed.

    Raises the error for rules, or the one for templates.
    """
    kind = "ApprovalRuleTemplateContent" if template else "ApprovalRuleContent"
    if not content:
        raise refusal(f"{kind}RequiredException")
    fault = _fault(content, template)
    if fault:
        raise refusal(f"Invalid{kind}Exception", fault)
    return content


def matches(member: str, arn: str) -> bool:
    """Return whether somebody is in a pool by this member; ``*`` and ``?`` stand for others."""
    if not member.startswith(f"{_SHORT}:"):
        return fnmatchcase(arn, member)
    _, account, name = member.split(":", 2)
    parsed = _ARN.fullmatch(arn)
    if parsed is None or parsed[2] != account:
        return False
    # A user has a path before the name, which does not count; a role's session has the role.
    found = parsed[4].rpartition("/")[2] if parsed[3] == "user" else parsed[4]
    return fnmatchcase(found, name)


def _satisfied(statement: dict[str, Any], approvers: Collection[str]) -> bool:
    pool = statement.get("ApprovalPoolMembers")
    counted = [arn for arn in approvers if not pool or any(matches(each, arn) for each in pool)]
    return len(counted) >= int(statement["NumberOfApprovalsNeeded"])


def _fault(content: str, template: bool) -> str | None:
    """Return what is wrong with a content, or None."""
    if len(content) > CONTENT_LIMIT:
        return f"longer than {CONTENT_LIMIT} characters"
    try:
        rule = json.loads(content)
    except json.JSONDecodeError as error:
        return f"not JSON: {error}"
    allowed = {"Version", "Statements"} | ({"DestinationReferences"} if template else set())
    if not isinstance(rule, dict) or rule.get("Version") != _VERSION:
        return f"Version is not {_VERSION}"
    if set(rule) - allowed:
        return f"unknown: {', '.join(sorted(set(rule) - allowed))}"
    if not _is_texts(rule.get("DestinationReferences", [])):
        return "DestinationReferences is not a list of references"
    statements = rule.get("Statements")
    if not isinstance(statements, list) or not statements:
        return "Statements is not a list with a statement"
    return next((fault for fault in map(_fault_of_statement, statements) if fault), None)


def _fault_of_statement(statement: Any) -> str | None:
    if not isinstance(statement, dict) or statement.get("Type") != "Approvers":
        return "Type of a statement is not Approvers"
    if set(statement) - _STATEMENT:
        return f"unknown in a statement: {', '.join(sorted(set(statement) - _STATEMENT))}"
    number = statement.get("NumberOfApprovalsNeeded")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return "NumberOfApprovalsNeeded is not a number from 1"
    members = statement.get("ApprovalPoolMembers", [])
    if not _is_texts(members):
        return "ApprovalPoolMembers is not a list of members"
    bad = [each for each in members if not re.match(rf"arn:|{_SHORT}:\d{{12}}:.", each)]
    return f"neither an ARN nor {_SHORT}:account:name: {bad[0]}" if bad else None


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
