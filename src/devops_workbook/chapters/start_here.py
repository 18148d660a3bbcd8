"""Chapter 00: how the workbook works, with a first call to offline AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import boto3

from devops_workbook.checks import number, require
from devops_workbook.exercise import Chapter, NotStarted, NotYet
from devops_workbook.lab import MONDAY, Lab

chapter = Chapter("start-here", "Start here", minutes=15, leave_out=None)

RELEASES = {
    "orders/orders-1.35.0.jar": b"orders, built on a laptop",
    "orders/orders-1.36.0.jar": b"orders, built on another laptop",
    "storefront/storefront-1.33.1.zip": b"storefront, built on a laptop",
}
RELEASE_NIGHT = datetime(2026, 1, 9, 21, tzinfo=UTC)


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the shop's hand-made releases into a bucket."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="shop-releases")
    for key, body in RELEASES.items():
        s3.put_object(Bucket="shop-releases", Key=key, Body=body)


@chapter.exercise(
    "first-bucket",
    title="Make a bucket",
    minutes=2,
    hints=(
        "The client has a method named after the API operation CreateBucket.",
        'Its only argument here is Bucket="shop-release-notes".',
    ),
)
def check_first_bucket(lab: Lab, answer: Any) -> str:
    """The account has a bucket named shop-release-notes."""
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    if names == ["shop-releases"]:
        raise NotStarted("The account still holds only the bucket it came with, shop-releases.")
    others = ", ".join(name for name in names if name != "shop-releases") or "no other"
    require(
        "shop-release-notes" in names,
        "Looked for a bucket named shop-release-notes. Beside shop-releases there is: "
        f"{others}. Compare the spelling.",
    )
    return "S3 lists shop-release-notes. You made it with the call you would use on AWS."


@chapter.exercise(
    "on-purpose",
    title="Get something wrong on purpose",
    minutes=2,
    answer="days_to_wait",
    hints=(
        "The lab's clock stands on a Monday. The team releases on Friday.",
        "From Monday to Tuesday is one day. Count on from there.",
    ),
)
def check_on_purpose(lab: Lab, answer: Any) -> str:
    """The answer is the number of days from the lab's Monday to its Friday."""
    days = (RELEASE_NIGHT.date() - MONDAY.date()).days
    number(
        answer,
        days,
        "`days_to_wait`",
        mistakes={"Monday itself is not a day of waiting: count the nights between.": days + 1},
    )
    return "A fix that is ready on Monday morning waits four days for its customers."


@chapter.exercise(
    "move-the-clock",
    title="Move the clock to Friday night",
    minutes=3,
    hints=(
        "`lab.clock.advance(days=1)` moves it by a day. Give it days and hours.",
        "Monday 09:00 to Friday 09:00 is four days. 21:00 is twelve hours later.",
        "Gone too far? `lab.reset()` brings the clock back to Monday 09:00.",
    ),
)
def check_move_the_clock(lab: Lab, answer: Any) -> str:
    """The lab's clock stands at Friday 21:00 UTC."""
    now = lab.clock.now()
    if now == MONDAY:
        raise NotStarted(f"The clock still stands at {_words(MONDAY)}.")
    if now > RELEASE_NIGHT:
        raise NotYet(
            f"The clock stands at {_words(now)}, past Friday 21:00. It cannot go back, "
            "but `lab.reset()` starts the account anew."
        )
    require(
        now == RELEASE_NIGHT,
        f"The clock stands at {_words(now)}. It should stand at Friday 21:00.",
    )
    return f"It is {_words(now)} in the lab, and no time at all has passed for you."


def _words(when: datetime) -> str:
    return f"{when:%A %d %B %Y, %H:%M} UTC"


chapter.question(
    "q-offline",
    "You run `boto3.client('s3').create_bucket(...)` in a lab. What happens?",
    {
        "a": (
            "A bucket is made in the AWS account your machine is logged in to.",
            "Credentials on your machine are not used: the lab answers every call itself.",
        ),
        "b": (
            "A bucket is made in an account that lives in this notebook's process.",
            "The call runs the real boto3 and stops at the lab, before the network.",
        ),
        "c": (
            "Nothing; the call returns a fixed answer.",
            "The bucket is really there: list_buckets shows it, and a second lab does not.",
        ),
    },
    right="b",
)
chapter.question(
    "q-clock",
    "When does time pass in the lab?",
    {
        "a": (
            "As on the wall.",
            "You can leave for lunch: the lab's clock stands still until something moves it.",
        ),
        "b": (
            "Never.",
            "You moved it yourself, from Monday to Friday.",
        ),
        "c": (
            "When you advance it, or when a call waits for something.",
            "A waiter that would sleep for minutes moves the lab's clock by those minutes.",
        ),
    },
    right="c",
)
chapter.question(
    "q-stuck",
    "You are stuck on an exercise. What does it cost to look at a hint or the solution?",
    {
        "a": (
            "The exercise then no longer counts.",
            "It counts. Reading a solution and then writing it yourself is a way to learn.",
        ),
        "b": (
            "Nothing.",
            "Hints come one at a time, and the solution asks once if you have not tried yet.",
        ),
        "c": (
            "Points.",
            "There are none.",
        ),
    },
    right="b",
)
