from __future__ import annotations

import io
import zipfile

import pytest
from cfn_examples import Example, World, client, lives
from cfn_needed import OTHER_TAGS, ROLE, TAGS

IMAGE = {
    "Type": "LINUX_CONTAINER",
    "ComputeType": "BUILD_GENERAL1_SMALL",
    "Image": "aws/codebuild/standard:7.0",
}


PROJECT = {
    "Artifacts": {"Type": "NO_ARTIFACTS"},
    "AutoRetryLimit": 1,
    "BuildBatchConfig": {"ServiceRole": ROLE, "TimeoutInMins": 10},
    "Cache": {"Type": "LOCAL", "Modes": ["LOCAL_CUSTOM_CACHE"]},
    "ConcurrentBuildLimit": 2,
    "Description": "Builds orders",
    "EncryptionKey": "alias/shop",
    "Environment": {
        **IMAGE,
        "PrivilegedMode": True,
        "EnvironmentVariables": [{"Name": "LEVEL", "Value": "1", "Type": "PLAINTEXT"}],
    },
    "FileSystemLocations": [
        {
            "Type": "EFS",
            "Location": "fs-1.efs.us-east-1.amazonaws.com:/",
            "MountPoint": "/cache",
            "Identifier": "cache",
        }
    ],
    "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": "builds"}},
    "Name": "orders",
    "QueuedTimeoutInMinutes": 30,
    "SecondaryArtifacts": [
        {"Type": "S3", "Location": "shop", "ArtifactIdentifier": "more", "Name": "more"}
    ],
    "SecondarySourceVersions": [{"SourceIdentifier": "tools", "SourceVersion": "1"}],
    "SecondarySources": [{"Type": "S3", "Location": "shop/tools.zip", "SourceIdentifier": "tools"}],
    "ServiceRole": ROLE,
    "Source": {
        "Type": "CODECOMMIT",
        "Location": "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/orders",
        "BuildSpec": "version: 0.2\n",
    },
    "SourceVersion": "refs/heads/main",
    "Tags": TAGS,
    "TimeoutInMinutes": "15",
    "VpcConfig": {"VpcId": "vpc-1", "Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
}


OTHER_PROJECT = {
    "AutoRetryLimit": 2,
    "BuildBatchConfig": {"ServiceRole": ROLE, "TimeoutInMins": 20},
    "Cache": {"Type": "NO_CACHE"},
    "ConcurrentBuildLimit": 3,
    "Description": None,
    "EncryptionKey": "alias/till",
    "Environment": {**IMAGE, "ComputeType": "BUILD_GENERAL1_MEDIUM"},
    "FileSystemLocations": [
        {**PROJECT["FileSystemLocations"][0], "MountPoint": "/other"}  # type: ignore[index]
    ],
    "LogsConfig": {"CloudWatchLogs": {"Status": "DISABLED"}},
    "QueuedTimeoutInMinutes": 40,
    "SecondaryArtifacts": [
        {"Type": "S3", "Location": "till", "ArtifactIdentifier": "more", "Name": "more"}
    ],
    "SecondarySourceVersions": [{"SourceIdentifier": "tools", "SourceVersion": "2"}],
    "SecondarySources": [{"Type": "S3", "Location": "till/tools.zip", "SourceIdentifier": "tools"}],
    "ServiceRole": f"{ROLE}-2",
    "SourceVersion": "refs/heads/other",
    "Tags": OTHER_TAGS,
    "TimeoutInMinutes": 20,
    "VpcConfig": {"VpcId": "vpc-2", "Subnets": ["subnet-2"], "SecurityGroupIds": ["sg-2"]},
}


def source(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("README.md", "# Orders\n")
    client("s3").put_object(Bucket=bucket, Key="orders.zip", Body=archive.getvalue())
    return {"BranchName": "main", "S3": {"Bucket": bucket, "Key": "orders.zip"}}


def triggers(world: World) -> list[dict[str, object]]:
    topic = world.make("AWS::SNS::Topic")
    return [{"Name": "told", "DestinationArn": topic, "Events": ["all"], "Branches": ["main"]}]


def stages(bucket: str, project: str) -> list[dict[str, object]]:
    kind = {"Owner": "AWS", "Version": "1"}
    fetch = {
        "Name": "Fetch",
        "ActionTypeId": {**kind, "Category": "Source", "Provider": "S3"},
        "Configuration": {
            "S3Bucket": bucket,
            "S3ObjectKey": "orders.zip",
            "PollForSourceChanges": False,
        },
        "OutputArtifacts": [{"Name": "Source"}],
        "RunOrder": 1,
    }
    build = {
        "Name": "Build",
        "ActionTypeId": {**kind, "Category": "Build", "Provider": "CodeBuild"},
        "Configuration": {"ProjectName": project},
        "InputArtifacts": [{"Name": "Source"}],
        "Namespace": "Built",
    }
    return [
        {"Name": "Source", "Actions": [fetch]},
        {"Name": "Build", "Actions": [build]},
    ]


def push_to(branch: str) -> list[dict[str, object]]:
    push = [{"Branches": {"Includes": [branch]}}]
    git = {"SourceActionName": "Fetch", "Push": push}
    return [{"ProviderType": "CodeStarSourceConnection", "GitConfiguration": git}]


def connected(branch: str) -> list[dict[str, object]]:
    found = stages("shop", "orders")
    found[0]["Actions"][0] |= {  # type: ignore[index]
        "ActionTypeId": {
            "Category": "Source",
            "Owner": "AWS",
            "Version": "1",
            "Provider": "CodeStarSourceConnection",
        },
        "Configuration": {
            "ConnectionArn": "arn:aws:codeconnections:us-east-1:123456789012:connection/1",
            "FullRepositoryId": "shop/orders",
            "BranchName": branch,
        },
    }
    return found


def pipeline(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    return {
        "ArtifactStore": {"Type": "S3", "Location": bucket},
        "DisableInboundStageTransitions": [{"StageName": "Build", "Reason": "Not yet"}],
        "ExecutionMode": "QUEUED",
        "Name": "orders",
        "PipelineType": "V2",
        "RestartExecutionOnUpdate": True,
        "RoleArn": ROLE,
        "Stages": stages(bucket, "orders"),
        "Tags": TAGS,
        "Variables": [{"Name": "level", "DefaultValue": "1"}],
    }


def changed_pipeline(world: World) -> dict[str, object]:
    bucket = world.make("AWS::S3::Bucket")
    return {
        "ArtifactStore": {"Type": "S3", "Location": bucket},
        "DisableInboundStageTransitions": None,
        "ExecutionMode": "SUPERSEDED",
        "RestartExecutionOnUpdate": False,
        "RoleArn": f"{ROLE}-2",
        "Stages": stages(bucket, "till"),
        "Tags": OTHER_TAGS,
        "Variables": [{"Name": "level", "DefaultValue": "2"}],
    }


def stores(world: World) -> list[dict[str, object]]:
    store = {"Type": "S3", "Location": world.make("AWS::S3::Bucket")}
    return [{"Region": "us-east-1", "ArtifactStore": store}]


EXAMPLES = [
    Example(
        "AWS::CodeCommit::Repository",
        lambda world: {
            "Code": source(world),
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
            "RepositoryDescription": "Takes orders",
            "RepositoryName": "orders",
            "Tags": TAGS,
            "Triggers": triggers(world),
        },
        lambda world: {
            "Code": source(world),
            "RepositoryDescription": None,
            "RepositoryName": "all-orders",
            "Tags": OTHER_TAGS,
            "Triggers": None,
        },
    ),
    Example("AWS::CodeBuild::Project", PROJECT, OTHER_PROJECT),
    Example(
        "AWS::CodeBuild::Project",
        {
            "Artifacts": {"Type": "NO_ARTIFACTS"},
            "Environment": IMAGE,
            "ServiceRole": ROLE,
            "Source": {"Type": "NO_SOURCE", "BuildSpec": "version: 0.2"},
        },
        lambda _: [
            {
                "Artifacts": {"Type": "CODEPIPELINE"},
                "Source": {"Type": "CODEPIPELINE", "BuildSpec": "other.yml"},
            }
        ],
    ),
    Example(
        "AWS::CodePipeline::Pipeline",
        pipeline,
        changed_pipeline,
    ),
    Example(
        "AWS::CodePipeline::Pipeline",
        lambda world: {
            "ArtifactStores": stores(world),
            "PipelineType": "V2",
            "RoleArn": ROLE,
            "Stages": connected("main"),
            "Triggers": push_to("main"),
        },
        lambda world: [
            {"ArtifactStores": stores(world)},
            {"Triggers": push_to("other")},
            {"PipelineType": "V1", "Triggers": None},
        ],
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_commits_builds_and_pipelines_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_repository_starts_with_the_files_of_its_code(world: World) -> None:
    world.make("AWS::CodeCommit::Repository", RepositoryName="orders", Code=source(world))
    found = client("codecommit").get_file(repositoryName="orders", filePath="README.md")
    assert found["fileContent"] == b"# Orders\n"
