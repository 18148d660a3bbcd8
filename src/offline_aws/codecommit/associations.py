"""Which repositories an approval rule template is associated with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.store import Repositories, Repository, repository_of
from offline_aws.codecommit.templates import Template, Templates, page_of_names, template_of
from offline_aws.errors import AwsError
from offline_aws.operations import Call, operation

_PER_REPOSITORY = 25
_BATCH = 100


@operation("codecommit", "AssociateApprovalRuleTemplateWithRepository")
def associate_approval_rule_template_with_repository(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Give every pull request that a repository gets from now on the template's rule."""
    template = template_of(call, parameters)
    _associate(call, template, repository_of(call, parameters))
    return {}


@operation("codecommit", "DisassociateApprovalRuleTemplateFromRepository")
def disassociate_approval_rule_template_from_repository(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Stop giving the rule to new pull requests; those that have it keep it."""
    template = template_of(call, parameters)
    _disassociate(call, template, repository_of(call, parameters))
    return {}


@operation("codecommit", "BatchAssociateApprovalRuleTemplateWithRepositories")
def batch_associate_approval_rule_template_with_repositories(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Associate a template with several repositories, and say which failed."""
    done, errors = _each(call, parameters, _associate)
    return {"associatedRepositoryNames": done, "errors": errors}


@operation("codecommit", "BatchDisassociateApprovalRuleTemplateFromRepositories")
def batch_disassociate_approval_rule_template_from_repositories(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Disassociate a template from several repositories, and say which failed."""
    done, errors = _each(call, parameters, _disassociate)
    return {"disassociatedRepositoryNames": done, "errors": errors}


@operation("codecommit", "ListAssociatedApprovalRuleTemplatesForRepository")
def list_associated_approval_rule_templates_for_repository(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """List the names of a repository's templates."""
    found = _templates_of(call, repository_of(call, parameters))
    return page_of_names(sorted(each.name for each in found), parameters)


@operation("codecommit", "ListRepositoriesForApprovalRuleTemplate")
def list_repositories_for_approval_rule_template(
    call: Call, parameters: dict[str, Any]
) -> dict[str, Any]:
    """List the names of a template's repositories."""
    ids = template_of(call, parameters).repository_ids
    repositories = call.state(Repositories).by_name.values()
    names = sorted(each.name for each in repositories if each.repository_id in ids)
    return page_of_names(names, parameters, "repositoryNames")


def _associate(call: Call, template: Template, repository: Repository) -> None:
    if repository.repository_id in template.repository_ids:
        return
    if len(_templates_of(call, repository)) >= _PER_REPOSITORY:
        raise refusal("MaximumRuleTemplatesAssociatedWithRepositoryException")
    template.repository_ids.append(repository.repository_id)


def _disassociate(call: Call, template: Template, repository: Repository) -> None:
    if repository.repository_id in template.repository_ids:
        template.repository_ids.remove(repository.repository_id)


def _templates_of(call: Call, repository: Repository) -> list[Template]:
    every = call.state(Templates).by_name.values()
    return [each for each in every if repository.repository_id in each.repository_ids]


def _each(
    call: Call,
    parameters: dict[str, Any],
    change: Callable[[Call, Template, Repository], None],
) -> tuple[list[str], list[dict[str, str]]]:
    """Apply a change for each repository; return the names done, and an error for each other."""
    template = template_of(call, parameters)
    names = parameters.get("repositoryNames")
    if not names:
        raise refusal("RepositoryNamesRequiredException")
    if len(names) > _BATCH:
        raise refusal("MaximumRepositoryNamesExceededException")
    done, errors = [], []
    for name in names:
        try:
            change(call, template, call.state(Repositories).get(name))
            done.append(name)
        except AwsError as error:
            about = {"repositoryName": name, "errorCode": error.code}
            errors.append({**about, "errorMessage": error.message})
    return done, errors
