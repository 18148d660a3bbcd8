"""What a CloudFormation action gives to a stack: template, parameters, tags, policy."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.codepipeline import artifacts
from offline_aws.codepipeline.provider import Artifact, Job
from offline_aws.codepipeline.providers import input_files
from offline_aws.codepipeline.providers.action_errors import ActionError
from offline_aws.codepipeline.store import Shape

# What CloudFormation takes as text; 1 MB from S3.
_LONGEST_BODY = 51_200


def stack_settings(job: Job) -> Shape:
    """Return the parameters of CreateStack, UpdateStack and CreateChangeSet that they share.

    Raises ``ActionError``.
    """
    given = configuration_file(job)
    parameters = {**_texts(given.get("Parameters", {})), **_overrides(job)}
    settings: Shape = {
        **_template(job),
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    }
    if capabilities := job.configuration.get("Capabilities"):
        settings["Capabilities"] = [each.strip() for each in capabilities.split(",")]
    if role := job.configuration.get("RoleArn"):
        settings["RoleARN"] = role
    if tags := given.get("Tags"):
        settings["Tags"] = [{"Key": k, "Value": v} for k, v in _texts(tags).items()]
    return settings


def stack_policy(job: Job) -> Shape:
    """Return the stack policy of the template configuration, as CreateStack takes it."""
    policy = configuration_file(job).get("StackPolicy")
    return {"StackPolicyBody": json.dumps(policy)} if policy else {}


def _template(job: Job) -> Shape:
    """Return the template: its text, or where in S3 it is if it is too long to be sent."""
    place = job.configuration.get("TemplatePath", "")
    if not place:
        raise ActionError("ConfigurationError", "TemplatePath is required for this ActionMode.")
    data = input_files.named_file(job, place)
    if len(data) > _LONGEST_BODY:
        bucket = job.inputs[place.partition("::")[0]].bucket
        key = f"{job.pipeline[:20]}/templates/{job.action_execution_id}"
        artifacts.write(Artifact("template", bucket, key), data, job.region)
        return {"TemplateURL": f"https://s3.{job.region}.amazonaws.com/{bucket}/{key}"}
    try:
        return {"TemplateBody": data.decode("utf-8")}
    except UnicodeDecodeError as error:
        raise ActionError("ConfigurationError", f"{place} is not text in UTF-8.") from error


def configuration_file(job: Job) -> Shape:
    """Return the content of TemplateConfiguration. Raises ``ActionError``."""
    place = job.configuration.get("TemplateConfiguration", "")
    return _object(input_files.named_file(job, place), place) if place else {}


def _overrides(job: Job) -> dict[str, str]:
    found = _object(job.configuration.get("ParameterOverrides") or "{}", "ParameterOverrides")
    return {name: _value(job, name, value) for name, value in found.items()}


def _value(job: Job, name: str, value: Any) -> str:
    """Return a parameter's value, or what its function comes to."""
    if isinstance(value, str):
        return value
    match value:
        case {"Fn::GetArtifactAtt": [str(artifact), str(attribute)]}:
            return _attribute(job, artifact, attribute)
        case {"Fn::GetParam": [str(artifact), str(path), str(key)]}:
            place = f"{artifact}::{path}"
            found = _object(input_files.named_file(job, place), place)
            if key not in found:
                raise ActionError("ConfigurationError", f"{place} has no key {key}.")
            return _text(found[key])
    raise ActionError(
        "ConfigurationError",
        f"ParameterOverrides: {name} must be a string, "
        '{"Fn::GetArtifactAtt": ["artifact", "attribute"]} or '
        '{"Fn::GetParam": ["artifact", "file", "key"]}.',
    )


def _attribute(job: Job, name: str, attribute: str) -> str:
    artifact = job.inputs.get(name)
    if artifact is None:
        raise ActionError("ConfigurationError", f"{name} is not an input artifact of the action.")
    known = {
        "BucketName": artifact.bucket,
        "ObjectKey": artifact.key,
        "URL": _url(artifact, job.region),
    }
    if attribute not in known:
        raise ActionError(
            "ConfigurationError",
            f"Fn::GetArtifactAtt has no attribute {attribute}. There are: {', '.join(known)}.",
        )
    return known[attribute]


def _url(artifact: Artifact, region: str) -> str:
    return f"https://s3.{region}.amazonaws.com/{artifact.bucket}/{artifact.key}"


def _object(text: str | bytes, where: str) -> Shape:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ActionError("ConfigurationError", f"{where} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ActionError("ConfigurationError", f"{where} is not a JSON object.")
    return found


def _texts(values: Any) -> dict[str, str]:
    if not isinstance(values, dict):
        raise ActionError(
            "ConfigurationError", "Parameters and Tags of a template configuration are objects."
        )
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
