"""The chapter, its account: three repositories, two roles, a secret; and ways to get at them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from devops_workbook.chapters.source_control import payments
from devops_workbook.chapters.source_control import shop_files as files
from devops_workbook.chapters.source_control.history_writer import HistoryWriter
from devops_workbook.chapters.source_control.shop_history import write_shop
from devops_workbook.chapters.source_control.two_ways import write_gitflow, write_trunk_based
from devops_workbook.errors import UnknownKeyError
from devops_workbook.exercise import Chapter
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

chapter = Chapter(
    "source-control",
    "Source control",
    minutes=70,
    leave_out=("branch-wait", "resolve-conflict"),
)

SHOP, GITFLOW, TRUNK = "shop", "shop-gitflow", "shop-trunk"
ACCOUNT = "123456789012"
ROLES = ("reviewers", "storefront")
#: Whoever acts in the role of a reviewer, as an approval rule names them.
ROLES = ("reviewers", "storefront")
REVIEWERS = f"arn:aws:sts::{ACCOUNT}:assumed-role/reviewers/*"
SECRET = "shop/payment-key"  # noqa: S105 - the secret's name
_HISTORIES: dict[str, Callable[[HistoryWriter], None]] = {
    SHOP: write_shop,
    GITFLOW: write_gitflow,
    TRUNK: write_trunk_based,
}


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the repositories with their histories, the roles and the secret in place."""
    codecommit = clients.client("codecommit", REGION)
    for name, write in _HISTORIES.items():
        codecommit.create_repository(repositoryName=name)
        history = HistoryWriter()
        write(history)
        history.push(Path(clone_url(lab, name)))
    for role in ROLES:
        clients.client("iam", REGION).create_role(
            RoleName=role, AssumeRolePolicyDocument=_anybody_may()
        )
    payments.accept(files.LEAKED_KEY)
    clients.client("secretsmanager", REGION).create_secret(
        Name=SECRET, SecretString=files.LEAKED_KEY
    )
    _ask_for_delivery_date()


def clone_url(lab: Lab, name: str) -> str:
    """Return what ``git clone`` takes for a repository of the lab: the path of its folder.

    On AWS it is the ``cloneUrlHttp`` of the repository.
    """
    return str(lab.aws.folder / "codecommit" / ACCOUNT / REGION / f"{name}.git")


def as_role(role: str) -> Any:
    """Return a CodeCommit client that calls as a colleague in a role: reviewers, storefront.

    Raises ``UnknownKeyError`` for another role: STS on AWS would refuse it, moto's would not.
    """
    if role not in ROLES:
        raise UnknownKeyError("role", role, ROLES)
    answer = clients.client("sts", REGION).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="on-duty"
    )
    key = answer["Credentials"]
    return boto3.client(
        "codecommit",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )


def rule_of(approvals: int, *members: str) -> str:
    """Return the content of an approval rule."""
    statement: dict[str, Any] = {"Type": "Approvers", "NumberOfApprovalsNeeded": approvals}
    if members:
        statement["ApprovalPoolMembers"] = list(members)
    return json.dumps({"Version": "2018-11-08", "Statements": [statement]})


def tip(branch: str) -> str | None:
    """Return the id of the commit at the tip of a branch of the shop, or None without it."""
    try:
        found = clients.client("codecommit", REGION).get_branch(
            repositoryName=SHOP, branchName=branch
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "BranchDoesNotExistException":
            raise
        return None
    return str(found["branch"]["commitId"])


def text_of(path: str, commit: str = "main") -> str | None:
    """Return a file of the shop as text, or None where it is not."""
    try:
        found = clients.client("codecommit", REGION).get_file(
            repositoryName=SHOP, filePath=path, commitSpecifier=commit
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "FileDoesNotExistException":
            raise
        return None
    return bytes(found["fileContent"]).decode()


def put(branch: str, path: str, text: str, message: str, client: Any = None) -> None:
    """Commit one file of the shop to a branch."""
    (client or clients.client("codecommit", REGION)).put_file(
        repositoryName=SHOP,
        branchName=branch,
        filePath=path,
        fileContent=text.encode(),
        parentCommitId=tip(branch),
        commitMessage=message,
        name="Storefront team",
        email="storefront@shop.example",
    )


def _ask_for_delivery_date() -> None:
    """Let the storefront team open pull request 1, have it approved, and push once more."""
    storefront, reviewers = as_role("storefront"), as_role("reviewers")
    request = storefront.create_pull_request(
        title="Show the delivery date",
        targets=[{"repositoryName": SHOP, "sourceReference": "delivery-date"}],
    )["pullRequest"]
    number = request["pullRequestId"]
    storefront.create_pull_request_approval_rule(
        pullRequestId=number,
        approvalRuleName="one reviewer",
        approvalRuleContent=rule_of(1, REVIEWERS),
    )
    reviewers.update_pull_request_approval_state(
        pullRequestId=number, revisionId=request["revisionId"], approvalState="APPROVE"
    )
    message = "Say soon where no date is known"
    put("delivery-date", files.CART_PATH, files.CART_WITH_DAY, message, storefront)


def _anybody_may() -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
