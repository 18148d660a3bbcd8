"""Exercises on the first builds: a red one, its log, a green one."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.account import (
    build_of_tip,
    buildspec_of_tip,
    files_of_tip,
    green_build_of_tip,
    log_of,
    tests_in,
    why,
)
from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC
from devops_workbook.chapters.build_and_test.faults import DISCOUNT_TWICE
from devops_workbook.chapters.build_and_test.scenario import chapter
from devops_workbook.chapters.build_and_test.trial import try_out
from devops_workbook.checks import as_number, describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import shop_files

_FAILING = "test_a_voucher_is_taken_off_once"
_EXPECTED, _GOT = 9000, 8100
_ORIGINAL_TESTS = """\
version: 0.2
phases:
  build:
    commands:
      - cd orders
      - python -m pytest -p no:cacheprovider
"""


@chapter.exercise(
    "first-build",
    title="A first build",
    minutes=5,
    hints=(
        "A buildspec starts with `version: 0.2`. Below `phases:` stands `build:`, below that "
        "`commands:`, a list.",
        "A build begins in the repository's root, the tests in `orders/`. Commands of one build "
        "share their directory: `cd orders` first, then `python -m pytest`.",
        'Commit with `commit("…", {"orders/buildspec.yml": buildspec})`, then run `build()`. '
        "Red is what you want here.",
    ),
)
def check_first_build(lab: Lab, answer: Any) -> str:
    """The last build ran the tests of the tip of main, and failed because of one of them."""
    found = buildspec_of_tip()
    if found is None:
        strays = [path for path in files_of_tip() if "buildspec" in path and "orders/" in path]
        require(not strays, f"Project orders reads {BUILDSPEC}. Found {', '.join(strays)}.")
        if "buildspec.yml" in files_of_tip():
            raise NotYet(f"Project orders reads {BUILDSPEC}. Found buildspec.yml in the root.")
        raise NotStarted(f"There is no {BUILDSPEC} on main yet.")
    build = build_of_tip()
    log = log_of(build)
    counts = tests_in(log)
    if build["buildStatus"] == "SUCCEEDED":
        require(
            not counts.get("failed"),
            f"The log says {counts.get('failed')} failed, and the build is green all the same: "
            "something in the command hides the exit status of pytest.",
        )
        raise NotYet("The build is green, and pytest reports no failing test in its log.")
    require(
        counts.get("failed") and counts.get("passed"),
        f"The build is red, but not because of a failing test. {why(build)}",
    )
    return (
        f"Red, as it should be: {counts['failed']} test failed, {counts['passed']} passed, and "
        "CodeBuild noticed by pytest's exit status."
    )


def _arrange_red(lab: Lab) -> None:
    stages.arrange(lab, buildspecs.TESTS)
    stages.run_build(lab)


@chapter.exercise(
    "read-the-log",
    title="Read the log",
    minutes=2,
    answer="finding",
    hints=(
        "The line that starts with FAILED names the file and, after `::`, the test.",
        "Lines that start with E say what was compared: `assert <what the code gave> == <what the "
        "test expects>`.",
    ),
    arrange=_arrange_red,
)
def check_read_the_log(lab: Lab, answer: Any) -> str:
    """The failing test by name, and the two numbers that it compared."""
    require_entries(answer, "finding", ("test", "expected", "got"))
    test = answer["test"]
    require(isinstance(test, str), f"finding['test'] should be a name. Found {describe(test)}.")
    named = re.sub(r".*::", "", test).removesuffix("()")
    require(
        named == _FAILING,
        f"{test!r} is not the name of the function that failed. The log's line with "
        "FAILED has it after the `::`.",
    )
    numbers = tuple(as_number(answer[key], f"finding['{key}']") for key in ("expected", "got"))
    require(
        numbers != (_GOT, _EXPECTED),
        "The two numbers are the wrong way round. In `assert a == b`, b is what the test expects.",
    )
    require(
        numbers == (_EXPECTED, _GOT),
        f"Found expected {answer['expected']!r} and got {answer['got']!r}. Both are whole numbers "
        "of cents, in the log's lines that start with E.",
    )
    return "90.00 was expected, 81.00 came out: ten per cent off, and ten per cent off again."


@chapter.exercise(
    "green-build",
    title="Green",
    minutes=4,
    hints=(
        'Look at what is there: `print(read("orders/service/pricing.py"))`, the last function.',
        "`reduced` has the voucher taken off already. What does the line after it do?",
        "Replace text and commit: `text.replace(old, new)`, then "
        '`commit("…", {"orders/service/pricing.py": text})`, then `build()`.',
    ),
    arrange=_arrange_red,
)
def check_green_build(lab: Lab, answer: Any) -> str:
    """The tip of main passes the shop's own tests, and its last build ran them and is green."""
    files = files_of_tip("orders")
    ours = {path: text for path, text in shop_files("orders").items() if "/tests/" in path}
    untouched = DISCOUNT_TWICE.wrong in files[DISCOUNT_TWICE.path]
    if untouched and all(files.get(path) == text for path, text in ours.items()):
        raise NotStarted("orders/service/pricing.py still takes the voucher off twice.")
    trial = try_out(_ORIGINAL_TESTS, {**files, **ours})
    counts = tests_in(trial.log)
    require(
        trial.succeeded,
        f"Ran the shop's own tests, as they were, on your code: {counts.get('failed', 0)} failed, "
        f"{counts.get('passed', 0)} passed. It is the code that is wrong, not the test.",
    )
    build = green_build_of_tip()
    ran = tests_in(log_of(build))
    require(
        ran.get("passed", 0) >= counts["passed"] and not ran.get("failed"),
        f"The last build is green, but its log counts {ran or 'no tests'}. "
        f"The service has {counts['passed']} tests, and all of them should run and pass.",
    )
    return f"Green: {ran['passed']} tests passed on commit {build['resolvedSourceVersion'][:7]}."
