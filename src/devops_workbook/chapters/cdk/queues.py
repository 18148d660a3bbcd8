"""Exercises on a construct of one's own: write it, use it twice, test it."""

from __future__ import annotations

import math
from typing import Any

from devops_workbook.cdk import start
from devops_workbook.chapters.cdk import account
from devops_workbook.chapters.cdk.scene import QUEUES, chapter
from devops_workbook.checks import require, untouched
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab

ATTEMPTS, DAYS = 3, 14
#: Seconds that count as "as soon as": CloudWatch's usual periods are five minutes.
_SOON = 15 * 60
_SECONDS_A_DAY = 24 * 60 * 60
_METRIC = "ApproximateNumberOfMessagesVisible"


@chapter.exercise(
    "construct",
    title="Write a construct and use it twice",
    minutes=9,
    hints=(
        "What belongs to the construct has the construct as its scope: `sqs.Queue(self, "
        '"DeadLetters", retention_period=…)`.',
        "`dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=…, queue=…)` is an argument "
        "of the other queue.",
        "`letters.metric_approximate_number_of_messages_visible().create_alarm(self, "
        '"Alarm", threshold=…, evaluation_periods=1, comparison_operator=…)`. The usual '
        "comparison is GREATER_THAN_OR_EQUAL_TO_THRESHOLD.",
    ),
)
def check_construct(lab: Lab, answer: Any) -> str:
    """Two queues, each with dead letters of its own and an alarm on those."""
    status = account.status(QUEUES)
    if not status:
        raise NotStarted(f"There is no stack {QUEUES} yet.")
    require(
        status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"),
        f"The stack {QUEUES} says {status}. `first_failure({QUEUES!r})` says why.",
    )
    queues = account.queues(QUEUES)
    letters = {each["redrive"].get("deadLetterTargetArn", "") for each in queues.values()} - {""}
    working = {arn: each for arn, each in queues.items() if arn not in letters}
    require(
        len(working) == 2,
        f"{QUEUES} has {len(working)} queues for work, beside those for dead letters. It needs "
        "two: Orders and Mails.",
    )
    for arn, queue in working.items():
        _check_queue(arn, queue, queues)
    require(len(letters) == 2, "Both queues throw their dead letters into one: give each its own.")
    _check_alarms([each.rpartition(":")[2] for each in letters])
    return "Two queues with dead letters and alarms, from one construct. A third costs one line."


def _check_queue(arn: str, queue: account.Shape, queues: dict[str, account.Shape]) -> None:
    name = arn.rpartition(":")[2]
    target = queue["redrive"].get("deadLetterTargetArn")
    require(target, f"The queue {name} has no queue for dead letters.")
    require(
        target in queues,
        f"The dead letters of {name} go to {target}, which the stack has not made. Make that queue "
        "inside the construct.",
    )
    attempts = int(queue["redrive"]["maxReceiveCount"])
    require(
        attempts == ATTEMPTS, f"The queue {name} tries {attempts} times, and should {ATTEMPTS}."
    )
    seconds = int(queues[str(target)]["MessageRetentionPeriod"])
    require(
        seconds == DAYS * _SECONDS_A_DAY,
        f"The dead letters of {name} are kept for {seconds / _SECONDS_A_DAY:g} days, and should "
        f"be for {DAYS}.",
    )


def _check_alarms(letters: list[str]) -> None:
    for name in letters:
        watching = [each for each in account.alarms(QUEUES) if _watches(each, name)]
        require(watching, f"No alarm watches {_METRIC} of {name}, where dead letters lie.")
        require(
            any(_rings_at_the_first(each) for each in watching),
            f"The alarm on {name} does not ring at the first dead letter: "
            f"{watching[0].get('Statistic', 'value')} {watching[0]['ComparisonOperator']} "
            f"{watching[0].get('Threshold', 0):g}, in {watching[0]['EvaluationPeriods']} "
            f"periods of {watching[0].get('Period', 60)} seconds.",
        )


def _watches(alarm: account.Shape, queue: str) -> bool:
    """Return whether an alarm looks at a queue's messages, alone or in an expression."""
    metrics = [
        each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each
    ]
    return any(
        each.get("MetricName") == _METRIC
        and {"Name": "QueueName", "Value": queue} in each.get("Dimensions", ())
        for each in [alarm, *metrics]
    )


def _rings_at_the_first(alarm: account.Shape) -> bool:
    above, threshold = alarm["ComparisonOperator"], alarm.get("Threshold", math.inf)
    # How many samples there were says nothing about letters: it is above zero all the time.
    if alarm.get("Statistic") == "SampleCount" or _seconds(alarm) > _SOON:
        return False
    if above == "GreaterThanThreshold":
        return bool(0 <= threshold < 1)
    return bool(above == "GreaterThanOrEqualToThreshold" and 0 < threshold <= 1)


def _seconds(alarm: account.Shape) -> float:
    """Return how long letters lie there before an alarm rings."""
    points = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    return float(points * alarm.get("Period", 60))


#: What a test must let pass (True) or stop, and what was changed to make it so.
TRIALS: tuple[tuple[str, bool], ...] = (
    ("the construct as it should be", True),
    ("the construct with another queue beside it", True),
    ("a queue that tries a hundred times", False),
    ("dead letters that are kept for four days", False),
    ("no queue for dead letters at all", False),
    ("dead letters that nobody watches", False),
    ("an alarm on the queue instead of its dead letters", False),
    ("a queue that keeps messages for 14 days, and its dead letters for four", False),
    ("the construct with another alarm beside it", True),
)


def templates() -> dict[str, Any]:
    """Return an ``assertions.Template`` for each trial."""
    cdk: Any = start()
    from aws_cdk import assertions

    from devops_workbook.chapters.cdk import trials

    found = {}
    for place, (words, _) in enumerate(TRIALS):
        stack = cdk.Stack(cdk.App(), "tried")
        trials.BUILD[place](stack)
        found[words] = assertions.Template.from_stack(stack)
    return found


@chapter.exercise(
    "test",
    title="Test the construct",
    minutes=8,
    answer="test_reliable_queue",
    hints=(
        "`template.has_resource_properties(type, properties)` raises where no resource of the type "
        "has these properties; what you leave out is not compared. They are those of "
        "CloudFormation: RedrivePolicy, MessageRetentionPeriod (in seconds), Dimensions.",
        '`{"RedrivePolicy": {"maxReceiveCount": 3, "deadLetterTargetArn": '
        "Match.any_value()}}` looks into the redrive policy.",
        "`letters = Capture()`, put in the place of a value, holds what stood there: in "
        '`{"Fn::GetAtt": [letters, "Arn"]}` the logical id of the queue for dead letters. '
        '`letters.as_string()` goes into the alarm: `{"Name": "QueueName", "Value": '
        '{"Fn::GetAtt": [letters.as_string(), "QueueName"]}}`.',
    ),
)
def check_test(lab: Lab, answer: Any) -> str:
    """The test lets right templates pass and stops each wrong one."""
    require(callable(answer), "`test_reliable_queue` should be a function of a template.")
    if untouched(answer):
        raise NotStarted("`test_reliable_queue` tests nothing yet.")
    found = templates()
    for words, right in TRIALS:
        failure = _failure(answer, found[words], right)
        if right:
            require(not failure, f"Tried {words}: the test fails, and nothing is wrong. {failure}")
        else:
            require(failure, f"Tried {words}: the test passes.")
    wrong = sum(not right for _, right in TRIALS)
    return f"Your test stops all {wrong} broken queues, and lets those pass that are right."


def _failure(function: Any, template: Any, right: bool) -> str:
    """Return what a test says, "" where it passes.

    Any exception makes a test fail. On a right template it is a mistake in the test, and raised.
    """
    try:
        function(template)
    except (AssertionError, RuntimeError) as error:  # the CDK's assertions raise RuntimeError
        return str(error).partition("\n")[0] or "It raised an AssertionError."
    except TypeError as error:
        if "positional argument" in str(error):
            raise NotYet(f"`test_reliable_queue` should take the template alone: {error}") from None
        return _unless(right, error)
    except Exception as error:
        return _unless(right, error)
    return ""


def _unless(right: bool, error: Exception) -> str:
    if right:
        raise error
    return f"{type(error).__name__}: {error}"
