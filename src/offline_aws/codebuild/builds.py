"""Builds: start, look at, list, stop, retry, delete."""

from __future__ import annotations

import os
from datetime import timedelta

from offline_aws.codebuild import artifacts
from offline_aws.codebuild.checks import codebuild_operation, invalid, not_found, not_simulated
from offline_aws.codebuild.course import Course
from offline_aws.codebuild.projects import find_project
from offline_aws.codebuild.s3_source import ARN
from offline_aws.codebuild.settings import overridden, refuse_what_is_absent
from offline_aws.codebuild.started_by import Starter, started_by
from offline_aws.codebuild.store import Build, Shape, Store, page
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_TOKEN_LASTS = timedelta(minutes=5)
_COPIED = (
    *("source", "secondarySources", "secondarySourceVersions", "cache", "environment"),
    *("serviceRole", "timeoutInMinutes", "queuedTimeoutInMinutes", "vpcConfig"),
    *("encryptionKey", "fileSystemLocations"),
)


@codebuild_operation("StartBuild")
def start_build(call: Call, parameters: Shape) -> Shape:
    """Start a build of a project, with its settings overridden for this build only."""
    store = call.state(Store)
    request = {name: value for name, value in parameters.items() if name != "idempotencyToken"}
    token = parameters.get("idempotencyToken", "")
    if token in store.tokens and store.tokens[token][0] + _TOKEN_LASTS > call.clock.now():
        _, before, identifier = store.tokens[token]
        if before != request:
            raise invalid("The parameters do not match those of the request with the same token")
        return {"build": shape_of(store.builds[identifier])}
    build = _start(call, request)
    if token:
        store.tokens[token] = (call.clock.now(), request, build.id)
    return {"build": shape_of(build)}


@codebuild_operation("RetryBuild")
def retry_build(call: Call, parameters: Shape) -> Shape:
    """Start a new build by the request of an earlier one."""
    if "id" not in parameters:
        raise invalid("A build ID is required")
    earlier = _find(call, parameters["id"])
    if not earlier.complete:
        raise invalid(f"Build {earlier.id} is in progress and cannot be retried")
    return {"build": shape_of(_start(call, earlier.request))}


@codebuild_operation("BatchGetBuilds")
def batch_get_builds(call: Call, parameters: Shape) -> Shape:
    """Return builds by id or ARN, and which of them there are not."""
    builds = call.state(Store).builds
    names = {given: given.rpartition("/")[2] for given in parameters["ids"]}
    if any(":" not in name for name in names.values()):
        raise invalid("Invalid build ID provided")
    return {
        "builds": [shape_of(builds[i]) for i in dict.fromkeys(names.values()) if i in builds],
        "buildsNotFound": [given for given, name in names.items() if name not in builds],
    }


@codebuild_operation("ListBuilds")
def list_builds(call: Call, parameters: Shape) -> Shape:
    """Return build ids, the newest first unless asked otherwise, 100 a page."""
    return _listed(list(call.state(Store).builds), parameters)


@codebuild_operation("ListBuildsForProject")
def list_builds_for_project(call: Call, parameters: Shape) -> Shape:
    """Return the build ids of a project, the newest first unless asked otherwise."""
    project = find_project(call, parameters["projectName"])["name"]
    builds = call.state(Store).builds.values()
    return _listed([build.id for build in builds if build.project == project], parameters)


@codebuild_operation("StopBuild")
def stop_build(call: Call, parameters: Shape) -> Shape:
    """Stop a build; one that is complete stays as it is."""
    build = _find(call, parameters["id"])
    if not build.complete:
        Course(call, build).stop()
    return {"build": shape_of(build)}


@codebuild_operation("BatchDeleteBuilds")
def batch_delete_builds(call: Call, parameters: Shape) -> Shape:
    """Delete builds that are complete."""
    builds = call.state(Store).builds
    deleted: list[str] = []
    kept: list[Shape] = []
    for given in parameters["ids"]:
        build = builds.get(given.rpartition("/")[2])
        if build is not None and build.complete:
            deleted.append(builds.pop(build.id).arn)
        else:
            code = "BUILD_IN_PROGRESS" if build else "BUILD_DOES_NOT_EXIST"
            kept.append({"id": given, "statusCode": code})
    return {"buildsDeleted": deleted, "buildsNotDeleted": kept}


def require_posix(system: str = os.name) -> None:
    """Refuse to start a build on a system without a POSIX shell."""
    if system == "nt":
        raise not_simulated(
            "StartBuild", "Windows (its commands need a POSIX shell: run the lab in WSL)"
        )


def shape_of(build: Build) -> Shape:
    """Return AWS's Build."""
    settings = build.settings
    shape: Shape = {"secondarySources": [], "secondarySourceVersions": []}
    shape |= {name: settings[name] for name in _COPIED if name in settings}
    if build.from_pipeline:
        shape["source"] = _from_pipeline(settings["source"])
        others = settings.get("secondarySources", ())
        shape["secondarySources"] = [_from_pipeline(source) for source in others]
    shape |= {
        "id": build.id,
        "arn": build.arn,
        "buildNumber": build.number,
        "projectName": build.project,
        "startTime": build.start,
        "currentPhase": build.phases[-1]["phaseType"],
        "buildStatus": build.status,
        "buildComplete": build.complete,
        "phases": [dict(phase) for phase in build.phases],
        "artifacts": build.artifacts,
        "secondaryArtifacts": list(build.secondary_artifacts.values()),
        "logs": build.logs,
        "initiator": build.initiator,
        "exportedEnvironmentVariables": build.exported,
        "reportArns": build.report_arns,
    }
    sometimes = {
        "sourceVersion": build.source_version,
        "resolvedSourceVersion": build.resolved_version,
        "endTime": build.end,
    }
    return shape | {name: value for name, value in sometimes.items() if value}


def _from_pipeline(source: Shape) -> Shape:
    """Return a source as AWS shows it of a build that a pipeline started."""
    kept: Shape = {
        name: source[name] for name in ("buildspec", "sourceIdentifier") if name in source
    }
    return {**kept, "type": "CODEPIPELINE"}


def _start(call: Call, request: Shape) -> Build:
    store = call.state(Store)
    project = find_project(call, request["projectName"])
    starter = started_by(call, request)
    settings = overridden(call, project, request, starter.is_pipeline)
    require_posix()
    refuse_what_is_absent(settings, request)
    _check_limit(store, project)
    number = store.next_number(project["name"])
    identifier = f"{project['name']}:{store.new_uuid(call.account, call.region)}"
    build = Build(
        id=identifier,
        arn=f"arn:aws:codebuild:{call.region}:{call.account}:build/{identifier}",
        number=number,
        settings=settings,
        source_version=_source_version(project, request, starter),
        resolved_version=starter.revision,
        initiator=starter.initiator,
        from_pipeline=starter.is_pipeline,
        request=request,
        start=call.clock.now(),
    )
    build.artifacts, *others = (
        artifacts.described(each, artifacts.object_key(each, each.get("name", ""), "", build.uuid))
        for each in (settings["artifacts"], *settings.get("secondaryArtifacts", ()))
    )
    build.secondary_artifacts = {each["artifactIdentifier"]: each for each in others}
    store.builds[identifier] = build
    Course(call, build).begin()
    return build


def _source_version(project: Shape, request: Shape, starter: Starter) -> str:
    if starter.is_pipeline:
        return ARN + str(request["sourceLocationOverride"]).removeprefix(ARN)
    return str(request.get("sourceVersion") or project.get("sourceVersion", ""))


def _check_limit(store: Store, project: Shape) -> None:
    limit = project.get("concurrentBuildLimit", 0)
    active = [b for b in store.builds.values() if b.project == project["name"] and not b.complete]
    if limit and len(active) >= limit:
        raise AwsError(
            "AccountLimitExceededException",
            f"Cannot have more than {limit} active builds for the project",
        )


def _find(call: Call, given: str) -> Build:
    identifier = given.rpartition("/")[2]
    if ":" not in identifier:
        raise invalid("Invalid build ID provided")
    build = call.state(Store).builds.get(identifier)
    if build is None:
        raise not_found(f"Build {identifier} does not exist")
    return build


def _listed(ids: list[str], parameters: Shape) -> Shape:
    ascending = parameters.get("sortOrder") == "ASCENDING"
    return page("ids", ids if ascending else ids[::-1], parameters)
