"""Validate templates, describe them, and read those of stacks."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation import capabilities, requests, schemas
from offline_aws.cloudformation.checks import cloudformation_operation, not_simulated
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.parameters import HIDDEN
from offline_aws.cloudformation.scope import text_of
from offline_aws.cloudformation.store import existing
from offline_aws.cloudformation.template import Template
from offline_aws.cloudformation.template_text import write_text
from offline_aws.operations import Call

Shape = dict[str, Any]


@cloudformation_operation("ValidateTemplate")
def validate_template(call: Call, parameters: Shape) -> Shape:
    """Check a template; return its parameters and what it needs to be allowed."""
    template = _checked(call, requests.text_of_template(call, parameters))
    declared = [
        {"ParameterKey": name, "DefaultValue": default, "NoEcho": secret, **described}
        for name, default, secret, described in _parameters(template)
    ]
    for each in declared:
        if each["DefaultValue"] is None:
            del each["DefaultValue"]
    return {"Parameters": declared, **_needs(template)}


@cloudformation_operation("GetTemplateSummary")
def get_template_summary(call: Call, parameters: Shape) -> Shape:
    """Return what is in a template, or in that of a stack."""
    if parameters.get("StackSetName"):
        raise not_simulated("GetTemplateSummary", "StackSetName")
    if name := parameters.get("StackName"):
        template = existing(call, name).model.template
    else:
        text = requests.text_of_template(call, parameters)
        template = _checked(call, text)
    declared = []
    for name, default, secret, described in _parameters(template):
        of = template.section("Parameters")[name]
        allowed = of.get("AllowedValues")
        shape: Shape = {
            "ParameterKey": name,
            "ParameterType": of["Type"],
            "NoEcho": secret,
            "ParameterConstraints": {"AllowedValues": [text_of(v) for v in allowed]}
            if allowed
            else {},
            **described,
        }
        declared.append(shape if default is None else {**shape, "DefaultValue": default})
    answer: Shape = {
        "Parameters": declared,
        "ResourceTypes": [each["Type"] for each in template.resources.values()],
        "ResourceIdentifierSummaries": _identifiers(call, template),
        **_needs(template),
    }
    if "AWSTemplateFormatVersion" in template.body:
        answer["Version"] = template.body["AWSTemplateFormatVersion"]
    if "Metadata" in template.body:
        answer["Metadata"] = json.dumps(template.body["Metadata"])
    return answer


def _checked(call: Call, text: str) -> Template:
    template = requests.read_template(call, text)
    requests.check_template(call, template)
    return template


def _parameters(template: Template) -> list[tuple[str, str | None, bool, Shape]]:
    found = []
    for name, declared in template.section("Parameters").items():
        default = declared.get("Default")
        if isinstance(default, list):
            default = ",".join(map(text_of, default))
        secret = str(declared.get("NoEcho", "")).lower() == "true"
        text = None if default is None else HIDDEN if secret else text_of(default)
        described = (
            {"Description": str(declared["Description"])} if "Description" in declared else {}
        )
        found.append((name, text, secret, described))
    return found


def _needs(template: Template) -> Shape:
    needed, reason = capabilities.needed(template)
    answer: Shape = {}
    if template.description:
        answer["Description"] = template.description
    if needed:
        answer.update(Capabilities=needed, CapabilitiesReason=reason)
    if template.transforms:
        answer["DeclaredTransforms"] = template.transforms
    return answer


def _identifiers(call: Call, template: Template) -> list[Shape]:
    """Return by which properties the resources of each type are found, for an import."""
    found = []
    for kind in template.types():
        schema = schemas.find_schema(call.region, kind) or {}
        names = [path[0] for path in schemas.primary_identifier(schema)]
        logical = [name for name, each in template.resources.items() if each["Type"] == kind]
        if names:
            found.append(
                {
                    "ResourceType": kind,
                    "LogicalResourceIds": logical,
                    "ResourceIdentifiers": names,
                }
            )
    return found


@cloudformation_operation("GetTemplate")
def get_template(call: Call, parameters: Shape) -> Shape:
    """Return the template of a stack or a change set, as given or after its macros."""
    stage = parameters.get("TemplateStage", "Original")
    if name := parameters.get("ChangeSetName"):
        from offline_aws.cloudformation.change_set_store import find_change_set

        model = find_change_set(call, name, parameters.get("StackName")).model
    elif parameters.get("StackName"):
        model = existing(call, parameters["StackName"]).model
    else:
        raise Mistake("Either StackName or ChangeSetName must be specified.")
    body = model.text
    if stage == "Processed" and model.template.transforms:
        body = write_text(
            {name: part for name, part in model.template.body.items() if name != "Transform"}
        )
    return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}


@cloudformation_operation("EstimateTemplateCost")
def estimate_template_cost(call: Call, parameters: Shape) -> Shape:
    """Refuse: the answer is a page on the web."""
    raise not_simulated("EstimateTemplateCost", "a calculator on the web")
