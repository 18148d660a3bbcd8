"""Reports: what one build's tests and coverage said. They are kept for 30 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from offline_aws.codebuild.checks import codebuild_operation, invalid, not_found
from offline_aws.codebuild.cobertura import summary
from offline_aws.codebuild.report_files import ReadReport
from offline_aws.codebuild.report_groups import find_group, group_of_build
from offline_aws.codebuild.store import Build, Shape, Store, page
from offline_aws.operations import Call

_KEPT = timedelta(days=30)
_MOST_TEST_CASES = 500
_FAILURES = ("FAILED", "ERROR")
_STATUSES = ("SUCCEEDED", "FAILED", "ERROR", "SKIPPED", "UNKNOWN")


@codebuild_operation("BatchGetReports")
def batch_get_reports(call: Call, parameters: Shape) -> Shape:
    """Return reports by ARN, and which of them there are not."""
    kept, arns = {report["arn"]: report for report in _kept(call)}, parameters["reportArns"]
    return {
        "reports": [kept[arn] for arn in arns if arn in kept],
        "reportsNotFound": [arn for arn in arns if arn not in kept],
    }


@codebuild_operation("ListReports")
def list_reports(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of reports, the newest first unless asked otherwise."""
    return _listed(_kept(call), parameters)


@codebuild_operation("ListReportsForReportGroup")
def list_reports_for_report_group(call: Call, parameters: Shape) -> Shape:
    """Return the ARNs of a group's reports, the newest first unless asked otherwise."""
    arn = find_group(call, parameters["reportGroupArn"])["arn"]
    of_group = [report for report in _kept(call) if report["reportGroupArn"] == arn]
    return _listed(of_group, parameters)


@codebuild_operation("DeleteReport")
def delete_report(call: Call, parameters: Shape) -> Shape:
    """Delete a report, if there is one."""
    call.state(Store).drop_report(parameters["arn"])
    return {}


@codebuild_operation("DescribeTestCases")
def describe_test_cases(call: Call, parameters: Shape) -> Shape:
    """Return the test cases of a report, by status and by a word in name or prefix."""
    arn = parameters["reportArn"]
    if arn not in {report["arn"] for report in _kept(call)}:
        raise not_found(f"Report {arn} does not exist")
    wanted = parameters.get("filter", {})
    status, word = wanted.get("status"), wanted.get("keyword", "")
    cases = [
        case
        for case in call.state(Store).test_cases.get(arn, [])
        if status in (None, case["status"]) and (word in case["name"] or word in case["prefix"])
    ]
    return page("testCases", cases, parameters)


@codebuild_operation("DescribeCodeCoverages")
def describe_code_coverages(call: Call, parameters: Shape) -> Shape:
    """Return a coverage report file by file, within bounds of line coverage."""
    arn = parameters["reportArn"]
    if arn not in {report["arn"] for report in _kept(call)}:
        raise invalid(f"Report {arn} does not exist")
    least = parameters.get("minLineCoveragePercentage", 0.0)
    most = parameters.get("maxLineCoveragePercentage", 100.0)
    by_path = parameters.get("sortBy") == "FILE_PATH"
    files = sorted(
        (
            file
            for file in call.state(Store).coverages.get(arn, [])
            if least <= file["lineCoveragePercentage"] <= most
        ),
        key=lambda file: file["filePath" if by_path else "lineCoveragePercentage"],
        reverse=parameters.get("sortOrder") == "DESCENDING",
    )
    return page("codeCoverages", files, parameters)


def record_report(call: Call, build: Build, found: ReadReport) -> str | None:
    """Keep what a build reported; return the report's ARN, or None if its group is unknown."""
    kind = "CODE_COVERAGE" if found.coverage else "TEST"
    group = group_of_build(call, build.project, found.group, kind)
    if group is None:
        return None
    store, now = call.state(Store), call.clock.now()
    name = f"{group['name']}:{store.new_uuid(call.account, call.region)}"
    arn = f"arn:aws:codebuild:{call.region}:{call.account}:report/{name}"
    store.reports[arn] = {
        "arn": arn,
        "type": kind,
        "name": name,
        "reportGroupArn": group["arn"],
        "executionId": build.arn,
        "status": _status(found),
        "created": now,
        "expired": now + _KEPT,
        "exportConfig": group["exportConfig"],
        "truncated": not found.coverage and len(found.items) > _MOST_TEST_CASES,
        **_summary(found),
    }
    if found.coverage:
        store.coverages[arn] = [
            {**file, "id": f"{name}/{i}", "reportARN": arn, "expired": now + _KEPT}
            for i, file in enumerate(found.items)
        ]
    else:
        # Failures first, so that they are kept when there are too many.
        cases = sorted(found.items, key=lambda case: case["status"] not in _FAILURES)
        store.test_cases[arn] = [
            {**case, "reportArn": arn, "expired": now + _KEPT} for case in cases[:_MOST_TEST_CASES]
        ]
    return arn


def _status(found: ReadReport) -> str:
    if found.problem:
        return "INCOMPLETE"
    failed = not found.coverage and any(case["status"] in _FAILURES for case in found.items)
    return "FAILED" if failed else "SUCCEEDED"


def _summary(found: ReadReport) -> Shape:
    if found.coverage:
        return {"codeCoverageSummary": summary(found.items)}
    counts = Counter(case["status"] for case in found.items)
    return {
        "testSummary": {
            "total": len(found.items),
            "statusCounts": {status: counts[status] for status in _STATUSES},
            "durationInNanoSeconds": sum(case["durationInNanoSeconds"] for case in found.items),
        }
    }


def _kept(call: Call) -> list[Shape]:
    """Return the reports that have not expired, in the order in which they came."""
    now = call.clock.now()
    return [report for report in call.state(Store).reports.values() if now < report["expired"]]


def _listed(reports: Iterable[Shape], parameters: Shape) -> Shape:
    status = parameters.get("filter", {}).get("status")
    arns = [report["arn"] for report in reports if status in (None, report["status"])]
    ascending = parameters.get("sortOrder") == "ASCENDING"
    return page("reports", arns if ascending else arns[::-1], parameters)
