"""Accounts of services of ours that hold something of each kind, and the names of it all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import boto3

ROLE = "arn:aws:iam::123456789012:role/build"
BUILDSPEC = """
version: 0.2
phases:
  build:
    commands:
      - "true"
reports:
  tests:
    files: [none.xml]
"""
RULE = (
    '{"Version": "2018-11-08", "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}]}'
)


def awslambda() -> list[str]:
    """Make a function with a version and an alias."""
    role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return event")
    client = boto3.client("lambda")
    function = client.create_function(
        FunctionName="shop",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
        Publish=True,
    )
    client.create_alias(FunctionName="shop", Name="live", FunctionVersion="1")
    return ["shop", "shop:live", "live", "$LATEST", function["FunctionArn"]]


def codecommit() -> list[str]:
    """Make a repository with two branches, a pull request with a rule, and a comment."""
    client = boto3.client("codecommit")
    shop = {"repositoryName": "shop"}
    metadata = client.create_repository(**shop)["repositoryMetadata"]
    files = [{"filePath": path, "fileContent": b"1\n"} for path in ("a", "d/b")]
    first = client.create_commit(**shop, branchName="main", putFiles=files)["commitId"]
    client.create_branch(**shop, branchName="feature", commitId=first)
    second = client.put_file(
        **shop, branchName="feature", filePath="a", fileContent=b"2\n", parentCommitId=first
    )
    target = {**shop, "sourceReference": "feature", "destinationReference": "main"}
    request = client.create_pull_request(title="A", targets=[target])["pullRequest"]
    client.create_pull_request_approval_rule(
        pullRequestId="1", approvalRuleName="rule", approvalRuleContent=RULE
    )
    client.create_approval_rule_template(
        approvalRuleTemplateName="rule", approvalRuleTemplateContent=RULE
    )
    comment = client.post_comment_for_compared_commit(
        **shop, beforeCommitId=first, afterCommitId=second["commitId"], content="x"
    )["comment"]
    words = ["shop", "main", "feature", "a", "d/b", "/", "HEAD", "rule", RULE]
    ids = [metadata["Arn"], first, second["commitId"], second["blobId"], comment["commentId"]]
    return [*words, *ids, request["revisionId"]]


def codebuild() -> list[str]:
    """Make two projects, one with a build that has begun, and a report group."""
    client = boto3.client("codebuild")
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/standard:7.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    for name in ("shop", "idle"):
        client.create_project(
            name=name,
            source={"type": "NO_SOURCE", "buildspec": BUILDSPEC},
            artifacts={"type": "NO_ARTIFACTS"},
            environment=environment,
            serviceRole=ROLE,
        )
    build = client.start_build(projectName="shop")["build"]
    group = client.create_report_group(
        name="tests", type="TEST", exportConfig={"exportConfigType": "NO_EXPORT"}
    )["reportGroup"]
    url = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
    words = ["shop", "idle", "tests", "shop:none", BUILDSPEC, ROLE, url, "shop/in.zip", "main"]
    return [*words, build["id"], build["arn"], group["arn"], environment["image"]]


#: What makes an account of a service, and returns the words that mean something in it. A service
#: without one is asked of an empty account.
ACCOUNTS: dict[str, Callable[[], list[str]]] = {
    "awslambda": awslambda,
    "codebuild": codebuild,
    "codecommit": codecommit,
}
