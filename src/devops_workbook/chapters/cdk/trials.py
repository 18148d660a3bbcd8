"""The queues that a learner's test is tried on: right ones, and one for each mistake.

Importing this loads the CDK.
"""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import Duration, Stack, aws_sqs
from constructs import Construct

from devops_workbook.chapters.cdk.shop import ReliableQueue


def _queue(
    scope: Construct, *, days: int = 14, own: Duration | None = None, watched: str = "letters"
) -> None:
    letters = aws_sqs.Queue(scope, "Letters", retention_period=Duration.days(days))
    queue = aws_sqs.Queue(
        scope,
        "Work",
        retention_period=own,
        dead_letter_queue=aws_sqs.DeadLetterQueue(max_receive_count=3, queue=letters),
    )
    if watched:
        watch = letters if watched == "letters" else queue
        watch.metric_approximate_number_of_messages_visible().create_alarm(
            scope, "Alarm", threshold=1, evaluation_periods=1
        )


def _with_another(scope: Stack) -> None:
    ReliableQueue(scope, "Orders")
    aws_sqs.Queue(scope, "Another")


def _with_another_alarm(scope: Stack) -> None:
    ReliableQueue(scope, "Orders")
    aws_sqs.Queue(scope, "Another").metric_approximate_age_of_oldest_message().create_alarm(
        scope, "Late", threshold=600, evaluation_periods=1
    )


def _without_letters(scope: Stack) -> None:
    queue = aws_sqs.Queue(scope, "Work", retention_period=Duration.days(14))
    queue.metric_approximate_number_of_messages_visible().create_alarm(
        scope, "Alarm", threshold=1, evaluation_periods=1
    )


#: What builds each of ``queues.TRIALS``, in their order.
BUILD: tuple[Callable[[Stack], object], ...] = (
    lambda scope: ReliableQueue(scope, "Orders"),
    _with_another,
    lambda scope: ReliableQueue(scope, "Orders", attempts=100),
    lambda scope: _queue(scope, days=4),
    _without_letters,
    lambda scope: _queue(scope, watched=""),
    lambda scope: _queue(scope, watched="queue"),
    lambda scope: _queue(scope, days=4, own=Duration.days(14)),
    _with_another_alarm,
)
