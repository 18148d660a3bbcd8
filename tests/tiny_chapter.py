"""A chapter with one exercise for each way a check can end."""

from __future__ import annotations

from typing import Any

import boto3

from devops_workbook.checks import call, number, require
from devops_workbook.exercise import Chapter, NotStarted, SetupMissing
from devops_workbook.lab import Lab


def bucket_names() -> list[str]:
    """Return the names of the buckets in the account that boto3 sees."""
    return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]


def make_bucket(name: str) -> None:
    """Make a bucket in the account that boto3 sees."""
    boto3.client("s3").create_bucket(Bucket=name)


def tiny_chapter() -> Chapter:
    """Return the chapter."""
    chapter = Chapter("tiny", "Tiny", minutes=5)
    hints = ("Think.", "Think again.")

    @chapter.scenario
    def scenario(lab: Lab) -> None:
        make_bucket("given")

    @chapter.exercise("bucket", title="Make a bucket", minutes=1, hints=hints)
    def check_bucket(lab: Lab, answer: Any) -> str:
        if bucket_names() == ["given"]:
            raise NotStarted("The account holds only given.")
        require("wanted" in bucket_names(), f"Looked for wanted, found {bucket_names()}.")
        return "S3 lists wanted."

    @chapter.exercise("double", title="Double", minutes=1, hints=hints, answer="double")
    def check_double(lab: Lab, answer: Any) -> str:
        number(call(answer, 2), 4, "double(2)")
        return "Twice."

    @chapter.exercise("longest", title="Longest", minutes=1, hints=hints, answer="names")
    def check_longest(lab: Lab, answer: Any) -> str:
        return str(max(answer, key=len))

    @chapter.exercise(
        "later", title="Later", minutes=1, hints=hints, arrange=lambda lab: make_bucket("arranged")
    )
    def check_later(lab: Lab, answer: Any) -> str:
        boto3.client("s3").head_bucket(Bucket="arranged")
        return "It is there."

    @chapter.exercise("ground", title="Ground", minutes=1, hints=hints)
    def check_ground(lab: Lab, answer: Any) -> str:
        if "given" not in bucket_names():
            raise SetupMissing("The bucket given is gone. Run lab.reset().")
        return "It stands."

    chapter.question("q-two", "Two?", {"a": ("One", "Less."), "b": ("Two", "Yes.")}, right="b")
    return chapter
