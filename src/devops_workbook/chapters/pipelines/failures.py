"""Exercises on failures: find where a pipeline is red, mend it, and retry what retrying mends."""

from __future__ import annotations

import re
from typing import Any

import boto3

from devops_workbook.chapters.pipelines import colleagues, declarations, history
from devops_workbook.chapters.pipelines.account import OBJECT, PRODUCTION, chapter
from devops_workbook.chapters.pipelines.history import Shape
from devops_workbook.chapters.pipelines.operate import approve, run, ship
from devops_workbook.checks import as_text, describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import shop_files, tip_of_main

_TESTS = "orders/tests/test_pricing.py"


def arrange_red(lab: Lab) -> None:
    """A release in production, and then a commit that fails its tests."""
    declarations.create_whole()
    ship(lab)
    colleagues.push_a_mistake()
    run(lab)


@chapter.exercise(
    "find-failure",
    title="Where is it red?",
    minutes=4,
    answer="where",
    hints=(
        "The action's externalExecutionId in ListActionExecutions is the id of its build.",
        "batch_get_builds names the log's groupName and streamName; get_log_events reads it.",
        "pytest ends with a summary: a line that starts with FAILED names the file and the test.",
    ),
    arrange=arrange_red,
)
def check_find_failure(lab: Lab, answer: Any) -> str:
    """The stage, the action, the build and the test that failed."""
    require_entries(answer, "where", ("stage", "action", "build", "test"))
    for key, value in answer.items():
        as_text(value, f"where['{key}']")
    failed = [run for run in history.runs_of("Test") if run["status"] == "Failed"]
    require(failed, "No action Test has failed. `lab.catch_up` brings the red pipeline back.")
    stage, action = failed[0]["stageName"], failed[0]["actionName"]
    require(answer["stage"] == stage, f"The stage {answer['stage']} has not failed.")
    require(answer["action"] == action, f"The action {answer['action']} has not failed.")
    builds = [run["output"]["executionResult"]["externalExecutionId"] for run in failed]
    # An ARN ends with the id.
    build = answer["build"].rpartition(":build/")[2]
    require(
        build in builds,
        f"where['build'] is {describe(answer['build'])}. Test's build that failed has another id: "
        "the action's execution names it as its external execution.",
    )
    # pytest's summary has more around the name: the file, parameters, and what was asserted.
    named = re.match(r"\w*", answer["test"].rpartition("::")[2].strip())
    test = named[0] if named else ""
    require(
        test in _red_tests(build),
        f"where['test'] is {describe(answer['test'])}. The log of that build names another test.",
    )
    return f"{stage}, {action}, {build}, {test}: four steps from red to a line."


def _red_tests(build: str) -> set[str]:
    """Return the names of the tests that a build's log says have failed."""
    return set(re.findall(r"^FAILED \S+::(\w+)", _log_of(build), re.MULTILINE))


def _tests_in(run: Shape, outcomes: str = "passed|failed|error") -> int:
    """Return how many tests the log of a run of Test counts, of these outcomes."""
    log = _log_of(run["output"]["executionResult"]["externalExecutionId"])
    summary = re.findall(r"^.*\b(?:passed|failed)\b.* in [\d.]+s.*$", log, re.MULTILINE)
    return sum(map(int, re.findall(rf"(\d+) (?:{outcomes})", "".join(summary[-1:]))))


def _log_of(build: str) -> str:
    found = boto3.client("codebuild").batch_get_builds(ids=[build])["builds"][0]["logs"]
    events = boto3.client("logs").get_log_events(
        logGroupName=found["groupName"], logStreamName=found["streamName"], startFromHead=True
    )["events"]
    return "\n".join(each["message"] for each in events)


@chapter.exercise(
    "mend",
    title="Make it green again",
    minutes=4,
    kind="break/fix",
    hints=(
        "What does the failing test say about goods for exactly 50.00?",
        "Read the file with codecommit.get_file, replace what is wrong in its text, and commit it "
        "with commit_files(message, {path: text}). Then `view.settle()`.",
    ),
    arrange=arrange_red,
)
def check_mend(lab: Lab, answer: Any) -> str:
    """A later commit, with its tests in place, has gone through Build."""
    runs = history.runs_of("Test")
    bad = next((run for run in runs if run["status"] == "Failed"), None)
    if bad is None:
        raise SetupMissing("No action Test has failed.")
    carried = {each["pipelineExecutionId"]: each for each in history.executions()}
    broken = _commit(carried, bad)
    tip = tip_of_main()
    if tip == broken:
        again = sum(_commit(carried, run) == broken for run in runs)
        if again == 1:
            raise NotStarted("main still ends with the commit that failed its tests.")
        raise NotYet(f"Test ran {again} times on the same commit, and failed each time.")
    lines = history.file_in_main(_TESTS).splitlines()
    same = all(each in lines for each in shop_files("orders")[_TESTS].splitlines())
    require(same, f"{_TESTS} is not what it was. The test was right: mend what it tests.")
    mended = [run for run in runs if _commit(carried, run) == tip]
    require(mended, f"The new commit {tip[:7]} is not in the pipeline yet. Run `view.settle()`.")
    require(
        mended[-1]["status"] == "Succeeded",
        f"Test says {mended[-1]['status']} of the new commit {tip[:7]}: read its log.",
    )
    before, after = _tests_in(bad), _tests_in(mended[-1], "passed")
    require(
        after >= before,
        f"{after} tests passed for {tip[:7]}, and there were {before} before. What was red is to "
        "be mended, and nothing left out.",
    )
    return f"{tip[:7]} passed its tests. Production never noticed: the red commit stopped in Build."


def _commit(carried: dict[str, Shape], run: Shape | None) -> str:
    return history.commit_of(carried[run["pipelineExecutionId"]]) if run else ""


def arrange_no_bucket(lab: Lab) -> None:
    """A release that was approved and could not be deployed: its bucket is gone."""
    declarations.create_whole()
    run(lab)
    colleagues.tidy_up()
    lab.clock.advance(minutes=10)
    approve()
    run(lab)


@chapter.exercise(
    "retry",
    title="Retry the deployment",
    minutes=4,
    hints=(
        "What does the failed action say? view.table() has its words.",
        "After s3.create_bucket, retry_stage_execution takes pipelineName, stageName, "
        'pipelineExecutionId and retryMode="FAILED_ACTIONS".',
    ),
    arrange=arrange_no_bucket,
)
def check_retry(lab: Lab, answer: Any) -> str:
    """The same execution has deployed at its second try, with nothing built again."""
    runs = history.runs_of("Deploy")
    if not runs:
        raise SetupMissing("No action Deploy has failed.")
    first = runs[0]["pipelineExecutionId"]
    tries = [run["status"] for run in history.runs_of("Deploy", execution=first)]
    others = [each for each in history.executions() if each["pipelineExecutionId"] != first]
    require(
        not others,
        f"{len(others) + 1} executions: a new one tests, packages and asks for approval again. "
        "The first was tested and approved already.",
    )
    if tries == ["Failed"]:
        if history.bucket_exists(PRODUCTION):
            held = ", and somebody put an object there by hand" if history.deployed() else ""
            raise NotYet(f"The bucket is back{held}. Deploy has not been retried.")
        raise NotStarted(f"The bucket {PRODUCTION} is missing, and Deploy has failed once.")
    require(
        tries[-1] == "Succeeded",
        f"Deploy: {', '.join(tries)}. A retry changes nothing by itself: read why it failed, "
        "mend that first, and move the clock after the retry.",
    )
    packages = len(history.runs_of("Package", execution=first))
    return f"Deploy ran {len(tries)} times, Package {packages} time: {OBJECT} is what was approved."
