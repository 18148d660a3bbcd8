"""The way from a commit to production: registry, repository, builds and the pipeline."""

from __future__ import annotations

from typing import Any

import yaml

from devops_workbook.chapters.capstone.account import (
    CLUSTER,
    IMAGES,
    PIPELINE,
    REGISTRY,
    REPOSITORY,
    SERVICE,
    Template,
    database_of,
)
from devops_workbook.chapters.capstone.reference.design import BEST, Design
from devops_workbook.lab import Lab

_DELIVERY = {"Fn::GetAtt": "DeliveryRole.Arn"}
_COMMIT = "#{Commit.CommitId}"
#: The plugins of pytest that a learner has are no part of the shop's tests.
_PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def foundation() -> Template:
    """Return the registry, the repository and the bucket of artifacts."""
    return {
        "Images": {
            "Type": "AWS::ECR::Repository",
            "Properties": {
                "RepositoryName": IMAGES,
                "ImageTagMutability": "IMMUTABLE",
                "ImageScanningConfiguration": {"ScanOnPush": True},
            },
        },
        "Code": {
            "Type": "AWS::CodeCommit::Repository",
            "Properties": {"RepositoryName": REPOSITORY},
        },
        "Artifacts": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
        },
    }


def action(
    name: str,
    category: str,
    provider: str,
    *,
    inputs: tuple[str, ...] = (),
    outputs: tuple[str, ...] = (),
    order: int = 1,
    **configuration: Any,
) -> Template:
    """Return an action of a pipeline as CloudFormation takes it."""
    return {
        "Name": name,
        "ActionTypeId": {
            "Category": category,
            "Owner": "AWS",
            "Provider": provider,
            "Version": "1",
        },
        "InputArtifacts": [{"Name": each} for each in inputs],
        "OutputArtifacts": [{"Name": each} for each in outputs],
        "RunOrder": order,
        "Configuration": configuration,
    }


def project(commands: list[str], **variables: str) -> Template:
    """Return a CodeBuild project that runs these commands and keeps the folder ``orders``."""
    spec = {
        "version": 0.2,
        "phases": {"build": {"commands": commands}},
        "artifacts": {"base-directory": "orders", "files": ["**/*"]},
    }
    return {
        "Type": "AWS::CodeBuild::Project",
        "Properties": {
            "ServiceRole": _DELIVERY,
            "Source": {"Type": "CODEPIPELINE", "BuildSpec": yaml.safe_dump(spec)},
            "Artifacts": {"Type": "CODEPIPELINE"},
            "Environment": {
                "Type": "LINUX_CONTAINER",
                "ComputeType": "BUILD_GENERAL1_SMALL",
                "Image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "EnvironmentVariables": [
                    {"Name": name, "Value": value} for name, value in variables.items()
                ],
            },
        },
    }


def pipeline(design: Design = BEST, release: tuple[Template, ...] = ()) -> Template:
    """Return the pipeline and its projects; ``release`` are further stages."""
    source = action(
        "Source",
        "Source",
        "CodeCommit",
        outputs=("Source",),
        RepositoryName=REPOSITORY,
        BranchName="main",
    )
    source["Namespace"] = "Commit"
    test = action(
        "Test",
        "Build",
        "CodeBuild",
        inputs=("Source",),
        outputs=("Tested",),
        ProjectName={"Ref": "Test"},
    )
    image = action(
        "Image",
        "Build",
        "ECRBuildAndPublish",
        inputs=("Source",),
        order=2,
        ECRRepositoryName=IMAGES,
        DockerFilePath="orders",
        ImageTags=_COMMIT,
    )
    stages = [
        {"Name": "Source", "Actions": [source]},
        {"Name": "Build", "Actions": [test, image]},
        *release,
    ]
    return {
        "Test": project(_test_commands(design), **_PLAIN, IMAGES=REGISTRY),
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "Name": PIPELINE,
                "PipelineType": "V2",
                "ExecutionMode": "QUEUED",
                "RoleArn": _DELIVERY,
                "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Artifacts"}},
                "Stages": stages,
            },
            "DependsOn": ["Code", "Images"],
        },
    }


def _test_commands(design: Design) -> list[str]:
    name = "$IMAGES:$CODEBUILD_RESOLVED_SOURCE_VERSION"
    said = '[{"name":"orders","imageUri":"%s"}]'
    tests = ["python -m pytest -q -p no:cacheprovider"] if design.tests else []
    return ["cd orders", *tests, f"""printf '{said}' "{name}" > imagedefinitions.json"""]


def release(lab: Lab, design: Design = BEST) -> tuple[Template, tuple[Template, ...]]:
    """Return the project that migrates the database, and the stages that release."""
    code = "from service.store import connect; connect('$ORDERS_DATABASE')"
    command = f'python -c "{code}"'
    migrate = project([command], ORDERS_DATABASE=str(database_of(lab)))
    actions = [
        action("Migrate", "Build", "CodeBuild", inputs=("Tested",), ProjectName={"Ref": "Migrate"}),
        action(
            "Deploy",
            "Deploy",
            "ECS",
            inputs=("Tested",),
            order=2,
            ClusterName=CLUSTER,
            ServiceName=SERVICE,
        ),
    ]
    stages: list[Template] = [{"Name": "Production", "Actions": actions}]
    if design.approval:
        ask = action("Release", "Approval", "Manual")
        stages.insert(0, {"Name": "Approve", "Actions": [ask]})
    return {"Migrate": migrate}, tuple(stages)
