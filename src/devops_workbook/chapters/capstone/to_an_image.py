"""The first half of the pipeline: every commit is tested, then built into an image."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.chapters.capstone.account import IMAGES, PIPELINE, chapter
from devops_workbook.chapters.capstone.executions import require_current, require_succeeded
from devops_workbook.chapters.capstone.looking import (
    Shape,
    image_of,
    in_stacks,
    kind_of,
    newest_execution,
    pipeline,
    said,
)
from devops_workbook.chapters.capstone.reference import build_foundation
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.quarter.pipeline import actions_of
from devops_workbook.quarter.watch import client
from devops_workbook.shop_repository import tip_of_main

#: What a build says whose tests have run.
TESTED = re.compile(r"\b\d+ passed\b|\bRan \d+ tests?\b")


@chapter.exercise(
    "pipeline",
    title="From a commit to an image",
    minutes=14,
    hints=(
        "AWS::CodePipeline::Pipeline takes what create_pipeline of chapter 05 takes, each name "
        "with a capital letter: Name, PipelineType, RoleArn (DELIVERY), ArtifactStore with Type S3 "
        "and your bucket as Location, Stages, each with Name and Actions.",
        "Test has ProjectName={'Ref': ...} of your project, reads Source and writes an artifact "
        "for later. Image is of category Build and provider ECRBuildAndPublish. Test first, then "
        "Image: actions with the same order run side by side.",
        "Something red? view(lab) says what, and the log of the build is in CloudWatch Logs. A "
        "changed template starts nothing: start_pipeline_execution(name='orders') does.",
    ),
    arrange=build_foundation,
)
def check_pipeline(lab: Lab, answer: Any) -> str:
    """The last commit of main was tested, then built, and its image has the commit's id."""
    if pipeline() is None:
        found = [each["name"] for each in client("codepipeline").list_pipelines()["pipelines"]]
        require(not found, f"There is no pipeline {PIPELINE}. Found {found}.")
        raise NotStarted(f"There is no pipeline {PIPELINE}.")
    require(
        PIPELINE in in_stacks("AWS::CodePipeline::Pipeline"),
        f"The pipeline {PIPELINE} is there, but no stack made it.",
    )
    execution = newest_execution()
    tip = tip_of_main()
    require(execution, f"No execution of {PIPELINE} has the last commit of main, {tip[:7]}.")
    require_succeeded(execution, f"The execution with {tip[:7]}")
    image = image_of(tip) or {}
    require_current(
        image,
        execution,
        f"No image of {IMAGES} has the commit {tip[:7]} in a tag. An image that does not say where "
        "it comes from cannot be traced back.",
    )
    _check_order(execution)
    return f"{tip[:7]} was tested, then built, and is {image['imageDigest'][:19]}…"


def _check_order(execution: Shape) -> None:
    actions = actions_of(execution)
    tests = [each for each in actions if TESTED.search(said(each))]
    require_current(
        tests,
        execution,
        "No build of that execution says how many tests passed. Does it run pytest?",
    )
    builds = [each for each in actions if kind_of(each)[1] == "ECRBuildAndPublish"]
    early = [each for each in builds if each["startTime"] < tests[0]["lastUpdateTime"]]
    require_current(
        not early,
        execution,
        "The image was begun before the tests had ended: an untested image is in the registry.",
    )
