"""Try a buildspec's commands on files, without an account: nothing of it is left anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from offline_aws.codebuild.builds import require_posix
from offline_aws.codebuild.buildspec import read_buildspec
from offline_aws.codebuild.runner import PhaseRunner
from offline_aws.codebuild.shell import ShellSession

_REAL_SECONDS = 60.0
_LAB_SECONDS = 3600.0


@dataclass(frozen=True)
class Trial:
    """How a buildspec went: whether all of it succeeded, its log, whether artifacts follow."""

    succeeded: bool
    log: str
    artifacts_follow: bool


def try_out(buildspec: str, files: Mapping[str, str]) -> Trial:
    """Run a buildspec on files by path. Raises ``BuildspecError``, ``ClientError`` on Windows."""
    require_posix()
    spec = read_buildspec(buildspec)
    lines: list[str] = []
    with ShellSession(_REAL_SECONDS) as session:
        for path, text in files.items():
            place = session.source / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        session.start(
            {**spec.variables, "CODEBUILD_SRC_DIR": str(session.source)},
            spec.shell,
            lasting=spec.version != "0.1",
        )
        runner = PhaseRunner(session, lambda _, line: lines.append(line), 0.0, _LAB_SECONDS)
        outcomes = runner.run(spec)
    succeeded = all(outcome.status == "SUCCEEDED" for outcome in outcomes)
    return Trial(succeeded, "\n".join(lines), runner.goes_on)
