"""What a call asks for, made into the model of a stack: template, parameters, tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import ClientError

from offline_aws.cloudformation import capabilities, language_extensions
from offline_aws.cloudformation.checks import not_simulated
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.parameters import Value, take
from offline_aws.cloudformation.rules import check_rules
from offline_aws.cloudformation.store import Model, Stack
from offline_aws.cloudformation.surroundings import client_of, scope_without_resources
from offline_aws.cloudformation.template import Shape, Template, check_form
from offline_aws.cloudformation.template_check import (
    check_chosen,
    check_names,
    check_parameter_types,
    dependencies,
    refuse_absent,
)
from offline_aws.cloudformation.template_text import read_text
from offline_aws.operations import Call

_LONGEST_BODY = 51_200
_LONGEST_OBJECT = 1_048_576
_MORE = (
    "For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
)
_NO_PARAMETERS: Mapping[str, Value] = {}


def text_of_template(call: Call, parameters: Shape, stack: Stack | None = None) -> str:
    """Return the text that TemplateBody, TemplateURL or UsePreviousTemplate give.

    Raises ``Mistake``.
    """
    body, url = parameters.get("TemplateBody"), parameters.get("TemplateURL")
    previous = bool(parameters.get("UsePreviousTemplate"))
    if sum(map(bool, (body, url, previous))) > 1:
        raise Mistake(
            "You may not specify UsePreviousTemplate together with a template."
            if previous
            else "Either Template URL or Template Body must be specified, not both."
        )
    if body:
        if len(body.encode()) > _LONGEST_BODY:
            raise Mistake(
                "1 validation error detected: Value at 'templateBody' failed to satisfy "
                f"constraint: Member must have length less than or equal to {_LONGEST_BODY}"
            )
        return str(body)
    if url:
        return text_at(call, url)
    if previous and stack is not None and stack.model.text:
        return stack.model.text
    raise Mistake("Either Template URL or Template Body must be specified.")


def text_at(call: Call, url: str) -> str:
    """Return the text of an object of S3. Raises ``Mistake``."""
    bucket, key, version = _place(url)
    given = {"VersionId": version} if version else {}
    try:
        found = client_of(call)("s3").get_object(Bucket=bucket, Key=key, **given)
    except ClientError as error:
        raise Mistake(f"S3 error: {error.response['Error']['Message']}\n{_MORE}") from None
    data = found["Body"].read()
    if len(data) > _LONGEST_OBJECT:
        raise Mistake("Template may not exceed 1048576 bytes in size.")
    try:
        return str(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Mistake("Template format error: unsupported structure.") from None


def _place(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    host, _, path = parts.netloc.partition(":")[0], "", parts.path.lstrip("/")
    # Names such as bucket.s3.eu-west-1... and s3-eu-west-1...
    is_s3 = any(each == "s3" or each.startswith("s3-") for each in host.split("."))
    if parts.scheme not in ("http", "https") or not is_s3:
        raise Mistake("TemplateURL must be a supported URL.")
    if host.startswith("s3"):
        bucket, _, key = path.partition("/")
    else:
        bucket, key = host.partition(".s3")[0], path
    if not bucket or not key:
        raise Mistake("TemplateURL must reference a valid S3 object to which you have access.")
    version = parse_qs(parts.query).get("versionId", [""])[0]
    return unquote(bucket), unquote(key), version


def read_template(call: Call, text: str, values: Mapping[str, Any] | None = None) -> Template:
    """Return the template of a text with its macros applied, its form checked.

    ``values`` are those of its parameters, by default what the template has. Raises ``Mistake``.
    """
    return language_extensions.applied(check_form(read_text(text)), values)


def model_of(
    call: Call,
    parameters: Shape,
    operation: str,
    stack: Stack | None = None,
    *,
    expands: bool = True,
    name: str = "",
) -> Model:
    """Return what a stack is to be made from, with everything checked that can be beforehand.

    ``stack`` is the one that is updated. ``expands`` is whether macros need to be allowed.
    Raises ``Mistake``, ``InsufficientCapabilitiesException`` and a refusal by name.
    """
    text = text_of_template(call, parameters, stack)
    raw = check_form(read_text(text))
    check_parameter_types(raw)
    before = stack.model if stack else None
    values = take(
        raw,
        parameters.get("Parameters", []),
        before.parameters if before else _NO_PARAMETERS,
        client_of(call),
    )
    template = language_extensions.applied(raw, {key: each.ref for key, each in values.items()})
    check_template(call, template)
    capabilities.require(template, parameters.get("Capabilities", ()), expands=expands)
    scope = scope_without_resources(call, template, values, name or (stack.name if stack else ""))
    check_rules(scope)
    active = scope.active()
    check_chosen(active, template)
    dependencies(active)
    _check_types(template, parameters.get("ResourceTypes", ()))
    refuse_absent(template, operation)
    _refuse_options(parameters, operation)
    return Model(
        text,
        template,
        values,
        _tags(parameters, before),
        list(parameters.get("Capabilities", ())),
        _kept(parameters, "NotificationARNs", before.notification_arns if before else []),
        parameters.get("RoleARN") or (before.role if before else ""),
        parameters.get("RollbackConfiguration")
        or (before.rollback_configuration if before else {}),
    )


def check_template(call: Call, template: Template) -> None:
    """Refuse what is wrong in a template whatever its parameters are. Raises ``Mistake``."""
    for name in template.transforms:
        if name not in language_extensions.NAMES:
            raise not_simulated(
                "templates",
                f"the transform {name}",
                "There is AWS::LanguageExtensions.",
            )
    check_names(template, call.region)
    if not template.section("Conditions"):
        dependencies(template.resources)


def _kept(parameters: Shape, name: str, before: list[str]) -> list[str]:
    given = parameters.get(name)
    return list(before if given is None else given)


def _tags(parameters: Shape, before: Model | None) -> dict[str, str]:
    given = parameters.get("Tags")
    if given is None:
        return dict(before.tags) if before else {}
    tags = {each["Key"]: each["Value"] for each in given}
    if len(tags) < len(given):
        raise Mistake("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise Mistake("aws: prefixed tag key names are not allowed for external use.")
    return tags


def _check_types(template: Template, allowed: Any) -> None:
    if not allowed:
        return
    from fnmatch import fnmatchcase

    for each in template.types():
        if not any(fnmatchcase(each, pattern) for pattern in allowed):
            raise Mistake(
                f"Resource type {each} is not allowed by parameter ResourceTypes "
                f"[{', '.join(allowed)}]"
            )


def _refuse_options(parameters: Shape, operation: str) -> None:
    if parameters.get("RollbackConfiguration", {}).get("RollbackTriggers"):
        raise not_simulated(operation, "RollbackTriggers")
    if parameters.get("DeploymentConfig", {}).get("Mode") == "EXPRESS":
        raise not_simulated(operation, "DeploymentConfig of the mode EXPRESS")
