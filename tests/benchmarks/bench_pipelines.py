"""What one execution of a pipeline costs, and that its history makes it no dearer.

Run by ``make bench``. The pipeline takes its source from CodeCommit, has it built by CodeBuild, and
deploys it to S3; a build runs one command. Times are of the processor, this process's own and that
of the builds' commands, so that a busy machine does not count. Target: at most 100 ms of its own.
"""

from __future__ import annotations

import json
import resource
import statistics
from datetime import UTC, datetime
from typing import Any

import boto3

from offline_aws import OfflineAWS

EXECUTIONS = (20, 80)
ROLE = "arn:aws:iam::123456789012:role/pipeline"
SPEC = {
    "version": 0.2,
    "phases": {"build": {"commands": ["true"]}},
    "artifacts": {"files": ["**/*"]},
}


def prepare() -> None:
    """Create the repository, the project, the buckets and the pipeline."""
    for bucket in ("artifacts", "site"):
        boto3.client("s3").create_bucket(Bucket=bucket)
    codecommit = boto3.client("codecommit")
    codecommit.create_repository(repositoryName="shop")
    put = [{"filePath": "index.html", "fileContent": b"shop"}]
    codecommit.create_commit(repositoryName="shop", branchName="main", putFiles=put)
    boto3.client("codebuild").create_project(
        name="shop",
        source={"type": "CODEPIPELINE", "buildspec": json.dumps(SPEC)},
        artifacts={"type": "CODEPIPELINE"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=ROLE,
    )
    source = {"RepositoryName": "shop", "BranchName": "main", "PollForSourceChanges": "false"}
    stages = [
        stage("Source", "CodeCommit", source, outputs=["Code"]),
        stage("Build", "CodeBuild", {"ProjectName": "shop"}, ["Code"], ["Site"]),
        stage("Deploy", "S3", {"BucketName": "site", "Extract": "true"}, ["Site"]),
    ]
    store = {"type": "S3", "location": "artifacts"}
    pipeline = {"name": "shop", "roleArn": ROLE, "artifactStore": store, "stages": stages}
    boto3.client("codepipeline").create_pipeline(pipeline=pipeline)


def stage(
    category: str,
    provider: str,
    configuration: dict[str, str],
    inputs: list[str] | None = None,
    outputs: list[str] | None = None,
) -> dict[str, Any]:
    """Return a stage of one action."""
    action = {
        "name": category,
        "actionTypeId": {
            "category": category,
            "owner": "AWS",
            "provider": provider,
            "version": "1",
        },
        "configuration": configuration,
        "inputArtifacts": [{"name": name} for name in inputs or ()],
        "outputArtifacts": [{"name": name} for name in outputs or ()],
    }
    return {"name": category, "actions": [action]}


def used() -> tuple[float, float]:
    """Return the milliseconds of the processor that this process and its children had."""
    times = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    own, children = (1000 * (each.ru_utime + each.ru_stime) for each in times)
    return own, children


def main() -> None:
    """Print the medians of the first executions and of those after a long history."""
    print(f"{'executions':>11}{'own ms':>9}{'ms of commands':>16}")
    with OfflineAWS(now=datetime(2026, 1, 5, 9, tzinfo=UTC)) as aws:
        prepare()
        aws.clock.advance(minutes=5)
        client = boto3.client("codepipeline")
        for number in EXECUTIONS:
            costs = []
            for _ in range(number):
                before = used()
                client.start_pipeline_execution(name="shop")
                aws.clock.advance(minutes=5)
                costs.append([after - then for after, then in zip(used(), before, strict=True)])
            own, children = (statistics.median(each) for each in zip(*costs, strict=True))
            print(f"{number:>11}{own:>9.0f}{children:>16.0f}")


if __name__ == "__main__":
    main()
