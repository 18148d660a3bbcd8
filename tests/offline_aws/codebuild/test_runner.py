"""The phases of a buildspec as they run: order, failures, retries, limits."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from offline_aws.codebuild.buildspec import read_buildspec
from offline_aws.codebuild.runner import PhaseOutcome, PhaseRunner
from offline_aws.codebuild.shell import ShellSession


@dataclass
class Run:
    phases: list[PhaseOutcome]
    lines: list[str] = field(default_factory=list)

    @property
    def states(self) -> dict[str, str]:
        return {phase.name: phase.status for phase in self.phases}

    @property
    def said(self) -> list[str]:
        """What the commands wrote, without CodeBuild's own lines."""
        return [line for line in self.lines if not line.startswith("[Container]")]


def run(phases: str, limit: float = 3600.0) -> Run:
    lines: list[str] = []
    spec = read_buildspec("version: 0.2\nphases:\n" + phases)
    with ShellSession(real_seconds=60) as session:
        session.start({})
        runner = PhaseRunner(session, lambda _, line: lines.append(line), 0.0, limit)
        return Run(runner.run(spec), lines)


def phase(name: str, *commands: str, **more: str) -> str:
    text = f"  {name}:\n    commands:\n" + "".join(f"      - {each}\n" for each in commands)
    return text + "".join(f"    {key.replace('_', '-')}: {value}\n" for key, value in more.items())


def test_phases_run_in_their_order_and_share_state() -> None:
    done = run(phase("post_build", "echo $A") + phase("install", "A=1") + phase("build", "A=2"))
    assert done.states == dict.fromkeys(
        ("INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD"), "SUCCEEDED"
    )
    assert done.said == ["2"]


def test_the_first_failure_skips_the_rest_but_not_finally() -> None:
    done = run(
        phase("install", "echo a", "exit 4", "echo b")
        + "    finally:\n      - echo c $CODEBUILD_BUILD_SUCCEEDING\n"
    )
    assert done.said == ["a", "c 0"]
    assert done.states == {"INSTALL": "FAILED"}
    assert done.phases[0].contexts == [
        ("COMMAND_EXECUTION_ERROR", "Error while executing command: exit 4. Reason: exit status 4")
    ]


def test_a_failing_finally_fails_the_phase() -> None:
    done = run(phase("pre_build", "true") + "    finally: ['false']\n")
    assert done.states == {"INSTALL": "SUCCEEDED", "PRE_BUILD": "FAILED"}


@pytest.mark.parametrize(
    ("failing", "on_failure", "last"),
    [
        ("install", None, "INSTALL"),
        ("pre_build", None, "PRE_BUILD"),
        ("build", None, "POST_BUILD"),
        ("post_build", None, "POST_BUILD"),
        ("install", "CONTINUE", "POST_BUILD"),
        ("pre_build", "CONTINUE", "POST_BUILD"),
        ("build", "ABORT", "BUILD"),
        ("install", "RETRY-1", "INSTALL"),
        ("build", "RETRY-1", "POST_BUILD"),
    ],
)
def test_what_follows_a_failure(failing: str, on_failure: str | None, last: str) -> None:
    more = {"on_failure": on_failure} if on_failure else {}
    done = run(phase(failing, "'false'", **more))
    assert done.phases[-1].name == last
    assert done.states[failing.upper()] == "FAILED"


def test_post_build_knows_that_the_build_failed() -> None:
    after = phase("post_build", "echo $CODEBUILD_BUILD_SUCCEEDING")
    assert run(phase("build", "'true'") + after).said == ["1"]
    assert run(phase("build", "'false'") + after).said == ["0"]


COUNT = "echo x >> count; echo try $(wc -l < count) of network; test $(wc -l < count) -ge 3"


@pytest.mark.parametrize(
    ("on_failure", "tries", "status"),
    [
        ("RETRY", 3, "SUCCEEDED"),
        ("RETRY-1", 2, "FAILED"),
        ("RETRY-0", 1, "FAILED"),
        ("RETRY-net.ork", 3, "SUCCEEDED"),
        ("RETRY-5-disk", 1, "FAILED"),
    ],
)
def test_retry(on_failure: str, tries: int, status: str) -> None:
    after = phase("post_build", "echo succeeding $CODEBUILD_BUILD_SUCCEEDING")
    done = run(phase("build", COUNT, on_failure=on_failure) + after)
    assert done.states["BUILD"] == status
    assert len(done.said) == tries + 1
    assert done.said[-1] == f"succeeding {int(status == 'SUCCEEDED')}"


def test_lab_time_and_its_limit() -> None:
    done = run(phase("install", "'true'", "sleep 60") + phase("build", "sleep 120", "echo no"), 100)
    assert [(p.name, p.begin, p.end, p.status) for p in done.phases] == [
        ("INSTALL", 0, 64, "SUCCEEDED"),
        ("PRE_BUILD", 64, 64, "SUCCEEDED"),
        ("BUILD", 64, 100, "TIMED_OUT"),
    ]
    assert done.phases[-1].contexts == [("BUILD_TIMED_OUT", "Build has timed out.")]
    assert "no" not in done.said


def test_the_log_reads_as_codebuild_s() -> None:
    done = run(phase("install", "echo hi; exit 2"))
    assert done.lines == [
        "[Container] Entering phase INSTALL",
        "[Container] Running command echo hi; exit 2",
        "hi",
        "[Container] Command did not exit successfully echo hi; exit 2 exit status 2",
        "[Container] Phase complete: INSTALL State: FAILED",
        "[Container] Phase context status code: COMMAND_EXECUTION_ERROR Message: "
        "Error while executing command: echo hi; exit 2. Reason: exit status 2",
    ]
