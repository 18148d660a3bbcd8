"""Exercises on how often and how fast: deployments per week, Fridays, lead time."""

from __future__ import annotations

from typing import Any

import pandas as pd

from devops_workbook.chapters.dora_metrics.shop_log import (
    END,
    START,
    WEEK,
    ZONE,
    chapter,
    joined,
    shop,
    succeeded,
)
from devops_workbook.checks import describe, number, require, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab


@chapter.exercise(
    "deployment-frequency",
    title="Deployments per week",
    minutes=3,
    answer="per_week",
    hints=(
        "Two numbers: how many deployments succeeded, and how many weeks from START to END.",
        "A time divided by a time is a number: (END - START) / pd.Timedelta(days=7).",
    ),
)
def check_deployment_frequency(lab: Lab, answer: Any) -> str:
    """Successful deployments divided by the weeks of the period."""
    deployments = shop().deployments
    good, weeks = len(succeeded(deployments)), (END - START) / WEEK
    active = succeeded(deployments)["finished_at"].dt.tz_convert(ZONE).dt.strftime("%G-%V")
    number(
        answer,
        good / weeks,
        "`per_week`",
        mistakes={
            "That counts attempts that failed and never reached production.": len(deployments)
            / weeks,
            "The period has more than 52 weeks: divide its length by seven days.": good / 52,
            "That counts attempts that failed, and the period has more than 52 weeks.": (
                len(deployments) / 52
            ),
            "That leaves out the weeks without a deployment. They count too.": good
            / active.nunique(),
            "That is per day.": good / weeks / 7,
        },
        rel=1e-3,
    )
    return f"{good} deployments reached production in {weeks:.1f} weeks."


@chapter.exercise(
    "friday-night",
    title="Friday night, but whose?",
    minutes=3,
    answer="on_friday",
    hints=(
        "The log is in UTC. Convert first: .dt.tz_convert('Europe/Berlin').",
        "Then .dt.day_name() says the day.",
    ),
)
def check_friday_night(lab: Lab, answer: Any) -> str:
    """The share of successful deployments on a Friday in Berlin."""
    attempts = shop().deployments
    good = succeeded(attempts)
    local, utc = _on_friday(good["finished_at"], ZONE), _on_friday(good["finished_at"], "UTC")
    number(
        answer,
        local,
        "`on_friday`",
        mistakes={
            "Those are Fridays in UTC. In Berlin it was already Saturday for some of them.": utc,
            "That is in per cent. A share lies between 0 and 1.": local * 100,
            "Attempts that failed are among them; they never reached production.": _on_friday(
                attempts["finished_at"], ZONE
            ),
            "Those began on a Friday. Production was reached when they finished.": _on_friday(
                good["started_at"], ZONE
            ),
        },
        rel=1e-3,
    )
    return f"{local:.0%} by the team's clock. In UTC it would have been {utc:.0%}."


def _on_friday(times: pd.Series, zone: str) -> float:
    return float((times.dt.tz_convert(zone).dt.day_name() == "Friday").mean())


@chapter.exercise(
    "lead-time",
    title="Lead time, the first attempt",
    minutes=5,
    answer="median_hours",
    hints=(
        "changes.merge(deployments, on='deployment_id') puts each commit beside its deployment.",
        "Keep the deployments that succeeded. Then take finished_at - committed_at.",
        "A Timedelta becomes hours with .dt.total_seconds() / 3600. Then .median().",
    ),
)
def check_lead_time(lab: Lab, answer: Any) -> str:
    """The median hours from commit to successful deployment, nothing else left out."""
    hours = joined(succeeded(shop().deployments))["hours"]
    attempts = joined(shop().deployments)["hours"]
    number(
        answer,
        hours.median(),
        "`median_hours`",
        mistakes={
            "That is the mean. A few very old commits pull it up.": hours.mean(),
            "That is in days. The question asks for hours.": hours.median() / 24,
            "That includes attempts that failed: their commits were not in production yet.": (
                attempts.median()
            ),
            "The sign is the wrong way round: later minus earlier.": -hours.median(),
        },
        rel=1e-3,
    )
    return (
        f"Half of the commits wait more than {hours.median():.0f} hours, "
        f"{hours.median() / 24:.1f} days. The mean is {hours.mean() / 24:.1f} days."
    )


@chapter.exercise(
    "leave-out",
    title="What do two deployments weigh?",
    minutes=2,
    kind="prediction",
    answer="prediction",
    hints=(
        "A median asks which value is in the middle. How many values do you take away?",
        "A mean adds everything up. How large are the values you take away?",
    ),
)
def check_leave_out(lab: Lab, answer: Any) -> str:
    """Which of mean and median moves when the first deployment of each service is left out."""
    require_entries(answer, "prediction", ("mean", "median"))
    for name, said in answer.items():
        require(
            isinstance(said, str) and said in {"falls a lot", "hardly moves"},
            f"For the {name} choose 'falls a lot' or 'hardly moves'. Found {describe(said)}.",
        )
    rows = joined(succeeded(shop().deployments)).sort_values("finished_at")
    firsts = succeeded(shop().deployments).groupby("service")["deployment_id"].first()
    rest = rows[~rows["deployment_id"].isin(firsts)]
    found = {}
    for name in ("mean", "median"):
        before, after = rows["hours"].agg(name), rest["hours"].agg(name)
        found[name] = "falls a lot" if after < 0.75 * before else "hardly moves"
    wrong = [name for name in found if answer[name] != found[name]]
    if wrong:
        raise NotYet(
            f"Computed both ways on the log; your prediction for the {wrong[0]} does not hold. "
            "Compute it yourself: it is one line on the table from the last exercise."
        )
    return f"As you said: the mean {found['mean']}, the median {found['median']}."
