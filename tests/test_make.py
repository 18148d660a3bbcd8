"""``make``: what it sets up, what it repairs, and what it says where something is missing.

The Makefile and ``.ci`` are real, in a folder with an awkward name; the Pythons they find are
small stand-ins, so that nothing is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = (
    *("sh", "make", "awk", "bash", "cat", "cksum", "cp", "dirname", "grep", "id", "ls", "mkdir"),
    *("rm", "touch", "true"),
)

#: A Python with a version; "-m venv" copies it into the folder, "-m pip" notes what is asked.
PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python {version}" ;;
    *sys.version_info*) exit {old} ;;
    "-m venv .venv")
        echo "venv with {version}" >> log
        mkdir -p .venv/bin
        cp "$0" .venv/bin/python
        touch .venv/bin/pip ;;
    *pip*install*)
        echo "pip $PIP_CONSTRAINT $*" >> log
        [ ! -e stop-pip ] ;;
    *find_browser*) exec {python} "$@" ;;
esac
"""
#: The last line of a make without a browser.
NO_BROWSER = "The browser tests did not run: no Chromium or Chrome was found. To run them,"


@dataclass
class Checkout:
    """A folder with the Makefile and ``.ci``, and the only programs make finds there."""

    folder: Path
    programs: Path

    def add_program(self, name: str, script: str, folder: Path | None = None) -> None:
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def add_python(self, name: str, version: str = "3.12.1", *, old: bool = False) -> None:
        script = PYTHON.format(version=version, old=int(old), python=f'"{sys.executable}"')
        self.add_program(name, script)

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "--no-print-directory", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.programs)},
            capture_output=True,
            text=True,
        )

    @property
    def log(self) -> list[str]:
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder, programs = tmp_path / "mon atelier é", tmp_path / "programs"
    folder.mkdir()
    programs.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (programs / tool).symlink_to(found)
    return Checkout(folder, programs)


INSTALLED = [
    "venv with 3.12.1",
    "pip constraints.txt -m pip install -qq --disable-pip-version-check -e .",
]


def test_make_alone_lists_every_target(checkout: Checkout) -> None:
    targets = " ".join(line.split()[1] for line in checkout.make().stdout.splitlines())
    assert targets == "help lab test check course doctor bench notebooks clean"


@pytest.mark.parametrize("version", ["3.10.13", "2.7.18"])
def test_an_old_python_is_one_sentence(version: str, checkout: Checkout) -> None:
    checkout.add_python("python3", version, old=True)
    ran = checkout.make("lab")
    assert ran.returncode != 0
    sentence, make_itself = ran.stderr.splitlines()
    assert sentence == (
        f"The workbook needs Python 3.11 or newer and found Python {version}: install a newer one"
        " (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python),"
        " then run make again."
    )
    assert make_itself.startswith("make: ***")
    assert not (checkout.folder / ".venv").exists()


def test_no_python_at_all_is_said(checkout: Checkout) -> None:
    assert "and found no Python 3: install" in checkout.make("lab").stderr


def test_a_newer_python_beside_an_old_one_is_found(checkout: Checkout) -> None:
    checkout.add_python("python3", "3.9.2", old=True)
    checkout.add_python("python3.12")
    assert checkout.make("set-up-lab").returncode == 0
    assert checkout.log == INSTALLED


def test_a_second_time_installs_nothing(checkout: Checkout) -> None:
    checkout.add_python("python3")
    checkout.make("set-up-lab")
    assert checkout.make("set-up-lab").stdout == ""
    assert checkout.log == INSTALLED


def test_testing_adds_the_test_packages_and_covers_the_lab(checkout: Checkout) -> None:
    checkout.add_python("python3")
    for target in ("set-up-lab", "set-up-test", "set-up-lab"):
        checkout.make(target)
    assert checkout.log == [*INSTALLED, f"{INSTALLED[1]}[test]"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_other_pins_are_installed_over_the_old(changed: str, checkout: Checkout) -> None:
    checkout.add_python("python3")
    checkout.make("set-up-lab")
    with (checkout.folder / changed).open("a") as file:
        file.write("\n")
    checkout.make("set-up-lab")
    assert checkout.log == [*INSTALLED, INSTALLED[1]]


def test_an_interrupted_installation_starts_anew(checkout: Checkout) -> None:
    checkout.add_python("python3")
    (checkout.folder / "stop-pip").touch()
    ran = checkout.make("set-up-lab")
    assert ran.returncode != 0
    assert "The installation did not finish" in ran.stderr
    (checkout.folder / "stop-pip").unlink()
    assert checkout.make("set-up-lab").returncode == 0
    assert checkout.log == [*INSTALLED, *INSTALLED]


def test_a_bundle_that_does_not_fit_says_for_whom_it_is(checkout: Checkout) -> None:
    checkout.add_python("python3")
    (checkout.folder / "stop-pip").touch()
    (checkout.folder / "wheels").mkdir()
    (checkout.folder / "wheels" / "README").write_text("Packages for linux-x86_64, Python 3.11.\n")
    said = checkout.make("set-up-lab").stderr
    assert "This bundle has: Packages for linux-x86_64, Python 3.11.\n" in said


def test_a_moved_folder_is_set_up_anew(checkout: Checkout) -> None:
    checkout.add_python("python3")
    checkout.make("set-up-lab")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.make("set-up-lab").returncode == 0
    assert checkout.log == [*INSTALLED, *INSTALLED]


def test_a_python_that_went_away_is_replaced(checkout: Checkout) -> None:
    checkout.add_python("python3")
    checkout.make("set-up-lab")
    (checkout.folder / ".venv" / "bin" / "python").unlink()
    assert checkout.make("set-up-lab").returncode == 0
    assert checkout.log == [*INSTALLED, *INSTALLED]


def test_clean_keeps_the_learners_progress(checkout: Checkout) -> None:
    shutil.copy(shutil.which("find") or "", checkout.programs / "find")
    for folder in (".venv", ".workbook", "build", "src/x/__pycache__", "tests"):
        (checkout.folder / folder).mkdir(parents=True)
    assert checkout.make("clean").returncode == 0
    left = {str(path.relative_to(checkout.folder)) for path in checkout.folder.rglob("*")}
    assert {".workbook", "src/x"} <= left
    assert not {".venv", "build", "src/x/__pycache__"} & left


@pytest.fixture
def tested(checkout: Checkout) -> Checkout:
    """A checkout that is set up, with checks that pass and a pytest that says what it was asked."""
    checkout.add_python("python3")
    checkout.make("set-up-test")
    for name in ("workbook", "ruff", "mypy"):
        checkout.add_program(name, "#!/bin/sh\n", checkout.folder / ".venv" / "bin")
    pytest_script = '#!/bin/sh\necho "$*"\necho "= 3 passed ="\nexit $(cat status)\n'
    checkout.add_program("pytest", pytest_script, checkout.folder / ".venv" / "bin")
    (checkout.folder / "status").write_text("0")
    return checkout


def test_without_a_browser_the_last_line_says_what_did_not_run(tested: Checkout) -> None:
    ran = tested.make("test")
    *_, asked, closing, last = ran.stdout.splitlines()
    assert ran.returncode == 0
    assert asked.endswith("-m not browser")
    assert closing == "= 3 passed ="
    assert last.startswith(NO_BROWSER)


def test_with_a_browser_everything_runs(tested: Checkout) -> None:
    tested.add_program("chromium", "#!/bin/sh\n")
    ran = tested.make("test")
    *_, asked, closing = ran.stdout.splitlines()
    assert ran.returncode == 0
    assert " -m " not in asked
    assert closing == "= 3 passed ="


@pytest.mark.parametrize("browser", [True, False])
@pytest.mark.parametrize("status", ["1", "5"])
def test_failed_tests_and_no_tests_fail(status: str, browser: bool, tested: Checkout) -> None:
    if browser:
        tested.add_program("chromium", "#!/bin/sh\n")
    (tested.folder / "status").write_text(status)
    ran = tested.make("test")
    assert ran.returncode != 0
    assert NO_BROWSER not in ran.stdout


@pytest.mark.parametrize("checker", ["workbook", "ruff", "mypy"])
def test_what_a_checker_finds_fails_before_the_tests(checker: str, tested: Checkout) -> None:
    tested.add_program(checker, "#!/bin/sh\nexit 1\n", tested.folder / ".venv" / "bin")
    ran = tested.make("check")
    assert ran.returncode != 0
    assert "passed" not in ran.stdout


def test_check_leaves_out_browsers_and_whole_notebooks(tested: Checkout) -> None:
    tested.add_program("chromium", "#!/bin/sh\n")
    assert "-m not browser and not notebook" in tested.make("check").stdout


@pytest.mark.parametrize("browser", [True, False])
def test_ci_needs_a_browser(browser: bool, tested: Checkout) -> None:
    if browser:
        tested.add_program("chromium", "#!/bin/sh\n")
    ran = subprocess.run(
        ["bash", ".ci/run"],
        cwd=tested.folder,
        env={"PATH": str(tested.programs), "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode == 0) is browser
    assert ("= 3 passed =" in ran.stdout) is browser
    assert ("CI needs a Chromium" in ran.stderr) is not browser
