"""The ``workbook`` command: help, refusals, and a quick start."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devops_workbook.cli import main

COMMANDS = (
    "lab",
    "server",
    "fidelity",
    "doctor",
    "progress",
    "certificate",
    "reset",
    "course",
    "agenda",
    "slides",
    "bundle",
    "notebooks",
    "dora",
    "stack",
    "drift",
    "traces",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"usage: workbook {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 0
    listed = re.findall(r"^    (\w+)", capsys.readouterr().out, re.MULTILINE)
    assert [name for name in listed if name != "COMMAND"] == list(COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'boto3', 'IPython', 'jupyterlab', 'matplotlib', 'moto', 'pandas', 'rich'}"
    script = (
        "import sys; from devops_workbook.cli import main\n"
        "try: main(['--help'])\n"
        f"except SystemExit: sys.exit(', '.join({heavy} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.stderr.strip() == ""
    assert "usage: workbook" in ran.stdout


@pytest.mark.parametrize("command", ["lab", "reset", "server"])
def test_unknown_chapter_is_refused_with_a_suggestion(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "strat-here"]) == 2
    assert capsys.readouterr().err == (
        "workbook: There is no chapter 'strat-here'. Did you mean 'start-here'?\n"
    )


def test_file_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["progress", "--html", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"workbook: {tmp_path}: Is a directory\n"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8888.5"])
def test_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["lab", f"--port={port}"])
    assert stopped.value.code == 2
    assert f"{port!r} is not a port" in capsys.readouterr().err


def test_terminal_without_the_characters_gets_question_marks() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "devops_workbook.cli", "progress"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert ran.stderr == b""
    assert ran.returncode == 0
    assert b"? not begun" in ran.stdout
