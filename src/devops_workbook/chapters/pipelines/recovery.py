"""The exercise on recovering fast: a stage that rolls itself back."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.pipelines import colleagues, declarations, history
from devops_workbook.chapters.pipelines.account import chapter
from devops_workbook.chapters.pipelines.history import Shape
from devops_workbook.chapters.pipelines.operate import ship
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab


def arrange_smoke(lab: Lab) -> None:
    """A release in production, behind a smoke test, and a branch that will not pass it."""
    declarations.create_whole(declarations.deploy(), declarations.smoke(2))
    ship(lab)
    colleagues.branch_payments()


@chapter.exercise(
    "roll-back",
    title="A stage that rolls itself back",
    minutes=6,
    hints=(
        'get_pipeline, set declaration["stages"][-1]["onFailure"], update_pipeline.',
        "A rollback goes to an execution of the same version of the declaration. After the update "
        'there is none: ship once with start_pipeline_execution(name="orders"), ship(lab).',
        'Then merge_branches_by_fast_forward(repositoryName="shop", '
        'sourceCommitSpecifier="payments", destinationCommitSpecifier="main", '
        'targetBranch="main"), and ship(lab).',
    ),
    arrange=arrange_smoke,
)
def check_roll_back(lab: Lab, answer: Any) -> str:
    """A failed release was undone by the stage itself, and the earlier package is back."""
    wanted = {
        stage["name"]: stage.get("onFailure", {}).get("result")
        for stage in history.declaration()["stages"]
    }
    failed = [run for run in history.runs_of("Smoke") if run["status"] == "Failed"]
    if "ROLLBACK" not in wanted.values() and not failed:
        raise NotStarted("No stage has an onFailure, and nothing has failed in production.")
    require(
        wanted.get("Production") == "ROLLBACK",
        _no_rollback([name for name, result in wanted.items() if result]),
    )
    require(failed, "Production would roll back, and nothing has failed there. Release payments.")
    latest = failed[-1]["pipelineExecutionId"]
    rollbacks = [each for each in history.executions() if each.get("executionType") == "ROLLBACK"]
    version = history.version_under(latest)
    require(
        rollbacks or version == history.declaration()["version"],
        f"Smoke failed under version {version} of the declaration, before you changed it: a stage "
        "does what it was told when it failed. Now the release that failed is what would be "
        'shipped. `lab.catch_up("roll-back")` begins again; change the declaration first.',
    )
    require(
        rollbacks,
        "Smoke failed and Production did not roll back: since the declaration was changed, "
        "no release had succeeded there that it could go back to. "
        '`lab.catch_up("roll-back")` begins again; ship once before you merge payments.',
    )
    return _judge_rollback(rollbacks[0], failed[-1])


def _no_rollback(others: list[str]) -> str:
    found = f"onFailure stands in {', '.join(others)}." if others else "No stage has an onFailure."
    return f"{found} What should be undone is what happened in Production."


def _judge_rollback(rollback: Shape, failed: Shape) -> str:
    kind = rollback["trigger"]["triggerType"]
    require(
        kind == "AutomatedRollback",
        f"The rollback was started by {kind}. The stage should do it without anybody.",
    )
    if rollback["status"] != "Succeeded":
        raise NotYet(f"The rollback is {rollback['status']}. Move the clock: `view.settle()`.")
    bad = {
        history.commit_of(each)
        for each in history.executions()
        if each["pipelineExecutionId"] == failed["pipelineExecutionId"]
    }
    commit = history.deployed_commit()
    require(commit not in bad, f"Production holds {commit[:7]}, the release that failed.")
    took = rollback["lastUpdateTime"] - failed["lastUpdateTime"]
    return f"{commit[:7]} is back, {took.seconds} s after Smoke failed. Nobody was called."
