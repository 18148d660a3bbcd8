"""Synthesise an app, and read what the rules that watched it have found."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_workbook.cdk.assembly import Assembly, read
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.runtime import Progress, folder, say

#: The first synthesis of a process takes seconds longer.
_count = itertools.count()
_REPORT = "validation-report.json"
_OWN = "CloudFormation Validate"
_ERRORS = ("error", "fatal")


@dataclass(frozen=True)
class Finding:
    """What a rule said about one construct."""

    rule: str
    severity: str
    construct: str
    description: str


def synth(app: Any) -> Assembly:
    """Synthesise an app into a folder of its own and return the assembly.

    What the constructs object to, and what the CDK's own checks of the templates find, is raised
    as ``CdkError``. What rules find that the app has added, ``findings`` has.
    """
    first = next(_count) == 0
    more = ", and loading the CDK's checks" if first else ""
    with Progress(f"Synthesising{more}"):
        try:
            made = Path(app.synth(force=True).directory)
        except RuntimeError as error:
            raise CdkError(_first_lines(error)) from error
        # The next synthesis of the same app writes to the same folder.
        kept = folder() / "cdk.out"
        shutil.copytree(made, kept)
        assembly = read(kept)
    _tell(assembly)
    wrong = [each for each in _found(assembly, _OWN) if each.severity in _ERRORS]
    if wrong:
        told = "\n".join(f"  {each.construct}: {each.description} ({each.rule})" for each in wrong)
        raise CdkError(f"CloudFormation would refuse what the app makes:\n{told}")
    return assembly


def _tell(assembly: Assembly) -> None:
    """Print what the constructs warn of, as the CDK's CLI does; raise what they object to."""
    said = [each for stack in assembly.stacks for each in stack.messages]
    for kind, path, text in said:
        if kind == "warning":
            say(f"[Warning at {path}] {text}")
    errors = [f"[Error at {path}] {text}" for kind, path, text in said if kind == "error"]
    if errors:
        raise CdkError("\n".join(errors))


def findings(assembly: Assembly) -> list[Finding]:
    """Return what rules that look at the app found wrong, without what was acknowledged.

    Those are the CDK's own checks of templates and what the app added, such as cdk-nag.
    """
    return list(_found(assembly))


def _found(assembly: Assembly, plugin: str = "") -> Iterator[Finding]:
    report = assembly.directory / _REPORT
    if not report.is_file():
        return
    for each in json.loads(report.read_text(encoding="utf-8"))["pluginReports"]:
        for violation in each.get("violations", ()) if plugin in ("", each["pluginName"]) else ():
            for place in violation.get("violatingConstructs", ()):
                yield Finding(
                    violation["ruleName"],
                    violation.get("severity", ""),
                    place.get("constructPath", ""),
                    violation["description"],
                )


def _first_lines(error: RuntimeError) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.lstrip().startswith("at ")]
    return "\n".join(kept[:8]) or "The app could not be synthesised."
