"""Exercise on a cache, measured."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.account import (
    Build,
    builds_of,
    buildspec_of_tip,
    log_of,
)
from devops_workbook.chapters.build_and_test.faults import DISCOUNT_TWICE, FINDINGS
from devops_workbook.chapters.build_and_test.scenario import PROJECT, chapter
from devops_workbook.checks import number, require
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_NONE_DOWNLOADED = "\n0 package(s) downloaded"


@chapter.exercise(
    "cache",
    title="What does a cache save?",
    minutes=4,
    answer="saved_seconds",
    hints=(
        "Two places: the project says where caches are kept, "
        '`update_project(name="orders", cache={"type": "S3", "location": "shop-builds/cache"})`; '
        "the buildspec says which paths, under `cache:` and `paths:`.",
        "What pip downloads is in `/root/.cache/pip`, so the path is `/root/.cache/pip/**/*`.",
        "The first build fills the cache, the second uses it. Both have a phase INSTALL with "
        "`durationInSeconds`: subtract.",
    ),
    arrange=lambda lab: stages.arrange(lab, buildspecs.GATES, [DISCOUNT_TWICE, *FINDINGS]),
)
def check_cache(lab: Lab, answer: Any) -> str:
    """Two builds, a cold and a warm one; the answer is what INSTALL took less."""
    project = clients.client("codebuild", REGION).batch_get_projects(names=[PROJECT])["projects"][0]
    require(
        project["cache"]["type"] != "NO_CACHE",
        "Project orders has cache type NO_CACHE: what the buildspec says about a cache is ignored.",
    )
    found = buildspec_of_tip()
    require(
        found and found[1].cache,
        "The project has a place for caches, but the buildspec on main names no paths to keep.",
    )
    installs = [build for build in builds_of() if "package(s) downloaded" in log_of(build)]
    require(installs, "No build has run tools/fetch_packages.sh yet, in its install phase.")
    warm = [build for build in installs if _NONE_DOWNLOADED in log_of(build)]
    require(
        warm,
        f"{len(installs)} build(s) downloaded packages, and none found them all in the cache. "
        "The paths of the cache, or a second build, are missing.",
    )
    cold = [build for build in installs if build not in warm]
    require(cold, "Every build found all packages in the cache: there is no cold one to compare.")
    _require_difference(answer, cold[0], warm[0])
    return (
        f"INSTALL took {_install(cold[0])} s with an empty cache and {_install(warm[0])} s with a "
        "full one."
    )


def _require_difference(answer: Any, cold: Build, warm: Build) -> None:
    saved = _install(cold) - _install(warm)
    number(
        answer,
        saved,
        "`saved_seconds`",
        mistakes={
            "The sign is the wrong way round: cold minus warm.": -saved,
            "That is what the cold build took, not what the cache saves.": _install(cold),
            "That is the warm build alone.": _install(warm),
        },
    )


def _install(build: Build) -> int:
    phases = {phase["phaseType"]: phase for phase in build["phases"]}
    return int(phases["INSTALL"]["durationInSeconds"])
