"""The shop's pipelines as the exercises begin with them: boto3 declarations."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.pipelines.account import (
    ARTIFACTS,
    OBJECT,
    PIPELINE,
    PRODUCTION,
    ROLE,
)
from devops_workbook.lab import REGION
from devops_workbook.shop_repository import BRANCH, REPOSITORY
from offline_aws import clients

Shape = dict[str, Any]


def action(
    name: str,
    category: str,
    provider: str,
    *,
    inputs: tuple[str, ...] = (),
    outputs: tuple[str, ...] = (),
    order: int = 1,
    **configuration: str,
) -> Shape:
    """Return an action as ``create_pipeline`` takes it."""
    return {
        "name": name,
        "actionTypeId": {
            "category": category,
            "owner": "AWS",
            "provider": provider,
            "version": "1",
        },
        "inputArtifacts": [{"name": each} for each in inputs],
        "outputArtifacts": [{"name": each} for each in outputs],
        "runOrder": order,
        "configuration": configuration,
    }


def pipeline(*stages: Shape, name: str = PIPELINE, mode: str = "SUPERSEDED") -> Shape:
    """Return a pipeline of these stages, behind a stage that reads the shop's repository."""
    source = action(
        "Source",
        "Source",
        "CodeCommit",
        outputs=("Source",),
        RepositoryName=REPOSITORY,
        BranchName=BRANCH,
    )
    return {
        "name": name,
        "roleArn": ROLE,
        "pipelineType": "V2",
        "executionMode": mode,
        "artifactStore": {"type": "S3", "location": ARTIFACTS},
        "stages": [stage("Source", source), *stages],
    }


def stage(name: str, *actions: Shape, **more: Any) -> Shape:
    """Return a stage of these actions."""
    return {"name": name, "actions": list(actions), **more}


def build_stage() -> Shape:
    """Return the stage that tests, and then packages."""
    test = action("Test", "Test", "CodeBuild", inputs=("Source",), ProjectName="orders-test")
    package = action(
        "Package",
        "Build",
        "CodeBuild",
        inputs=("Source",),
        outputs=("Package",),
        order=2,
        ProjectName="orders-package",
    )
    return stage("Build", test, package)


def approve_stage() -> Shape:
    """Return the stage in which somebody decides."""
    return stage("Approve", action("Release", "Approval", "Manual"))


def deploy(order: int = 1, package: str = "Package") -> Shape:
    """Return the action that puts the package into production."""
    return action(
        "Deploy",
        "Deploy",
        "S3",
        inputs=(package,),
        order=order,
        BucketName=PRODUCTION,
        Extract="false",
        ObjectKey=OBJECT,
    )


def smoke(order: int) -> Shape:
    """Return the action that starts the package with the settings of production."""
    return action(
        "Smoke", "Test", "CodeBuild", inputs=("Package",), order=order, ProjectName="orders-smoke"
    )


def migrate(order: int) -> Shape:
    """Return the action that migrates the database of production."""
    return action(
        "Migrate",
        "Build",
        "CodeBuild",
        inputs=("Package",),
        order=order,
        ProjectName="orders-migrate",
    )


def create_first() -> None:
    """Create the pipeline that only tests, as the worked example does."""
    test = build_stage()["actions"][0]
    _create(pipeline(stage("Build", test)))


def create_whole(*production: Shape) -> None:
    """Create the whole pipeline; ``production`` are the last stage's actions, Deploy alone."""
    last = stage("Production", *(production or (deploy(),)))
    _create(pipeline(build_stage(), approve_stage(), last))


def _create(declaration: Shape) -> None:
    clients.client("codepipeline", REGION).create_pipeline(pipeline=declaration)
