"""Exercise on what a build leaves behind: reports and an artifact."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.account import (
    Build,
    archive,
    buildspec_of_tip,
    green_build_of_tip,
)
from devops_workbook.chapters.build_and_test.faults import DISCOUNT_TWICE
from devops_workbook.chapters.build_and_test.scenario import chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_WANTED = ("service/web.py", "migrations/001_customers_and_orders.sql", "requirements.txt")
_SPARE = ("tests/", "reports/", "tools/", ".")


@chapter.exercise(
    "keep-results",
    title="Green, and nothing to show for it",
    minutes=6,
    hints=(
        "`reports:` holds one entry for each group, with `base-directory`, `files` and, for "
        "coverage, `file-format: COBERTURAXML`. Paths start at the repository's root.",
        "pytest writes the files: `--junitxml=reports/junit.xml --cov=service "
        "--cov-report=xml:reports/coverage.xml`. It runs in `orders`, so they are in "
        "`orders/reports`.",
        "`artifacts:` with `base-directory: orders` and the files `service/*.py`, "
        "`migrations/*.sql` and `requirements.txt`. The base directory itself is not in the zip.",
    ),
    arrange=lambda lab: stages.arrange(lab, buildspecs.TESTS, [DISCOUNT_TWICE]),
)
def check_keep_results(lab: Lab, answer: Any) -> str:
    """The last build is green, has a test and a coverage report, and an artifact that is right."""
    found = buildspec_of_tip()
    if found is None or not (found[1].reports or found[1].artifact):
        raise NotStarted("The buildspec on main has neither reports nor artifacts yet.")
    build = green_build_of_tip()
    reports = _reports(build)
    tests, coverage = _one(reports, "TEST"), _one(reports, "CODE_COVERAGE")
    lines = coverage["codeCoverageSummary"]["lineCoveragePercentage"]
    require(tests["testSummary"]["total"] > 1, "The test report holds no tests.")
    require(lines > 0, "The coverage report says that no line ran. Which folder does --cov name?")
    names = _names_in_artifact(build)
    return (
        f"{tests['testSummary']['total']} test cases and {lines:.0f} % of lines covered are on "
        f"record, and an artifact of {len(names)} files."
    )


def _reports(build: Build) -> list[dict[str, Any]]:
    arns = build.get("reportArns", [])
    require(arns, "The build made no report. The buildspec's `reports` says which files to read.")
    return list(clients.client("codebuild", REGION).batch_get_reports(reportArns=arns)["reports"])


def _one(reports: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    found = [report for report in reports if report["type"] == kind]
    names = ", ".join(
        f"{report['name'].partition(':')[0]} ({report['type']})" for report in reports
    )
    if not found:
        raise NotYet(
            f"Looked for a report of type {kind}, found {names}. Without a `file-format` a report "
            "is taken for JUNITXML."
        )
    report = found[0]
    require(
        report["status"] != "INCOMPLETE",
        f"Report {report['name'].partition(':')[0]} is INCOMPLETE: its files were not found, or "
        "are not in the format it names. The log's lines about the report say which.",
    )
    return report


def _names_in_artifact(build: Build) -> list[str]:
    artifact = build.get("artifacts", {})
    # The location is known before anything is there; the digest comes with the upload.
    uploaded = artifact.get("sha256sum")
    require(uploaded, "The build is green and left no artifact: the buildspec names none.")
    with archive(artifact["location"]) as found:
        names = found.namelist()
    missing = [name for name in _WANTED if name not in names]
    shown = ", ".join(names[:3])
    require(
        not missing,
        f"Looked in the artifact for {', '.join(missing)}. It holds {shown} and so on. "
        "Whoever unpacks it expects the names as seen from `orders`.",
    )
    spare = [name for name in names if name.startswith(_SPARE) or "__pycache__" in name]
    if spare:
        raise NotYet(f"The artifact holds {spare[0]} as well, which production has no use for.")
    return names
