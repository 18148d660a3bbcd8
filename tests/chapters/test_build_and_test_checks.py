"""Chapter 03: other right ways pass, and mistakes that the notebook does not show are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC
from devops_workbook.chapters.build_and_test.faults import FINDINGS, files_with
from devops_workbook.chapters.build_and_test.scenario import SMOKE_TEST
from devops_workbook.exercise import Result
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import commit_files, files_at, tip_of_main

SPRING, STOREFRONT = "orders-spring/buildspec.yml", "storefront/buildspec.yml"


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("build-and-test")
    yield lab
    lab.close()


def at(lab: Lab, exercise: str) -> dict[str, str]:
    """Catch up with an exercise; return the files on main."""
    lab.catch_up(exercise)
    return files_at(tip_of_main())


def committed(lab: Lab, exercise: str, files: dict[str, str]) -> Result:
    """Commit files, build, and check."""
    commit_files("Try", files)
    stages.run_build(lab)
    return lab.check(exercise)


@pytest.mark.parametrize(
    "commands",
    [
        "[cd orders && python -m pytest -q]",
        "[python -m pytest --rootdir orders -c orders/pyproject.toml orders/tests]",
        '[pip --version, "cd $CODEBUILD_SRC_DIR/orders", pytest]',
    ],
)
def test_any_command_that_runs_the_tests_makes_a_first_build(lab: Lab, commands: str) -> None:
    if "--rootdir" in commands:
        commands = commands.replace("[python", "[PYTHONPATH=orders python")
    spec = f"version: 0.2\nphases:\n  pre_build:\n    commands: {commands}\n"
    result = committed(lab, "first-build", {BUILDSPEC: spec})
    assert result.passed, result


def test_a_first_build_that_runs_no_test_is_told_so(lab: Lab) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [echo hello]}}\n"
    assert "no failing test in its log" in committed(lab, "first-build", {BUILDSPEC: spec}).message


def test_a_buildspec_of_another_name_is_pointed_out(lab: Lab) -> None:
    commit_files("Build", {"orders/buildspec.yaml": buildspecs.TESTS})
    assert "Found orders/buildspec.yaml" in lab.check("first-build").message


@pytest.mark.parametrize("name", ["tests/test_pricing.py::{}", "{}()", "{}"])
def test_a_test_may_be_named_in_any_common_way(lab: Lab, name: str) -> None:
    test = name.format("test_a_voucher_is_taken_off_once")
    assert lab.check("read-the-log", {"test": test, "expected": 9000, "got": 8100}).passed


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (..., "`finding['got']` is still `...`"),
        ("8100", "finding['got'] should be a number. Found str '8100'"),
        (81.0, "whole numbers of cents"),
    ],
)
def test_what_is_amiss_with_a_finding_is_told(lab: Lab, got: object, said: str) -> None:
    finding = {"test": "test_a_voucher_is_taken_off_once", "expected": 9000, "got": got}
    assert said in lab.check("read-the-log", finding).message


def test_another_way_to_take_a_voucher_off_once_is_as_good(lab: Lab) -> None:
    path = "orders/service/pricing.py"
    text = at(lab, "green-build")[path].replace(
        "    return reduced - discount(reduced, voucher_percent) + shipping(goods)",
        "    sent = shipping(goods)\n    return reduced + sent",
    )
    assert committed(lab, "green-build", {path: text}).passed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def test_a_voucher_is", "@pytest.mark.skip\ndef test_a_voucher_is"),
        ("def test_a_voucher_is", "def not_a_test_a_voucher_is"),
    ],
)
def test_a_test_that_is_taken_away_is_missed(lab: Lab, old: str, new: str) -> None:
    path = "orders/tests/test_pricing.py"
    result = committed(lab, "green-build", {path: at(lab, "green-build")[path].replace(old, new)})
    assert "1 failed, 17 passed" in result.message


def test_a_mended_service_whose_build_leaves_tests_out_is_not_green_enough(lab: Lab) -> None:
    files = at(lab, "keep-results")
    few = files[BUILDSPEC].replace("pytest", "pytest tests/test_web.py")
    assert "all of them should run" in committed(lab, "green-build", {BUILDSPEC: few}).message


def test_an_artifact_with_compiled_files_is_refused(lab: Lab) -> None:
    at(lab, "keep-results")
    spec = buildspecs.RESULTS.replace("service/*.py", "service/**/*")
    assert "__pycache__" in committed(lab, "keep-results", {BUILDSPEC: spec}).message


def test_gates_may_stand_anywhere_and_findings_be_mended_otherwise(lab: Lab) -> None:
    at(lab, "gates")
    mended = files_with([])
    spec = """\
version: 0.2
phases:
  install:
    commands:
      - cfn-lint infrastructure/*.yaml
      - detect-secrets-hook --no-verify $(find orders -type f)
      - cd orders && python -m ruff check --no-cache service tests tools
      - python tools/check_dependencies.py requirements.txt ../advisories
  build:
    commands:
      - python -m pytest --cov=service
"""
    threshold = "[tool.coverage.report]\nfail_under = 90\n"
    files = {fault.path: mended[fault.path] for fault in FINDINGS}
    files["orders/pyproject.toml"] = mended["orders/pyproject.toml"] + "\n" + threshold
    result = committed(lab, "gates", {**files, BUILDSPEC: spec})
    assert result.passed, result


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("      - ruff check .\n", "an import that nothing uses"),
        (
            "      - detect-secrets-hook --no-verify $(find service tests -type f) "
            "requirements.txt\n",
            "an AWS access key",
        ),
        (
            "      - python tools/check_dependencies.py requirements.txt ../advisories\n",
            "jinja2==2.10",
        ),
        ("      - cfn-lint ../infrastructure/template.yaml\n", "in the template"),
        (" --cov-fail-under=90", "that no test runs"),
    ],
)
def test_each_gate_that_is_missing_is_missed(lab: Lab, command: str, found: str) -> None:
    at(lab, "cache")
    assert command in buildspecs.GATES
    spec = buildspecs.GATES.replace(command, "")
    assert found in committed(lab, "gates", {BUILDSPEC: spec}).message


def smoke_test(**changes: Any) -> None:
    boto3.client("codebuild").update_project(name=SMOKE_TEST, **changes)


def without_variables() -> dict[str, Any]:
    [project] = boto3.client("codebuild").batch_get_projects(names=[SMOKE_TEST])["projects"]
    return {**project["environment"], "environmentVariables": []}


def rotate() -> None:
    text = '{"key": "sandbox-other"}'
    boto3.client("secretsmanager").update_secret(SecretId="shop/payments", SecretString=text)


def run_smoke_test(lab: Lab) -> None:
    boto3.client("codebuild").start_build(projectName=SMOKE_TEST)
    lab.clock.advance(minutes=5)


def test_a_variable_of_the_project_may_name_the_secret(lab: Lab) -> None:
    variable = {
        "name": "PAYMENT_KEY",
        "type": "SECRETS_MANAGER",
        "value": "shop/payments:key",
    }
    smoke_test(environment={**without_variables(), "environmentVariables": [variable]})
    rotate()
    run_smoke_test(lab)
    assert lab.check("leak").passed


def test_a_build_without_any_key_is_no_cure(lab: Lab) -> None:
    spec = "version: 0.2\nphases: {build: {commands: [echo Paying]}}\n"
    smoke_test(source={"type": "NO_SOURCE", "buildspec": spec}, environment=without_variables())
    rotate()
    run_smoke_test(lab)
    assert "Nothing gives" in lab.check("leak").message


def test_the_new_key_as_plain_text_is_no_cure(lab: Lab) -> None:
    rotate()
    variable = {"name": "PAYMENT_KEY", "type": "PLAINTEXT", "value": "sandbox-other"}
    smoke_test(environment={**without_variables(), "environmentVariables": [variable]})
    run_smoke_test(lab)
    assert "still has the key as plain text" in lab.check("leak").message


def test_a_local_cache_is_a_cache(lab: Lab) -> None:
    files = at(lab, "cache")
    spec = files[BUILDSPEC].replace(
        "phases:\n",
        "cache:\n  paths: ['/root/.cache/pip/**/*']\nphases:\n"
        "  install:\n    commands: [cd orders, sh tools/fetch_packages.sh, cd ..]\n",
        1,
    )
    local = {"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]}
    boto3.client("codebuild").update_project(name="orders", cache=local)
    commit_files("Cache", {BUILDSPEC: spec})
    for _ in range(2):
        stages.run_build(lab)
    assert lab.check("cache", 48).passed
    assert "what the cold build took" in lab.check("cache", 54).message


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (SPRING, "target/test-results", "target", "where Surefire writes nothing"),
        (SPRING, "files: [orders.jar]", "files: [orders.war]", "not the jar that Maven builds"),
        (SPRING, "orders-spring/target/**/*", "/tmp/**/*", "not what Maven downloads"),
        (STOREFRONT, "npm test", "npm pack", "no command runs the tests"),
        (STOREFRONT, "nodejs: 22", "nodejs: 18", "should run on Node.js 22"),
        (STOREFRONT, "storefront/build", "storefront", "Vite does not write to"),
        (STOREFRONT, "storefront/node_modules/**/*", "dist/*", "not what npm downloads"),
        (STOREFRONT, "npm install", "npm update", "newer versions than the lock file"),
    ],
)
def test_each_mistake_in_the_other_buildspecs_has_its_sentence(
    lab: Lab, path: str, old: str, new: str, said: str
) -> None:
    files, right = at(lab, "other-buildspecs"), files_with([])
    assert old in files[path] or old in right[path]
    wrong = right[path].replace(old, new) if old in right[path] else _keep(right, files, path, old)
    other = SPRING if path == STOREFRONT else STOREFRONT
    commit_files("Try", {path: wrong, other: right[other]})
    assert said in lab.check("other-buildspecs").message


def _keep(right: dict[str, str], faulty: dict[str, str], path: str, mistake: str) -> str:
    """Return a right buildspec with one line as in the faulty one."""
    lines = zip(right[path].splitlines(), faulty[path].splitlines(), strict=True)
    return "\n".join(bad if mistake in bad else good for good, bad in lines) + "\n"


def test_maven_may_be_called_in_another_way(lab: Lab) -> None:
    right = files_with([])
    spring = right[SPRING].replace("mvn --batch-mode", "./mvnw -B -DskipTests=false")
    lab.catch_up("other-buildspecs")
    commit_files("Mend", {SPRING: spring, STOREFRONT: right[STOREFRONT]})
    assert lab.check("other-buildspecs").passed
