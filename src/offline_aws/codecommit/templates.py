"""Approval rule templates: rules that every new pull request of a repository gets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.codecommit import checks, paging
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.requests import PullRequest
from offline_aws.codecommit.rules import Rule, check_content, sha256
from offline_aws.codecommit.store import Ids, Repositories, Repository
from offline_aws.operations import Call, operation

_LIMIT = 1000
_DESCRIPTION_LIMIT = 1000
_PAGE = 100


@dataclass
class Template:
    """A template, and the ids of the repositories that it is associated with."""

    template_id: str
    name: str
    description: str | None
    content: str
    created: datetime
    modified: datetime
    user: str
    repository_ids: list[str] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        """Return it as AWS describes a template."""
        optional = {"approvalRuleTemplateDescription": self.description}
        return {
            "approvalRuleTemplateId": self.template_id,
            "approvalRuleTemplateName": self.name,
            "approvalRuleTemplateContent": self.content,
            "ruleContentSha256": sha256(self.content),
            "lastModifiedDate": self.modified,
            "creationDate": self.created,
            "lastModifiedUser": self.user,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def applies_to(self, request: PullRequest) -> bool:
        """Return whether a pull request of an associated repository gets the rule."""
        references = json.loads(self.content).get("DestinationReferences")
        return not references or request.destination in references


class Templates:
    """The templates of an account and region, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, Template] = {}
        self.ids = Ids()


@operation("codecommit", "CreateApprovalRuleTemplate")
def create_approval_rule_template(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create a template that is associated with no repository yet."""
    templates, now = call.state(Templates), call.clock.now()
    name = _free_name(call, parameters.get("approvalRuleTemplateName"))
    content = check_content(parameters.get("approvalRuleTemplateContent"), template=True)
    if len(templates.by_name) >= _LIMIT:
        raise refusal("NumberOfRuleTemplatesExceededException")
    template_id = templates.ids.uuid(call, "template")
    description = _description(parameters)
    template = Template(template_id, name, description, content, now, now, call.caller)
    templates.by_name[name] = template
    return {"approvalRuleTemplate": template.described()}


@operation("codecommit", "GetApprovalRuleTemplate")
def get_approval_rule_template(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Describe a template."""
    return {"approvalRuleTemplate": template_of(call, parameters).described()}


@operation("codecommit", "ListApprovalRuleTemplates")
def list_approval_rule_templates(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the names of the templates."""
    return page_of_names(sorted(call.state(Templates).by_name), parameters)


@operation("codecommit", "DeleteApprovalRuleTemplate")
def delete_approval_rule_template(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a template that is not associated; one that is not there is no error."""
    name = _checked_name(parameters.get("approvalRuleTemplateName"))
    template = call.state(Templates).by_name.get(name)
    if template is None:
        # The model requires an id, which a template that is not there has not.
        return {"approvalRuleTemplateId": ""}
    if any(each.repository_id in template.repository_ids for each in _repositories(call)):
        raise refusal("ApprovalRuleTemplateInUseException")
    del call.state(Templates).by_name[name]
    return {"approvalRuleTemplateId": template.template_id}


@operation("codecommit", "UpdateApprovalRuleTemplateContent")
def update_approval_rule_template_content(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Replace the content; rules that the template made stay as they are."""
    template = template_of(call, parameters)
    expected = parameters.get("existingRuleContentSha256")
    if expected and expected != sha256(template.content):
        raise refusal("InvalidRuleContentSha256Exception")
    template.content = check_content(parameters.get("newRuleContent"), template=True)
    return _touched(call, template)


@operation("codecommit", "UpdateApprovalRuleTemplateDescription")
def update_approval_rule_template_description(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Replace the description."""
    template = template_of(call, parameters)
    template.description = _description(parameters)
    return _touched(call, template)


@operation("codecommit", "UpdateApprovalRuleTemplateName")
def update_approval_rule_template_name(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Rename a template; rules that it made keep their names."""
    old = {"approvalRuleTemplateName": parameters.get("oldApprovalRuleTemplateName")}
    template = template_of(call, old)
    new = _free_name(call, parameters.get("newApprovalRuleTemplateName"))
    templates = call.state(Templates).by_name
    templates[new] = templates.pop(template.name)
    template.name = new
    return _touched(call, template)


def apply_templates(call: Call, request: PullRequest) -> None:
    """Give a new pull request the rules of its repository's templates."""
    repository_id, now = request.repository.repository_id, call.clock.now()
    for template in call.state(Templates).by_name.values():
        if repository_id in template.repository_ids and template.applies_to(request):
            origin = (template.template_id, template.name)
            rule_id = request.ids.uuid(call, "rule")
            rule = Rule(rule_id, template.name, template.content, now, now, template.user, origin)
            request.rules[rule.name] = rule
            request.report(call, "PULL_REQUEST_APPROVAL_RULE_CREATED", rule.event)


def template_of(call: Call, parameters: dict[str, Any]) -> Template:
    """Return the template that a call's ``approvalRuleTemplateName`` names."""
    name = _checked_name(parameters.get("approvalRuleTemplateName"))
    found = call.state(Templates).by_name.get(name)
    if found is None:
        raise refusal("ApprovalRuleTemplateDoesNotExistException", name)
    return found


def page_of_names(
    names: list[str], parameters: dict[str, Any], key: str = "approvalRuleTemplateNames"
) -> dict[str, Any]:
    """Return a page of names, of templates or of what is associated with one."""
    return paging.answer(key, names, parameters, _PAGE)


def _repositories(call: Call) -> list[Repository]:
    return list(call.state(Repositories).by_name.values())


def _touched(call: Call, template: Template) -> dict[str, Any]:
    template.modified, template.user = call.clock.now(), call.caller
    return {"approvalRuleTemplate": template.described()}


def _checked_name(name: str | None) -> str:
    if not name:
        raise refusal("ApprovalRuleTemplateNameRequiredException")
    if len(name) > checks.NAME_LIMIT:
        raise refusal("InvalidApprovalRuleTemplateNameException")
    return name


def _free_name(call: Call, name: str | None) -> str:
    if _checked_name(name) in call.state(Templates).by_name:
        raise refusal("ApprovalRuleTemplateNameAlreadyExistsException", str(name))
    return str(name)


def _description(parameters: dict[str, Any]) -> str | None:
    text: str | None = parameters.get("approvalRuleTemplateDescription")
    if text and len(text) > _DESCRIPTION_LIMIT:
        raise refusal("InvalidApprovalRuleTemplateDescriptionException")
    return text
