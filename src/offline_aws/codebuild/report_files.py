"""Find a report group's raw files after a build, and read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from offline_aws.codebuild.buildspec import COVERAGE_FORMATS
from offline_aws.codebuild.buildspec_model import Report
from offline_aws.codebuild.cobertura import read_cobertura
from offline_aws.codebuild.file_patterns import base_directories, matching_files
from offline_aws.codebuild.junit import read_junit
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.store import Shape

#: The formats that are read; the buildspec may name others.
READ_FORMATS = ("JUNITXML", "COBERTURAXML")


@dataclass
class ReadReport:
    """A report as it was found. ``problem`` says why it is incomplete, if it is."""

    group: str
    coverage: bool
    items: list[Shape] = field(default_factory=list)
    problem: str = ""


def read_report(report: Report, session: ShellSession, say: Callable[[str], None]) -> ReadReport:
    """Read a report's files; what is missing or wrong makes it incomplete, not the build fail."""
    found = ReadReport(report.group, report.file_format in COVERAGE_FORMATS)
    paths = {
        path: path.relative_to(base).as_posix() if base in path.parents else path.name
        for base in base_directories(session.source, report.base_directory, session.scratch)
        for pattern in report.files
        for path in matching_files(base, pattern, session.scratch)
    }
    say(f"Preparing to copy {'COVERAGE' if found.coverage else 'TEST'} report {report.group}")
    if not paths:
        found.problem = "report files not found in build"
    for path, name in paths.items():
        try:
            data = path.read_bytes()
            shown = path.name if report.discard_paths else name
            found.items += read_cobertura(data) if found.coverage else read_junit(data, shown)
        except ValueError as error:
            found.problem = f"{name}: {error}"
    if found.problem:
        say(f"Report {report.group} is incomplete: {found.problem}")
    return found
