"""The prediction on rules: which of six images go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from devops_workbook.chapters.container_images.account import chapter, client_of
from devops_workbook.chapters.container_images.past import Push, record
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

REPOSITORY = "little"
#: Name, age in days, and tags of each image.
IMAGES = (
    ("A", 40, ("1.40.0",)),
    ("B", 30, ("1.41.0", "main-b")),
    ("C", 20, ("1.42.0",)),
    ("D", 18, ("main-d",)),
    ("E", 15, ()),
    ("F", 3, ("pr-7",)),
)
POLICY = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Keep two releases",
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": ["1.*"],
                "countType": "imageCountMoreThan",
                "countNumber": 2,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": "Whatever else is older than two weeks",
            "selection": {
                "tagStatus": "any",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 14,
            },
            "action": {"type": "expire"},
        },
    ]
}
_RIGHT = {"A", "D", "E"}


@chapter.exercise(
    "shielding",
    title="Predict: two rules and six images",
    minutes=4,
    kind="prediction",
    answer="expired",
    hints=(
        "Rule 1 looks at A, B and C. It keeps the two that were pushed last.",
        "An image whose tags fit a rule is out of reach of every lower rule, also when the rule "
        "leaves it alone.",
        "tagStatus any means any: with tags and without.",
    ),
)
def check_shielding(lab: Lab, answer: Any) -> str:
    """The images that the policy would expire."""
    is_many = isinstance(answer, Iterable) and not isinstance(answer, (str, Mapping))
    fits = is_many and all(isinstance(each, str) and each in tuple("ABCDEF") for each in answer)
    require(fits, f"`expired` should be a list of letters from A to F. Found {describe(answer)}.")
    found = set(answer)
    wrong = sorted(found - _RIGHT)
    why = {
        "B": "Rule 1 selects B and keeps it. What rule 1 selects, rule 2 cannot take.",
        "C": "Rule 1 selects C and keeps it. What rule 1 selects, rule 2 cannot take.",
        "F": "F is younger than two weeks.",
    }
    if wrong:
        raise NotYet(f"{wrong[0]} stays. {why[wrong[0]]}")
    absent = len(_RIGHT - found)
    require(not absent, f"All of these go, and {absent} more. Look at A, D and E once again.")
    return "A higher rule shields what it selects, also what it keeps."


def preview(lab: Lab) -> dict[str, int]:
    """Let ECR say: return the images that it would expire, with the priority of the rule."""
    ecr, now = client_of("ecr"), lab.clock.now()
    names = {
        repository["repositoryName"] for repository in ecr.describe_repositories()["repositories"]
    }
    if REPOSITORY in names:
        ecr.delete_repository(repositoryName=REPOSITORY, force=True)
    ecr.create_repository(repositoryName=REPOSITORY)
    pushes = []
    for name, days, tags in IMAGES:
        at = now - timedelta(days=days)
        pushes += [Push(at, name, tag) for tag in tags or ("",)]
    record(lab, REPOSITORY, pushes)
    ages = {now - timedelta(days=days): name for name, days, _ in IMAGES}
    results = previewed(REPOSITORY, POLICY)["previewResults"]
    return {ages[each["imagePushedAt"]]: each["appliedRulePriority"] for each in results}


def previewed(repository: str, policy: dict[str, Any]) -> dict[str, Any]:
    """Start a preview, wait for it, and return it with all its pages."""
    ecr = client_of("ecr")
    ecr.start_lifecycle_policy_preview(
        repositoryName=repository, lifecyclePolicyText=json.dumps(policy)
    )
    ecr.get_waiter("lifecycle_policy_preview_complete").wait(repositoryName=repository)
    pages = ecr.get_paginator("get_lifecycle_policy_preview").paginate(repositoryName=repository)
    whole: dict[str, Any] = pages.build_full_result()
    return whole | {
        "summary": ecr.get_lifecycle_policy_preview(repositoryName=repository)["summary"]
    }
