"""Exercise on building once and releasing the same artifact everywhere."""

from __future__ import annotations

import hashlib
from typing import Any

from devops_workbook.chapters.build_and_test import buildspecs, stages
from devops_workbook.chapters.build_and_test.account import builds_of
from devops_workbook.chapters.build_and_test.faults import DISCOUNT_TWICE, FINDINGS
from devops_workbook.chapters.build_and_test.scenario import (
    COLLEAGUES_BRANCH,
    RELEASES_BUCKET,
    chapter,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_KEYS = ("staging/orders.zip", "production/orders.zip")


def _arrange(lab: Lab) -> None:
    stages.arrange(lab, buildspecs.RESULTS, [DISCOUNT_TWICE, *FINDINGS])
    for _ in range(2):
        stages.run_build(lab)
    stages.run_build(lab, COLLEAGUES_BRANCH)


@chapter.exercise(
    "promote",
    title="Build once, release the same bytes",
    minutes=4,
    hints=(
        "`list_builds_for_project` lists the newest first. Take the newest whose `buildStatus` is "
        "SUCCEEDED; its `artifacts` have `location` and `sha256sum`.",
        '`s3.copy_object(Bucket=…, Key=…, CopySource={"Bucket": …, "Key": …})` copies without a '
        "build. The location is an ARN: `arn:aws:s3:::bucket/key`.",
    ),
    arrange=_arrange,
)
def check_promote(lab: Lab, answer: Any) -> str:
    """Staging and production hold the same bytes, those of one green build of the service."""
    digests = {key: _digest(key) for key in _KEYS}
    if not any(digests.values()):
        raise NotStarted(f"Bucket {RELEASES_BUCKET} is empty.")
    made = {build["artifacts"].get("sha256sum"): build for build in builds_of()[::-1]}
    for key, digest in digests.items():
        require(digest, f"Looked for {key} in {RELEASES_BUCKET}, found nothing.")
        require(
            digest in made,
            f"{key} is not what any build of project orders made. Copy the artifact as it is.",
        )
    used = [made[digest] for digest in digests.values()]
    red = [build for build in used if build["buildStatus"] != "SUCCEEDED"]
    if red:
        raise NotYet(
            f"What was released comes from build {red[0]['buildNumber']}, which is "
            f"{red[0]['buildStatus']}. CodeBuild uploads the artifact of a red build, too."
        )
    require(
        len(set(digests.values())) == 1,
        f"Staging has build {used[0]['buildNumber']} and production build "
        f"{used[1]['buildNumber']}. What was tried out is not what runs.",
    )
    newest = next(build for build in builds_of() if build["buildStatus"] == "SUCCEEDED")
    require(
        newest["resolvedSourceVersion"] == used[0]["resolvedSourceVersion"],
        f"Both hold build {used[0]['buildNumber']}, which is green, and so is build "
        f"{newest['buildNumber']} of a newer commit.",
    )
    return f"Both hold build {used[0]['buildNumber']}, sha256 {digests[_KEYS[0]][:12]}."


def _digest(key: str) -> str:
    s3 = clients.client("s3", REGION)
    try:
        body = s3.get_object(Bucket=RELEASES_BUCKET, Key=key)["Body"].read()
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
        return ""
    return hashlib.sha256(body).hexdigest()
