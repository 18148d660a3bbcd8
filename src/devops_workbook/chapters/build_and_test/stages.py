"""How far the orders service's buildspec has come at each exercise, for ``lab.catch_up``."""

from __future__ import annotations

from collections.abc import Iterable

import boto3

from devops_workbook.chapters.build_and_test.account import Build
from devops_workbook.chapters.build_and_test.faults import Fault
from devops_workbook.chapters.build_and_test.scenario import BUILDSPEC, PROJECT
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import commit_files, files_at, tip_of_main

TESTS = """\
version: 0.2

phases:
  build:
    commands:
      - cd orders
      - python -m pytest
"""
RESULTS = """\
version: 0.2

phases:
  build:
    commands:
      - cd orders
      - >-
        python -m pytest --junitxml=reports/junit.xml
        --cov=service --cov-report=xml:reports/coverage.xml

reports:
  tests:
    base-directory: orders/reports
    files: [junit.xml]
  coverage:
    base-directory: orders/reports
    files: [coverage.xml]
    file-format: COBERTURAXML

artifacts:
  base-directory: orders
  files: ["service/*.py", "migrations/*.sql", requirements.txt]
"""
_PRE_BUILD = """\
phases:
  pre_build:
    commands:
      - cd orders
      - ruff check .
      - detect-secrets-hook --no-verify $(find service tests -type f) requirements.txt
      - python tools/check_dependencies.py requirements.txt ../advisories
      - cfn-lint ../infrastructure/template.yaml
  build:
    commands:
"""
GATES = RESULTS.replace(
    "phases:\n  build:\n    commands:\n      - cd orders\n", _PRE_BUILD
).replace("coverage.xml\n\nreports", "coverage.xml --cov-fail-under=90\n\nreports")


def arrange(lab: Lab, buildspec: str, mended: Iterable[Fault] = ()) -> None:
    """Commit a buildspec, and what mends faults."""
    files = files_at(tip_of_main(), "orders", "infrastructure")
    changed = {BUILDSPEC: buildspec}
    for fault in mended:
        text = changed.get(fault.path, files[fault.path])
        changed[fault.path] = text.replace(fault.wrong, fault.right)
    commit_files("Build the orders service", changed)


def run_build(lab: Lab) -> Build:
    """Build the tip of main and wait for it."""
    codebuild = boto3.client("codebuild")
    started = codebuild.start_build(projectName=PROJECT)["build"]["id"]
    while True:
        build: Build = codebuild.batch_get_builds(ids=[started])["builds"][0]
        if build["buildComplete"]:
            return build
        lab.clock.advance(seconds=10)
