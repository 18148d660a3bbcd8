"""A lab opens without the tools that only its builds need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import sys
from devops_workbook import open_lab
open_lab(sys.argv[1]).close()
print([name for name in sys.argv[2:] if name in sys.modules])
"""
_TOOLS = ("pytest", "_pytest", "coverage", "detect_secrets", "cfnlint")


@pytest.mark.parametrize("chapter", ["start-here", "build-and-test"])
def test_opening_a_lab_loads_no_tool_of_its_builds(chapter: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT, chapter, *_TOOLS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"
