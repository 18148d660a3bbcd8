"""Reports: what tests and coverage said, in report groups, for thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from codebuild_lab import MONDAY, Lab

JUNIT = """<?xml version="1.0"?><testsuites><testsuite name="unit">
<testcase classname="tests.orders" name="test_total" time="0.25"/>
<testcase classname="tests.orders" name="test_tax" time="0.5">
<failure message="7 != 8">trace</failure></testcase>
<testcase classname="tests.stock" name="test_none" time="1,000"><error>Boom</error></testcase>
<testcase classname="tests.stock" name="test_later"><skipped/></testcase>
</testsuite></testsuites>"""
COBERTURA = """<coverage><packages><package><classes>
<class filename="orders.py"><methods/><lines><line number="1" hits="1"/><line number="2" hits="0"/>
<line number="3" hits="2" branch="true" condition-coverage="50% (1/2)"/>
<line number="4" hits="1"/></lines></class>
<class filename="stock.py"><lines><line number="1" hits="1"/></lines></class>
<class filename="stock.py"><lines><line number="1" hits="0"/>
<line number="9" hits="1"/></lines></class>
</classes></package></packages></coverage>"""
REPORTS = """reports:
  unit:
    files: ['**/*.xml']
    base-directory: out
  coverage:
    files: [cov.xml]
    file-format: COBERTURAXML
"""


def write(text: str, path: str) -> str:
    """Return a command that writes a file."""
    one_line = text.replace("\n", " ")
    return f"mkdir -p out && cat > {path} <<'END'\n        {one_line}\n        END"


@pytest.fixture
def reported(lab: Lab) -> list[dict[str, Any]]:
    build = lab.run(write(JUNIT, "out/a.xml"), write(COBERTURA, "cov.xml"), more=REPORTS)
    assert build["buildStatus"] == "SUCCEEDED", lab.log(build)
    found: list[dict[str, Any]] = lab.codebuild.batch_get_reports(reportArns=build["reportArns"])[
        "reports"
    ]
    return found


def test_a_test_report(lab: Lab, reported: list[dict[str, Any]]) -> None:
    report = reported[0]
    assert report["reportGroupArn"].endswith(":report-group/orders-unit")
    assert (report["type"], report["status"]) == ("TEST", "FAILED")
    assert report["executionId"].startswith(
        "arn:aws:codebuild:us-east-1:123456789012:build/orders:"
    )
    assert report["expired"] == report["created"] + timedelta(days=30)
    assert report["testSummary"]["total"] == 4
    assert report["testSummary"]["durationInNanoSeconds"] == 1_000_750_000_000
    counts = {"SUCCEEDED": 1, "FAILED": 1, "ERROR": 1, "SKIPPED": 1, "UNKNOWN": 0}
    assert report["testSummary"]["statusCounts"] == counts


def test_test_cases(lab: Lab, reported: list[dict[str, Any]]) -> None:
    def cases(**wanted: str) -> dict[str, dict[str, Any]]:
        answer = lab.codebuild.describe_test_cases(reportArn=reported[0]["arn"], filter=wanted)
        return {case["name"]: case for case in answer["testCases"]}

    assert list(cases()) == ["test_tax", "test_none", "test_total", "test_later"]
    failed = cases(status="FAILED")["test_tax"]
    assert failed["message"] == "7 != 8"
    assert (failed["prefix"], failed["testSuiteName"]) == ("tests.orders", "unit")
    assert failed["testRawDataPath"] == "a.xml"
    assert failed["durationInNanoSeconds"] == 500_000_000
    assert cases(status="ERROR")["test_none"]["message"] == "Boom"
    assert set(cases(keyword="stock")) == {"test_none", "test_later"}


def test_a_coverage_report(lab: Lab, reported: list[dict[str, Any]]) -> None:
    report = reported[1]
    assert (report["type"], report["status"]) == ("CODE_COVERAGE", "SUCCEEDED")
    assert report["codeCoverageSummary"] == {
        "lineCoveragePercentage": 83.33,
        "linesCovered": 5,
        "linesMissed": 1,
        "branchCoveragePercentage": 50.0,
        "branchesCovered": 1,
        "branchesMissed": 1,
    }

    def files(**wanted: Any) -> list[tuple[str, float]]:
        answer = lab.codebuild.describe_code_coverages(reportArn=report["arn"], **wanted)
        return [(f["filePath"], f["lineCoveragePercentage"]) for f in answer["codeCoverages"]]

    assert files() == [("orders.py", 75.0), ("stock.py", 100.0)]
    assert files(sortBy="FILE_PATH", sortOrder="DESCENDING")[0] == ("stock.py", 100.0)
    assert files(maxLineCoveragePercentage=80.0) == [("orders.py", 75.0)]


def test_lists_and_deletes(lab: Lab, reported: list[dict[str, Any]]) -> None:
    unit, coverage = (report["arn"] for report in reported)
    assert lab.codebuild.list_reports()["reports"] == [coverage, unit]
    assert lab.codebuild.list_reports(filter={"status": "FAILED"})["reports"] == [unit]
    group = reported[0]["reportGroupArn"]
    assert group in lab.codebuild.list_report_groups()["reportGroups"]
    of_group = lab.codebuild.list_reports_for_report_group(reportGroupArn=group)
    assert of_group["reports"] == [unit]
    with pytest.raises(ClientError, match="deleteReports"):
        lab.codebuild.delete_report_group(arn=group)
    lab.codebuild.delete_report(arn=unit)
    lab.codebuild.delete_report_group(arn=group)
    assert lab.codebuild.batch_get_report_groups(reportGroupArns=[group])["reportGroups"] == []
    with pytest.raises(lab.codebuild.exceptions.ResourceNotFoundException):
        lab.codebuild.describe_test_cases(reportArn=unit)


def test_a_report_expires(lab: Lab, reported: list[dict[str, Any]]) -> None:
    lab.clock.advance(days=29)
    assert len(lab.codebuild.list_reports()["reports"]) == 2
    lab.clock.advance(days=1)
    assert lab.codebuild.list_reports()["reports"] == []


@pytest.mark.parametrize(
    "command", ["true", write("<not xml", "out/a.xml"), write("<html/>", "out/a.xml")]
)
def test_a_report_that_cannot_be_read_is_incomplete(lab: Lab, command: str) -> None:
    reports = "reports:\n  unit:\n    files: ['out/*.xml']\n"
    build = lab.run(command, more=reports)
    assert build["buildStatus"] == "SUCCEEDED"
    (report,) = lab.codebuild.batch_get_reports(reportArns=build["reportArns"])["reports"]
    assert report["status"] == "INCOMPLETE"
    assert any("unit is incomplete" in line for line in lab.log(build))


def test_at_most_five_hundred_cases_failures_first(lab: Lab) -> None:
    passing = '<testcase name="p" classname="c"/>' * 501
    failing = '<testcase name="f" classname="c"><failure/></testcase>'
    text = f'<testsuite name="s">{passing}{failing}</testsuite>'
    build = lab.run(write(text, "out/a.xml"), more="reports:\n  unit:\n    files: ['out/*']\n")
    (report,) = lab.codebuild.batch_get_reports(reportArns=build["reportArns"])["reports"]
    assert (report["truncated"], report["testSummary"]["total"]) == (True, 502)
    pages = lab.codebuild.get_paginator("describe_test_cases").paginate(reportArn=report["arn"])
    names = [case["name"] for page in pages for case in page["testCases"]]
    assert (len(names), names[0]) == (500, "f")


def test_a_group_made_before(lab: Lab) -> None:
    create = lab.codebuild.create_report_group
    no_export = {"exportConfigType": "NO_EXPORT"}
    group = create(name="nightly", type="TEST", exportConfig=no_export)["reportGroup"]
    assert group["created"] == MONDAY
    with pytest.raises(lab.codebuild.exceptions.ResourceAlreadyExistsException):
        create(name="nightly", type="TEST", exportConfig=no_export)
    reports = f"reports:\n  {group['arn']}:\n    files: ['out/*.xml']\n"
    build = lab.run(write(JUNIT, "out/a.xml"), more=reports)
    (report,) = lab.codebuild.batch_get_reports(reportArns=build["reportArns"])["reports"]
    assert report["reportGroupArn"] == group["arn"]
    tags = [{"key": "team", "value": "shop"}]
    changed = lab.codebuild.update_report_group(arn=group["arn"], tags=tags)["reportGroup"]
    assert (changed["tags"], changed["name"]) == (tags, "nightly")


def test_what_is_absent_is_refused_by_name(lab: Lab) -> None:
    export = {"exportConfigType": "S3", "s3Destination": {"bucket": "shop"}}
    with pytest.raises(ClientError, match="export of reports to S3 is not simulated"):
        lab.codebuild.create_report_group(name="nightly", type="TEST", exportConfig=export)
    reports = "reports:\n  unit:\n    files: [a]\n    file-format: TESTNGXML\n"
    build = lab.run("true", more=reports)
    assert "TESTNGXML is not simulated" in build["phases"][3]["contexts"][0]["message"]


def test_a_real_pytest_run(lab: Lab) -> None:
    test = "def test_one():\n            assert 1 + 1 == 3"
    build = lab.run(
        f"cat > test_shop.py <<'END'\n        {test}\n        END",
        "python -m pytest -q -p no:cacheprovider --junitxml=out/unit.xml test_shop.py",
        more="reports:\n  unit:\n    files: [out/unit.xml]\n",
    )
    assert build["buildStatus"] == "FAILED"
    (arn,) = build["reportArns"]
    (case,) = lab.codebuild.describe_test_cases(reportArn=arn)["testCases"]
    assert (case["name"], case["status"]) == ("test_one", "FAILED")
    assert "assert (1 + 1) == 3" in case["message"]
