"""Exercise on gates: lint, secrets, dependencies, template and coverage, tried one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.account import (
    buildspec_of_tip,
    files_of_tip,
    green_build_of_tip,
)
from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC
from devops_workbook.chapters.build_and_test.faults import (
    DISCOUNT_TWICE,
    FINDINGS,
    INJECTION,
    LEAKED_KEY,
)
from devops_workbook.chapters.build_and_test.scenario import chapter
from devops_workbook.chapters.build_and_test.trial import try_out
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.under_way import counted

Files = dict[str, str]

_TOOLS = ("ruff", "detect-secrets", "check_dependencies", "cfn-lint", "cov-fail-under")
_UNTESTED = '"""Nothing tests this."""\n\n\ndef untested(number):\n' + "".join(
    f"    number = number + {i}\n" for i in range(60)
)


def _append(path: str, text: str) -> Callable[[Files], Files]:
    return lambda files: {path: files[path] + text}


def _bad_template(files: Files) -> Files:
    path = "infrastructure/template.yaml"
    bucket = "Resources:\n  Tried:\n    Type: AWS::S3::Bucket\n    Properties: {Bucket: name}\n"
    return {path: files[path].replace("Resources:\n", bucket)}


#: What each gate must stop, the cheapest first: a name, and the files that it changes.
_TRIALS: tuple[tuple[str, Callable[[Files], Files]], ...] = (
    (
        "an import that nothing uses, in service/config.py",
        _append("orders/service/config.py", "import json\n"),
    ),
    (
        "an AWS access key in a comment of service/config.py",
        _append("orders/service/config.py", "# AKIAIOSFODNN7EXAMPLE\n"),
    ),
    (
        "jinja2==2.10, which has an advisory, in requirements.txt",
        _append("orders/requirements.txt", "jinja2==2.10\n"),
    ),
    ("a property that S3 buckets do not have, in the template", _bad_template),
    (
        "a file of sixty lines that no test runs, in service/",
        lambda files: {"orders/service/untested.py": _UNTESTED + "    return number\n"},
    ),
)


@chapter.exercise(
    "gates",
    title="Five gates",
    minutes=9,
    hints=(
        "A gate is a command that ends with an exit status other than 0. Put the quick ones into "
        "`pre_build`: a failure there saves the rest. `cd orders` has to come before them.",
        "From `orders`: `ruff check .`, `detect-secrets-hook --no-verify $(find service tests "
        "-type f)`, `python tools/check_dependencies.py requirements.txt ../advisories`, "
        "`cfn-lint ../infrastructure/template.yaml`; and `--cov-fail-under=90` for pytest.",
        "Each build stops at the first gate that closes. Mend what it found at the source: bind "
        "`?` instead of pasting into SQL, delete the key, take the version that the scan names, "
        "and write Enabled for the status.",
    ),
    arrange=lambda lab: stages.arrange(lab, buildspecs.RESULTS, [DISCOUNT_TWICE]),
)
def check_gates(lab: Lab, answer: Any) -> str:
    """The last build is green, nothing was silenced, and every gate closes when it is tried."""
    files = files_of_tip()
    found = buildspec_of_tip()
    still = [fault for fault in FINDINGS if fault.sign in files.get(fault.path, "")]
    if len(still) == len(FINDINGS) and not (found and any(tool in found[0] for tool in _TOOLS)):
        raise NotStarted(f"No gate in {BUILDSPEC} yet, and nothing that they find is mended.")
    require(found, f"{BUILDSPEC} is no longer on main.")
    green_build_of_tip()
    for fault in still:
        silenced = fault in (INJECTION, LEAKED_KEY) and _silenced(files[fault.path])
        require(
            not silenced,
            f"{fault.path} tells the tool to look away, and `{fault.sign}` is still there. "
            "Mend it.",
        )
    for what, change in counted("Trying the gates", _TRIALS):
        trial = try_out(files[BUILDSPEC], {**files, **change(files)})
        require(
            not trial.succeeded,
            f"Tried your buildspec on the shop with {what}: the build stayed green.",
        )
    require(not still, "Every gate works, but something they found is left.")
    return f"Green, and each of the {len(_TRIALS)} gates turned the build red when it was tried."


def _silenced(text: str) -> bool:
    return "noqa" in text or "pragma: allowlist" in text
