"""The first exercises: a canary of one's own, and how much harm a release can do."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook.chapters.safe_deployments.account import APPLICATION, chapter
from devops_workbook.chapters.safe_deployments.operate import (
    deployments,
    version_before,
    version_deployed,
)
from devops_workbook.checks import call, number, require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

_CANARY = "CodeDeployDefault.ECSCanary10Percent5Minutes"
#: What it says: a configuration of a learner's own may say the same.
_SHARE, _MINUTES = 10, 5
_WANTED = "1.4.1"


@chapter.exercise(
    "first-canary",
    title="Your first canary",
    minutes=6,
    hints=(
        'register("1.4.1") returns the ARN of a task definition, appspec(arn) the text that '
        "names it. The revision is as in the worked example.",
        f'create_deployment takes deploymentConfigName="{_CANARY}". Then let the player settle.',
    ),
)
def check_first_canary(lab: Lab, answer: Any) -> str:
    """Version 1.4.1 was deployed by the canary configuration, and to its end."""
    tried = [each for each in deployments(APPLICATION) if version_deployed(each) == _WANTED]
    if not tried:
        raise NotStarted(f"Looked for a deployment of {_WANTED}. There is none yet.")
    last = tried[-1]
    config = last["deploymentConfigName"].removeprefix("CodeDeployDefault.")
    require(
        _routing(last) == ("timeBasedCanary", _SHARE, _MINUTES),
        f"The last deployment of {_WANTED} was by {config}: {_meaning(last)} It should have been a "
        'tenth of them for five minutes. `lab.catch_up("first-canary")` begins again.',
    )
    if last["status"] in ("Created", "InProgress", "Queued"):
        raise NotYet(
            f"Deployment {last['deploymentId']} is {last['status']}. A canary needs its minutes: "
            "step on until it has ended."
        )
    require(
        last["status"] == "Succeeded",
        f"Deployment {last['deploymentId']} is {last['status']}. "
        f"{last.get('errorInformation', {}).get('message', '')}",
    )
    require(
        version_before(last) != _WANTED,
        f"{_WANTED} was in production already when {last['deploymentId']} was made: no customer "
        'met anything new. `lab.catch_up("first-canary")` begins again.',
    )
    took = last["completeTime"] - last["createTime"]
    return (
        f"Deployment {last['deploymentId']} brought {_WANTED} to a tenth of the customers first, "
        f"and to all of them after five minutes. From beginning to end it took "
        f"{took.total_seconds() / 60:.0f} minutes."
    )


def _routing(deployment: dict[str, Any]) -> tuple[str, int, int]:
    """Return how a deployment's configuration moves traffic: its kind, percent and minutes."""
    found = (
        boto3.client("codedeploy")
        .get_deployment_config(deploymentConfigName=deployment["deploymentConfigName"])[
            "deploymentConfigInfo"
        ]
        .get("trafficRoutingConfig", {})
    )
    match found:
        case {"timeBasedCanary": {"canaryPercentage": share, "canaryInterval": minutes}}:
            return "timeBasedCanary", share, minutes
        case {"timeBasedLinear": {"linearPercentage": share, "linearInterval": minutes}}:
            return "timeBasedLinear", share, minutes
    return "allAtOnce", 100, 0


def _meaning(deployment: dict[str, Any]) -> str:
    """Return who got the version, and when, by a deployment's configuration."""
    kind, share, minutes = _routing(deployment)
    if kind == "timeBasedCanary":
        return f"{share} % of the customers got it for {minutes} minutes, then all."
    if kind == "timeBasedLinear":
        return f"{share} % more of the customers got it every {minutes} minutes."
    return "all customers got it at once."


def expected(shares: list[float], rate: float, errors: float) -> float:
    """Return how many requests fail while a version gets these shares, a minute each."""
    return sum(rate * share * errors for share in shares)


_CASES: tuple[tuple[list[float], float, float], ...] = (
    ([1.0, 1.0, 1.0], 600, 0.05),
    ([0.1, 0.1, 0.1], 600, 0.05),
    ([0.1, 0.2, 0.3], 600, 0.05),
    ([0.25] * 8, 1000, 0.5),
    ([], 600, 0.05),
)


@chapter.exercise(
    "expected-harm",
    title="How much harm is in a plan",
    minutes=5,
    answer="expected_harm",
    hints=(
        "In one minute, rate requests arrive. The new version gets share of them, and fails "
        "error_rate of those.",
        "Sum that over the minutes: sum(rate * share * error_rate for share in shares).",
    ),
)
def check_expected_harm(lab: Lab, answer: Any) -> str:
    """The function gives the expected number of failed requests for any plan."""
    for shares, rate, errors in _CASES:
        found = call(answer, shares, rate, errors, what="expected_harm")
        what = f"expected_harm({shares}, {rate}, {errors})"
        mistakes = {
            "That is only the last minute: add up all of them.": rate * shares[-1] * errors
            if shares
            else -1.0,
            "That counts the requests that the new version got, also those that went well.": sum(
                rate * share for share in shares
            ),
            "That takes every request of those minutes for one of the new version.": rate
            * errors
            * len(shares),
        }
        right = expected(shares, rate, errors)
        wrong = {text: value for text, value in mistakes.items() if abs(value - right) > 1e-9}
        number(found, right, what, mistakes=wrong)
    plans = {"all at once": [1.0] * 3, "canary": [0.1] * 3, "linear": [0.1, 0.2, 0.3]}
    said = ", ".join(f"{name} {expected(plan, 600, 0.05):.0f}" for name, plan in plans.items())
    return f"Requests that 1.5.0 fails in its first three minutes: {said}."
