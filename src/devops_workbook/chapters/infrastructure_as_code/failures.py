"""Exercises on a creation that failed: read the events, and get out of ROLLBACK_COMPLETE."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.infrastructure_as_code import account
from devops_workbook.chapters.infrastructure_as_code.operate import status_of
from devops_workbook.chapters.infrastructure_as_code.scene import (
    REPORTS,
    TAKEN,
    arrange_reports,
    chapter,
)
from devops_workbook.checks import as_number, as_text, describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_KINDS = {"AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::Logs::LogGroup", "AWS::SNS::Topic"}


@chapter.exercise(
    "root-cause",
    title="Find the first cause",
    minutes=3,
    answer="cause",
    hints=(
        "Only failures matter: keep the events whose ResourceStatus ends with _FAILED.",
        "The first failure in time is the cause. Its ResourceStatusReason says something; the "
        "others say that they were cancelled.",
    ),
    arrange=arrange_reports,
)
def check_root_cause(lab: Lab, answer: Any) -> str:
    """The resource that failed by itself, its reason, and how many were only cancelled."""
    require_entries(answer, "cause", ("resource", "reason", "cancelled"))
    given, said = (as_text(answer[key], f"cause['{key}']") for key in ("resource", "reason"))
    cancelled = as_number(answer["cancelled"], "cause['cancelled']")
    failed = [each for each in account.events(REPORTS) if each["ResourceStatus"] == "CREATE_FAILED"]
    if not failed:
        raise SetupMissing(f"No resource of the stack {REPORTS} has failed.")
    first = failed[0]
    require(
        given != REPORTS,
        f"{REPORTS} is the stack. It rolled back because one of its resources failed.",
    )
    hurt = {each["LogicalResourceId"] for each in failed[1:]}
    require(
        given not in hurt,
        f"{given} was cancelled: it was not ready when another resource failed.",
    )
    require(
        given == first["LogicalResourceId"],
        f"cause['resource'] is {describe(answer['resource'])}, which has not failed.",
    )
    reason, right = (" ".join(each.split()) for each in (said, first["ResourceStatusReason"]))
    require(
        reason and reason in right,
        f"cause['reason'] is {describe(answer['reason'])}. The event of {given} has another.",
    )
    require(
        len(reason) > len(right) / 3,
        f"cause['reason'] is {describe(answer['reason'])}. The event of {given} says more.",
    )
    require(
        cancelled == len(hurt),
        f"cause['cancelled'] is {describe(answer['cancelled'])}. Count the resources whose reason "
        "says that their creation was cancelled.",
    )
    return f"{given} failed, {len(hurt)} others were cancelled: {first['ResourceStatusReason']}"


@chapter.exercise(
    "rolled-back",
    title="Out of ROLLBACK_COMPLETE",
    minutes=4,
    kind="break/fix",
    hints=(
        "What rolled back at its creation has nothing left that could be updated. It can only be "
        "deleted.",
        "The name of a bucket belongs to one account in the world. Leave BucketName out, and "
        "CloudFormation makes up a name.",
        "`cloudformation.delete_stack(StackName=…)`, then `settle(lab, …)`, then "
        "`deploy(lab, …, template)`.",
    ),
    arrange=arrange_reports,
)
def check_rolled_back(lab: Lab, answer: Any) -> str:
    """The stack exists again, complete, and the old bucket is untouched."""
    status = status_of(REPORTS)
    buckets = {each["Name"] for each in clients.client("s3", REGION).list_buckets()["Buckets"]}
    require(
        TAKEN in buckets,
        f"The bucket {TAKEN} is gone. It was somebody's, and had nothing to do with the reports "
        "but its name.",
    )
    if status == "ROLLBACK_COMPLETE":
        deleted = any(
            each["StackName"] == REPORTS and each["StackStatus"] == "DELETE_COMPLETE"
            for each in clients.client("cloudformation", REGION).list_stacks()["StackSummaries"]
        )
        if deleted:
            raise NotYet("The stack was deleted, made again, and has rolled back again.")
        raise NotStarted(f"The stack {REPORTS} is still in ROLLBACK_COMPLETE.")
    require(status != "DELETE_COMPLETE", f"The stack {REPORTS} is gone. The reports need one.")
    require(
        status != "REVIEW_IN_PROGRESS",
        f"The stack {REPORTS} has a change set and nothing more: execute it.",
    )
    require(
        not status.endswith("IN_PROGRESS"),
        f"The stack {REPORTS} says {status}. Let it come to rest: `settle(lab, {REPORTS!r})`.",
    )
    require(
        status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"),
        f"The stack {REPORTS} says {status}. `events_table({REPORTS!r})` says why.",
    )
    require(
        TAKEN not in account.resources(REPORTS).values(),
        f"The stack {REPORTS} has a bucket {TAKEN} now: the one of before was deleted, and what "
        "lay in it is gone. Give the reports a bucket of another name.",
    )
    kinds = {each["Type"] for each in account.template(REPORTS)["Resources"].values()}
    require(
        kinds >= _KINDS,
        f"The stack lacks what the reports need: {', '.join(sorted(_KINDS - kinds))}.",
    )
    return f"{REPORTS} says {status}, and {TAKEN} is as it was."
