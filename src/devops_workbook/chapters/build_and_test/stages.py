"""How far the orders service's buildspec has come at each exercise, for ``lab.catch_up``."""

from __future__ import annotations

from collections.abc import Iterable

from devops_workbook.chapters.build_and_test.account import Build
from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC
from devops_workbook.chapters.build_and_test.faults import Fault
from devops_workbook.chapters.build_and_test.scenario import PROJECT
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop_repository import commit_files, files_at, tip_of_main
from offline_aws import clients


def arrange(lab: Lab, buildspec: str, mended: Iterable[Fault] = ()) -> None:
    """Commit a buildspec, and what mends faults."""
    files = files_at(tip_of_main(), "orders", "infrastructure")
    changed = {BUILDSPEC: buildspec}
    for fault in mended:
        text = changed.get(fault.path, files[fault.path])
        changed[fault.path] = text.replace(fault.wrong, fault.right)
    commit_files("Build the orders service", changed)


def run_build(lab: Lab, branch: str = "main") -> Build:
    """Build the tip of a branch and wait for it."""
    codebuild = clients.client("codebuild", REGION)
    version = f"refs/heads/{branch}"
    started = codebuild.start_build(projectName=PROJECT, sourceVersion=version)["build"]["id"]
    while True:
        build: Build = codebuild.batch_get_builds(ids=[started])["builds"][0]
        if build["buildComplete"]:
            return build
        lab.clock.advance(seconds=10)
