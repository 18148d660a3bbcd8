"""Projects: what is built, from what, where to, with which settings."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.codebuild.checks import codebuild_operation, invalid, not_found
from offline_aws.codebuild.store import Shape, Store, page
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}")
#: What identifies a secondary source or artifact, in a project and in a pipeline.
IDENTIFIER = re.compile(r"[A-Za-z0-9_]{1,127}")
ARTIFACT_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PIPELINE = "CODEPIPELINE"
_ORDERS = {"NAME": "name", "CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}


@codebuild_operation("CreateProject")
def create_project(call: Call, parameters: Shape) -> Shape:
    """Create a project; its defaults are filled in as AWS fills them in."""
    name, projects = parameters["name"], call.state(Store).projects
    if not _NAME.fullmatch(name):
        raise invalid(
            "Project name can only contain alphanumeric characters, hyphens, and underscores."
        )
    if name in projects:
        raise AwsError(
            "ResourceAlreadyExistsException", f"Project already exists: {project_arn(call, name)}"
        )
    project = {**_defaults(call, name), **parameters}
    _finish(call, project)
    projects[name] = project
    return {"project": project}


@codebuild_operation("UpdateProject")
def update_project(call: Call, parameters: Shape) -> Shape:
    """Replace the settings that are given; the others stay."""
    changed = {
        **find_project(call, parameters["name"]),
        **parameters,
        "lastModified": call.clock.now(),
    }
    _finish(call, changed)
    call.state(Store).projects[parameters["name"]] = changed
    return {"project": changed}


@codebuild_operation("BatchGetProjects")
def batch_get_projects(call: Call, parameters: Shape) -> Shape:
    """Return projects by name or ARN, and which of them there are not."""
    names = {given: given.rpartition("/")[2] for given in parameters["names"]}
    projects = call.state(Store).projects
    return {
        "projects": [projects[name] for name in dict.fromkeys(names.values()) if name in projects],
        "projectsNotFound": [given for given, name in names.items() if name not in projects],
    }


@codebuild_operation("ListProjects")
def list_projects(call: Call, parameters: Shape) -> Shape:
    """Return project names, 100 a page."""
    order = _ORDERS[parameters.get("sortBy", "NAME")]
    backwards = parameters.get("sortOrder") == "DESCENDING"
    projects = sorted(
        call.state(Store).projects.values(), key=lambda p: p[order], reverse=backwards
    )
    return page("projects", [project["name"] for project in projects], parameters)


@codebuild_operation("DeleteProject")
def delete_project(call: Call, parameters: Shape) -> Shape:
    """Delete a project, if there is one; its builds stay."""
    call.state(Store).projects.pop(parameters["name"].rpartition("/")[2], None)
    return {}


def find_project(call: Call, given: str) -> Shape:
    """Return a project by name or ARN. Raises ResourceNotFoundException."""
    name = given.rpartition("/")[2]
    project = call.state(Store).projects.get(name)
    if project is None:
        raise not_found(f"Project cannot be found: {project_arn(call, name)}")
    return project


def project_arn(call: Call, name: str) -> str:
    """Return a project's ARN."""
    return f"arn:aws:codebuild:{call.region}:{call.account}:project/{name}"


def check_settings(call: Call, settings: Shape, identifier: re.Pattern[str] = IDENTIFIER) -> None:
    """Raise InvalidInputException for settings that contradict each other."""
    _check_source(settings["source"])
    if settings["cache"]["type"] == "S3" and not settings["cache"].get("location"):
        raise invalid("Invalid cache: location is required for cache type S3")
    _check_artifacts(settings["artifacts"])
    if (settings["artifacts"]["type"] == _PIPELINE) != (settings["source"]["type"] == _PIPELINE):
        raise invalid(
            "Invalid input: when using CodePipeline both sourceType, and artifactType must be set "
            "to: CODEPIPELINE"
        )
    for artifacts in settings.get("secondaryArtifacts", ()):
        _check_artifacts(artifacts)
        if artifacts["type"] == _PIPELINE:
            raise invalid("Invalid input: artifactType CODEPIPELINE is not one of a secondary")
    _check_identifiers(settings.get("secondarySources", []), "sourceIdentifier", identifier)
    _check_identifiers(settings.get("secondaryArtifacts", []), "artifactIdentifier", identifier)
    if not settings["serviceRole"].startswith(f"arn:aws:iam::{call.account}:role/"):
        raise invalid(
            "Invalid service role: Service role account ID does not match caller's account"
        )
    for variable in settings["environment"].get("environmentVariables", ()):
        if variable["name"].startswith("CODEBUILD_"):
            raise invalid(
                f"Environment variable {variable['name']} begins with reserved CODEBUILD_"
            )


def _check_identifiers(extras: list[Shape], kind: str, identifier: re.Pattern[str]) -> None:
    names = [extra.get(kind, "") for extra in extras]
    for name in names:
        if not identifier.fullmatch(name) or names.count(name) > 1:
            raise invalid(f"Every {kind} must be a name of its own of letters, digits and _")


def _check_source(source: Shape) -> None:
    kind, location = source["type"], source.get("location")
    if kind == "NO_SOURCE" and not source.get("buildspec"):
        raise invalid("A buildspec is required for source type NO_SOURCE")
    if kind == "NO_SOURCE" and location:
        raise invalid("Source type NO_SOURCE should have null location")
    if kind not in ("NO_SOURCE", _PIPELINE) and not location:
        raise invalid("Project source location is required")


def _check_artifacts(artifacts: Shape) -> None:
    kind, location = artifacts["type"], artifacts.get("location")
    if kind == "NO_ARTIFACTS" and location:
        raise invalid("Invalid artifacts: artifact type NO_ARTIFACTS should have null location")
    if kind == "S3" and not location:
        raise invalid("Invalid artifacts: location is required for artifact type S3")


def _defaults(call: Call, name: str) -> Shape:
    now = call.clock.now()
    return {
        "arn": project_arn(call, name),
        "cache": {"type": "NO_CACHE"},
        "timeoutInMinutes": 60,
        "queuedTimeoutInMinutes": 480,
        "encryptionKey": f"arn:aws:kms:{call.region}:{call.account}:alias/aws/s3",
        "tags": [],
        "secondarySources": [],
        "secondarySourceVersions": [],
        "secondaryArtifacts": [],
        "created": now,
        "lastModified": now,
        "projectVisibility": "PRIVATE",
    }


def _finish(call: Call, project: Shape) -> None:
    check_settings(call, project)
    badge = project.get("badge", {"badgeEnabled": False})
    project["badge"] = {"badgeEnabled": project.pop("badgeEnabled", badge["badgeEnabled"])}
    if project["badge"]["badgeEnabled"] and project["source"]["type"] == _PIPELINE:
        raise invalid("Build badges are not supported for CodePipeline source")
    project["environment"] = {
        "privilegedMode": False,
        "imagePullCredentialsType": "CODEBUILD",
        **project["environment"],
        "environmentVariables": variables_with_types(project["environment"]),
    }
    for source in (project["source"], *project["secondarySources"]):
        source.setdefault("insecureSsl", False)
    project["artifacts"] = with_artifact_defaults(project["artifacts"], project["name"])


def variables_with_types(environment: Shape) -> list[Shape]:
    """Return an environment's variables, each with its type."""
    return [{"type": "PLAINTEXT", **each} for each in environment.get("environmentVariables", ())]


def with_artifact_defaults(artifacts: Shape, name: str) -> Shape:
    """Return artifact settings with what AWS fills in."""
    if artifacts["type"] != "S3":
        return artifacts
    defaults: dict[str, Any] = {"path": "", "namespaceType": "NONE", "name": name}
    return {**defaults, "packaging": "NONE", "encryptionDisabled": False, **artifacts}
