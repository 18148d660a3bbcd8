"""The foundation: a registry, a repository and a place for artifacts, as code."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.capstone.account import IMAGES, REPOSITORY, chapter
from devops_workbook.chapters.capstone.looking import in_stacks
from devops_workbook.chapters.capstone.reference import build_ground
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from devops_workbook.quarter.watch import client
from devops_workbook.shop_repository import files_at, tip_of_main

_NEEDED = ("orders/Dockerfile", "orders/service/web.py", "orders/tests/test_web.py")


@chapter.exercise(
    "foundation",
    title="The foundation, as code",
    minutes=10,
    hints=(
        "AWS::ECR::Repository has RepositoryName, ImageTagMutability and "
        "ImageScanningConfiguration. AWS::CodeCommit::Repository has RepositoryName. "
        "AWS::S3::Bucket has VersioningConfiguration with a Status.",
        "A template that fails says why in the events: read from the first failure on. "
        "deploy shows them.",
        "commit_files(message, files) makes the first commit and the branch main. The files are "
        "{**shop_files('orders'), **image_files('orders')}.",
    ),
    arrange=build_ground,
)
def check_foundation(lab: Lab, answer: Any) -> str:
    """Registry, repository and bucket come from a stack, and main holds the shop's code."""
    if not _registries() and not _repositories():
        raise NotStarted("Looked for registries and repositories. There are none.")
    _check_registry()
    _check_repository()
    buckets = in_stacks("AWS::S3::Bucket")
    require(buckets, "No stack has a bucket. The pipeline's artifacts need one.")
    versioned = [
        each
        for each in buckets
        if client("s3").get_bucket_versioning(Bucket=each).get("Status") == "Enabled"
    ]
    require(
        versioned,
        f"{sorted(buckets)[0]} is not versioned. CodePipeline keeps its artifacts in versions.",
    )
    return "Registry, repository and bucket stand in a template, and main holds the shop's code."


def _registries() -> dict[str, Any]:
    found = client("ecr").describe_repositories()["repositories"]
    return {each["repositoryName"]: each for each in found}


def _repositories() -> set[str]:
    found = client("codecommit").list_repositories()["repositories"]
    return {each["repositoryName"] for each in found}


def _check_registry() -> None:
    found = _registries()
    require(IMAGES in found, f"There is no ECR repository {IMAGES}. Found {sorted(found)}.")
    require(
        IMAGES in in_stacks("AWS::ECR::Repository"),
        f"The ECR repository {IMAGES} is there, but no stack made it. Who would make it again?",
    )
    require(
        found[IMAGES]["imageTagMutability"].startswith("IMMUTABLE"),
        f"The tags of {IMAGES} are {found[IMAGES]['imageTagMutability']}: what 1.4 is today, "
        "nobody knows tomorrow.",
    )
    require(
        found[IMAGES]["imageScanningConfiguration"]["scanOnPush"],
        f"Images are not scanned when they are pushed to {IMAGES}.",
    )


def _check_repository() -> None:
    require(
        REPOSITORY in _repositories(),
        f"There is no CodeCommit repository {REPOSITORY}. Found {sorted(_repositories())}.",
    )
    made = client("codecommit").get_repository(repositoryName=REPOSITORY)["repositoryMetadata"]
    require(
        made["repositoryId"] in in_stacks("AWS::CodeCommit::Repository"),
        f"The repository {REPOSITORY} is there, but no stack made it.",
    )
    tip = tip_of_main()
    require(tip, f"{REPOSITORY} has no branch main yet: commit the shop's files.")
    missing = [path for path in _NEEDED if path not in files_at(tip)]
    require(not missing, f"main of {REPOSITORY} lacks {', '.join(missing)}.")
