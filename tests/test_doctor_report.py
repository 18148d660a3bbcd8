"""``workbook doctor --report``: what a learner sends to a trainer before a workshop."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devops_workbook import doctor_checks, doctor_trials
from devops_workbook.doctor import Diagnosis, Status
from devops_workbook.doctor_report import report, run, without_names

COMMAND = [sys.executable, "-m", "devops_workbook.cli", "doctor", "--report"]
FINE = Diagnosis("Python", Status.FINE, "new enough")
SLOW = Diagnosis("Lab", Status.WARNING, "slow", "Close other programs")
BROKEN = Diagnosis("Packages", Status.WRONG, "pandas missing", "pip install pandas")


@pytest.mark.notebook
def test_the_report_is_everything_a_trainer_needs_and_only_that_is_printed() -> None:
    ran = subprocess.run(COMMAND, capture_output=True, text=True)
    title, verdict, machine, versions, *found = ran.stdout.splitlines()
    assert ran.returncode == 0
    dated = r"Set-up check, DevOps on AWS: the workbook, \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d{4}"
    assert re.fullmatch(dated, title)
    assert verdict == "Verdict: ready."
    assert re.search(r", \d+ processors, .* GB of memory .*, .* GB free on the disk$", machine)
    assert versions.startswith("Versions: Python 3.")
    assert len(found) == len(doctor_checks.CHECKS) + len(doctor_trials.TRIALS)
    assert re.fullmatch(r"✓ fine    Lab: opened, and a bucket .* in \d+\.\d s", found[-2])
    assert re.fullmatch(r"✓ fine    Notebook: the first \d code cells .* in .* s", found[-1])
    assert "send them to whoever teaches you" in ran.stderr
    assert not Path(os.environ["WORKBOOK_HOME"]).exists()  # a trial is no progress


@pytest.mark.notebook
def test_a_notebook_that_does_not_run_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boto3.py").write_text("raise OSError('half an installation')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    found = doctor_trials.notebook()
    assert found.status is Status.WRONG
    assert found.sentence == "00_start_here.ipynb stops: OSError: half an installation"


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([FINE], "ready."),
        ([FINE, SLOW], "ready, but look at: Lab."),
        ([SLOW, BROKEN], "NOT ready, something is wrong with: Packages, Lab."),
    ],
)
def test_the_verdict_is_one_line(found: list[Diagnosis], verdict: str) -> None:
    assert report(found).splitlines()[1] == f"Verdict: {verdict}"


def test_what_is_not_fine_comes_with_the_way_to_mend_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run([lambda: FINE, lambda: BROKEN]) == 1
    printed = capsys.readouterr().out
    assert "✗ wrong   Packages: pandas missing\n          To mend it: pip install pandas" in printed
    assert run([lambda: FINE, lambda: SLOW]) == 0


def test_a_computer_without_psutil_has_a_report_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert "memory unknown" in report([FINE])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{home}/course can be written", "~/course can be written"),
        ('"{home}/.venv/bin/python" -m pip', '"~/.venv/bin/python" -m pip'),
        ("/mnt/c/Users/anna.b/course", "/mnt/c/Users/…/course"),
        ("C:\\Users\\anna.b\\course", "C:\\Users\\…\\course"),
        ("/opt/annaXb/course", "/opt/annaXb/course"),
    ],
)
def test_no_path_tells_a_name(
    text: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "anna.b"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    assert without_names(text.format(home=home)) == shown


def test_a_home_that_is_the_root_of_the_disk_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/")
    assert without_names("/work/course can be written") == "/work/course can be written"
