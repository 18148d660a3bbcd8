"""The health checks of a new version: when it passes them, or that it never does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from offline_aws.apprunner import durations
from offline_aws.apprunner.store import Artifact, Shape
from offline_aws.workloads import NO_ANSWER, REFUSED, Behaviour


@dataclass(frozen=True)
class Verdict:
    """What comes of the checks, and how long after the start of the process; "" for healthy."""

    after: timedelta
    failure: str = ""


def judge(artifact: Artifact, check: Shape) -> Verdict:
    """Return what comes of a new version: it passes, ends by itself, or is given up."""
    behaviour, age, passed = artifact.behaviour, timedelta(0), 0
    interval = timedelta(seconds=check["Interval"])
    while (age := age + interval) <= durations.HEALTHY_WITHIN:
        if behaviour.exits_after is not None and age >= behaviour.exits_after:
            return Verdict(
                behaviour.exits_after,
                "Your application stopped or failed to start. See logs for more information. "
                f"Container exit code: {behaviour.exit_code}",
            )
        passed = passed + 1 if _passes(behaviour, check, age) else 0
        if passed >= check["HealthyThreshold"]:
            return Verdict(age)
    return Verdict(
        durations.HEALTHY_WITHIN,
        f"Health check failed on {where(artifact, check)}. Check your configured port number. "
        "For more information, read the application logs.",
    )


def where(artifact: Artifact, check: Shape) -> str:
    """Return where the checks go, in App Runner's words."""
    if check["Protocol"] == "TCP":
        return f"port '{artifact.port}'"
    return f"path '{check['Path']}' and port '{artifact.port}'"


def _passes(behaviour: Behaviour, check: Shape, age: timedelta) -> bool:
    answer = behaviour.answer(check["Path"], age)
    if check["Protocol"] == "TCP":
        # A program that accepts the connection is up, whatever it answers.
        return answer != REFUSED
    return answer != NO_ANSWER and 200 <= answer < 300
