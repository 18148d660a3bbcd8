"""The chapter, and the account that it begins in."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.build_and_test import other_faults
from devops_workbook.chapters.build_and_test.buildspecs import BUILDSPEC, RESULTS
from devops_workbook.chapters.build_and_test.faults import (
    DISCOUNT_TWICE,
    FINDINGS,
    NO_ROUNDING,
    files_with,
)
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop_repository import commit_files, create_shop_repository
from offline_aws import clients

chapter = Chapter(
    "build-and-test",
    "Build and test",
    minutes=75,
    leave_out=("cache", "other-buildspecs", "keep-results"),
)

PROJECT = "orders"
SMOKE_TEST, TRY_OUT = "orders-smoke-test", "try-out"
COLLEAGUES_BRANCH = "rounding"
BUILDS_BUCKET, RELEASES_BUCKET = "shop-builds", "shop-releases"
ROLE = "arn:aws:iam::123456789012:role/shop-build"
SECRET = "shop/payments"  # noqa: S105 - the name of a secret
#: The sandbox key that somebody left in the smoke test's settings.
LEAKED = "sandbox-4c1d9e72"
ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
    "computeType": "BUILD_GENERAL1_SMALL",
}

_SMOKE_TEST = """\
version: 0.2

env:
  secrets-manager:
    PAYMENT_KEY: shop/payments:key

phases:
  build:
    commands:
      - echo "Paying one cent in the sandbox with key $PAYMENT_KEY"
"""
_TRY_OUT = "version: 0.2\nphases: {build: {commands: [echo nothing to do]}}\n"


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the shop's code, three CodeBuild projects, two buckets and a secret into the account."""
    files = files_with([DISCOUNT_TWICE, *FINDINGS])
    _make_repository({**files, **other_faults.buildspecs()})
    s3 = clients.client("s3", REGION)
    for bucket in (BUILDS_BUCKET, RELEASES_BUCKET):
        s3.create_bucket(Bucket=bucket)
    codebuild = clients.client("codebuild", REGION)
    codebuild.create_project(
        name=PROJECT,
        source={"type": "CODECOMMIT", "location": _clone_url(), "buildspec": BUILDSPEC},
        sourceVersion="refs/heads/main",
        artifacts={
            "type": "S3",
            "location": BUILDS_BUCKET,
            "name": "orders.zip",
            "namespaceType": "BUILD_ID",
            "packaging": "ZIP",
        },
        environment=ENVIRONMENT,
        serviceRole=ROLE,
    )
    _make_smoke_test(codebuild)
    _make_without_source(codebuild, TRY_OUT, _TRY_OUT, [])


def _make_repository(files: dict[str, str]) -> None:
    """Create the repository, and beside main a branch with another mistake."""
    first = create_shop_repository(files)
    clients.client("codecommit", REGION).create_branch(
        repositoryName="shop", branchName=COLLEAGUES_BRANCH, commitId=first
    )
    hers = {**files_with([NO_ROUNDING]), BUILDSPEC: RESULTS}
    changed = {path: text for path, text in hers.items() if files.get(path) != text}
    commit_files("Do not round vouchers", changed, COLLEAGUES_BRANCH)


def _clone_url() -> str:
    codecommit = clients.client("codecommit", REGION)
    found = codecommit.get_repository(repositoryName="shop")["repositoryMetadata"]
    return str(found["cloneUrlHttp"])


def _make_smoke_test(codebuild: Any) -> None:
    clients.client("secretsmanager", REGION).create_secret(
        Name=SECRET, SecretString=f'{{"key": "{LEAKED}"}}'
    )
    plain = {"name": "PAYMENT_KEY", "value": LEAKED, "type": "PLAINTEXT"}
    _make_without_source(codebuild, SMOKE_TEST, _SMOKE_TEST, [plain])


def _make_without_source(
    codebuild: Any, name: str, buildspec: str, variables: list[dict[str, str]]
) -> None:
    codebuild.create_project(
        name=name,
        source={"type": "NO_SOURCE", "buildspec": buildspec},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={**ENVIRONMENT, "environmentVariables": variables},
        serviceRole=ROLE,
    )
