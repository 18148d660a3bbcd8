"""Exercise on what follows a failure, predicted and then run."""

from __future__ import annotations

from functools import cache
from typing import Any

from devops_workbook.chapters.build_and_test.scenario import chapter
from devops_workbook.chapters.build_and_test.trial import try_out
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

#: The buildspec whose course is to be predicted. Its third command fails.
PREDICT = """\
version: 0.2
phases:
  pre_build:
    commands:
      - echo "logged in to the registry"
  build:
    commands:
      - echo "compiled"
      - python -c "raise SystemExit('a test failed')"
      - echo "packaged"
    finally:
      - echo "test database stopped"
  post_build:
    commands:
      - echo "image pushed"
artifacts:
  files: ["**/*"]
"""
_ABORT = PREDICT.replace("  build:\n", "  build:\n    on-failure: ABORT\n", 1)
_IN_POST = "image pushed"
_WHERE = {
    "packaged": "a command after the one that failed",
    "test database stopped": "the `finally` of the phase that failed",
    _IN_POST: "post_build, after a failure in build",
    "image pushed, with on-failure: ABORT": "post_build, after a failure in build with ABORT",
    "artifact uploaded": "UPLOAD_ARTIFACTS, after a failure in build",
}


@chapter.exercise(
    "what-follows",
    title="What follows a failure?",
    minutes=3,
    kind="prediction",
    answer="prediction",
    hints=(
        "Three rules to choose between: within a list of commands, within a phase (`finally`), and "
        "from phase to phase.",
        "CodeBuild goes on from `build` to `post_build` whatever became of `build`, so that a "
        "build can clean up and report. Only `on-failure: ABORT` stops it.",
    ),
)
def check_what_follows(lab: Lab, answer: Any) -> str:
    """Which lines appear in the log, and whether artifacts follow; both buildspecs are run."""
    require_entries(answer, "prediction", _WHERE)
    for name, said in answer.items():
        require(
            isinstance(said, bool),
            f"For {name!r} choose True or False. Found {describe(said)}.",
        )
    happened = _happened()
    wrong = [name for name in _WHERE if answer[name] != happened[name]]
    if wrong:
        raise NotYet(
            f"Ran it: {len(wrong)} of {len(_WHERE)} predictions do not hold. The first is about "
            f"{_WHERE[wrong[0]]}."
        )
    return "All five hold. The image of a build whose tests failed was pushed, by default."


@cache
def _happened() -> dict[str, bool]:
    plain, aborted = try_out(PREDICT, {}), try_out(_ABORT, {})
    lines = plain.log.splitlines()
    return {
        "packaged": "packaged" in lines,
        "test database stopped": "test database stopped" in lines,
        _IN_POST: _IN_POST in lines,
        "image pushed, with on-failure: ABORT": _IN_POST in aborted.log.splitlines(),
        "artifact uploaded": plain.artifacts_follow,
    }
