"""The second half of the pipeline: the database is migrated, then the image is released."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.capstone.account import PIPELINE, REGISTRY, chapter, scene
from devops_workbook.chapters.capstone.executions import require_current, require_succeeded
from devops_workbook.chapters.capstone.looking import (
    Shape,
    image_of,
    kind_of,
    moving,
    newest_execution,
    pipeline,
    running,
    said,
)
from devops_workbook.chapters.capstone.reference import build_service
from devops_workbook.chapters.capstone.to_an_image import TESTED
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.quarter.pipeline import actions_of
from devops_workbook.shop_repository import tip_of_main

_TABLES = ("customers", "orders", "migrations")


@chapter.exercise(
    "release",
    title="Into production, database first",
    minutes=12,
    hints=(
        "The project that migrates gets what Test keeps as its artifact: the folder orders, where "
        "`python -c \"from service.store import connect; connect('$ORDERS_DATABASE')\"` works.",
        "The action Deploy is of category Deploy and provider ECS, and reads imagedefinitions.json "
        'from its artifact: [{"name": "orders", "imageUri": "..."}]. Test can write it: the image '
        "has the name REGISTRY and the commit's id. In the folder orders, printf ... > "
        "imagedefinitions.json writes it; in single quotes a shell leaves $ as it is.",
        "No new commit, no new execution: start_pipeline_execution(name='orders').",
    ),
    arrange=build_service,
)
def check_release(lab: Lab, answer: Any) -> str:
    """The last commit runs in production, and its migrations ran before it came."""
    declared = pipeline()
    kinds = [
        each["actionTypeId"]["category"]
        for stage in (declared or {}).get("stages", ())
        for each in stage["actions"]
    ]
    if "Deploy" not in kinds:
        raise NotStarted("The pipeline has no action that deploys.")
    execution = newest_execution()
    tip = tip_of_main()
    require(execution, f"No execution of {PIPELINE} has the last commit of main, {tip[:7]}.")
    require_succeeded(execution, "The newest execution")
    require_current(
        any(kind_of(each)[0] == "Deploy" for each in actions_of(execution)),
        execution,
        "The newest execution has deployed nothing: it ran before there was a Deploy.",
    )
    image = image_of(tip) or {}
    require_current(
        running() == {image.get("imageDigest")},
        execution,
        f"Production does not run the image of {tip[:7]} alone. Has that execution deployed it?",
    )
    own = [each for each in moving() if each.startswith(REGISTRY)]
    require_current(
        not own,
        execution,
        f"Production runs {own[:1] and own[0]}, whose tag says nothing of a commit. What would the "
        "next release deploy? Let imagedefinitions.json name the tag with the commit's id.",
    )
    tables = scene(lab).production.builds.tables()
    missing = [each for each in _TABLES if each not in tables]
    require(
        not missing,
        f"Production's database has no table {', '.join(missing)}: nothing ran its migrations.",
    )
    _check_order(execution)
    return f"{tip[:7]} is in production, and its database was migrated first."


def _check_order(execution: Shape) -> None:
    actions = actions_of(execution)
    deploys = [each for each in actions if kind_of(each)[0] == "Deploy"]
    before = [each for each in actions if _may_migrate(each)]
    require_current(
        before and before[0]["lastUpdateTime"] <= deploys[0]["startTime"],
        execution,
        "The new version came before its migrations had run: until then it asks for tables that "
        "are not there.",
    )


def _may_migrate(action: Shape) -> bool:
    """Return whether an action runs commands that are not the tests."""
    _, provider = kind_of(action)
    return provider in ("CodeBuild", "Commands", "Lambda") and not TESTED.search(said(action))
