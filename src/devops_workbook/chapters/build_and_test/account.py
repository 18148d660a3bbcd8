"""What the checks look at: the tip of ``main``, builds and their logs, artifacts."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC
from devops_workbook.chapters.build_and_test.scenario import PROJECT
from devops_workbook.checks import require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import REGION
from devops_workbook.shop_repository import files_at, tip_of_main
from offline_aws import clients
from offline_aws.codebuild.buildspec import Buildspec, BuildspecError, read_buildspec

Build = dict[str, Any]

_SUMMARY = re.compile(r"^(?:=+ )?((?:\d+ \w+, )*\d+ (?:failed|passed|error|errors)\b.*)", re.M)
_COUNT = re.compile(r"(\d+) (\w+)")


def files_of_tip(*parts: str) -> dict[str, str]:
    """Return the texts at the tip of main by path."""
    return files_at(tip_of_main(), *parts)


def builds_of(project: str = PROJECT) -> list[Build]:
    """Return a project's builds, the newest first."""
    codebuild = clients.client("codebuild", REGION)
    ids = codebuild.list_builds_for_project(projectName=project)["ids"]
    return list(codebuild.batch_get_builds(ids=ids)["builds"]) if ids else []


def build_of_tip() -> Build:
    """Return the newest complete build of the tip of main. Raises ``NotYet``."""
    tip, builds = tip_of_main(), builds_of()
    require(builds, f"{BUILDSPEC} is there, but project {PROJECT} has no build. Start one.")
    of_tip = [build for build in builds if build.get("resolvedSourceVersion", tip) == tip]
    require(
        of_tip,
        f"The last build is of commit {builds[0].get('resolvedSourceVersion', '')[:7]}, and main "
        f"is at {tip[:7]}. Build what you have committed.",
    )
    require(of_tip[0]["buildComplete"], "The last build is not complete. Wait for it: `build()`.")
    return of_tip[0]


def green_build_of_tip() -> Build:
    """Return the newest build of the tip of main if it succeeded. Raises ``NotYet``."""
    build = build_of_tip()
    require(
        build["buildStatus"] == "SUCCEEDED",
        f"The last build is red. {why(build)} The end of its log says more.",
    )
    return build


def why(build: Build) -> str:
    """Return which phase of a build failed, and what AWS says about it."""
    for phase in build["phases"]:
        for context in phase.get("contexts", ()):
            if context.get("statusCode"):
                return f"{phase['phaseType']}: {context['statusCode']}, {context['message']}."
    return f"its status is {build['buildStatus']}."


def log_of(build: Build) -> str:
    """Return the text of a build's log."""
    where = build["logs"]
    if "groupName" not in where:
        return ""
    events = clients.client("logs", REGION).get_log_events(
        logGroupName=where["groupName"], logStreamName=where["streamName"], startFromHead=True
    )["events"]
    return "\n".join(event["message"] for event in events)


def tests_in(log: str) -> dict[str, int]:
    """Return what pytest's last summary in a log counts: ``{"passed": 17, "failed": 1}``."""
    found = _SUMMARY.findall(log)
    return {word: int(count) for count, word in _COUNT.findall(found[-1])} if found else {}


def buildspec_of_tip() -> tuple[str, Buildspec] | None:
    """Return the orders service's buildspec on main, as text and read; None while there is none.

    Raises ``NotYet`` for one with a mistake.
    """
    text = files_of_tip("orders").get(BUILDSPEC)
    if text is None:
        return None
    try:
        return text, read_buildspec(text)
    except BuildspecError as error:
        raise NotYet(f"CodeBuild cannot read {BUILDSPEC}: {error}") from error


def archive(location: str) -> zipfile.ZipFile:
    """Return the zip file at an S3 ARN. Raises ``NotYet`` when there is none."""
    bucket, _, key = location.removeprefix("arn:aws:s3:::").partition("/")
    s3 = clients.client("s3", REGION)
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        raise NotYet(f"The build says that its artifact is {location}; nothing is there.") from None
    return zipfile.ZipFile(io.BytesIO(body))
