"""Synthesise an app, and read what the rules that watched it have found."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devops_workbook.cdk.assembly import Assembly, read
from devops_workbook.cdk.errors import CdkError
from devops_workbook.cdk.runtime import Progress, folder

_REPORT = "validation-report.json"


@dataclass(frozen=True)
class Finding:
    """What a rule said about one construct."""

    rule: str
    severity: str
    construct: str
    description: str


def synth(app: Any) -> Assembly:
    """Synthesise an app into a folder of its own and return the assembly.

    What the app's constructs and the CDK's own checks object to is raised as ``CdkError``, in
    their words.
    """
    with Progress("Synthesising"):
        try:
            made = Path(app.synth(force=True).directory)
        except RuntimeError as error:
            raise CdkError(_first_lines(error)) from error
    # The next synthesis of the same app writes to the same folder.
    kept = folder() / "cdk.out"
    shutil.copytree(made, kept)
    return read(kept)


def findings(assembly: Assembly) -> list[Finding]:
    """Return what rules that look at the app found wrong, without what was acknowledged.

    Those are the CDK's own checks of templates and what the app added, such as cdk-nag.
    """
    report = assembly.directory / _REPORT
    if not report.is_file():
        return []
    found = []
    for plugin in json.loads(report.read_text(encoding="utf-8"))["pluginReports"]:
        for violation in plugin.get("violations", ()):
            for place in violation.get("violatingConstructs", ()):
                found.append(
                    Finding(
                        violation["ruleName"],
                        violation.get("severity", ""),
                        place.get("constructPath", ""),
                        violation["description"],
                    )
                )
    return found


def _first_lines(error: RuntimeError) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.lstrip().startswith("at ")]
    return "\n".join(kept[:8]) or "The app could not be synthesised."
