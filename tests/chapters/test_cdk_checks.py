"""Chapter 07: other right ways pass, and mistakes that the notebook does not show are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from devops_workbook import open_lab
from devops_workbook.cdk import CdkError, deploy, diff, start, synth
from devops_workbook.cdk.runtime import quiet
from devops_workbook.chapters.cdk import comparison, queues, refactoring
from devops_workbook.chapters.cdk.scene import the_courses
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests: each begins with ``catch_up``, which empties the account."""
    with quiet():
        start()
    lab = open_lab("cdk")
    lab.recording = False
    yield lab
    lab.close()


def deployed(stack: type, name: str) -> None:
    import aws_cdk

    app = aws_cdk.App()
    stack(app, name)
    with quiet():
        deploy(synth(app))


def test_queues_of_plain_resources_are_as_good(lab: Lab) -> None:
    from aws_cdk import Stack, aws_cloudwatch, aws_sqs

    class Plain(Stack):
        def __init__(self, scope: Any, id: str) -> None:
            super().__init__(scope, id)
            for name in ("Orders", "Mails"):
                letters = aws_sqs.CfnQueue(self, f"{name}Letters", message_retention_period=1209600)
                redrive = {"deadLetterTargetArn": letters.attr_arn, "maxReceiveCount": 3}
                aws_sqs.CfnQueue(self, name, redrive_policy=redrive)
                aws_cloudwatch.CfnAlarm(
                    self,
                    f"{name}Alarm",
                    namespace="AWS/SQS",
                    metric_name="ApproximateNumberOfMessagesVisible",
                    dimensions=[{"name": "QueueName", "value": letters.attr_queue_name}],
                    statistic="Maximum",
                    period=60,
                    evaluation_periods=1,
                    threshold=0,
                    comparison_operator="GreaterThanThreshold",
                )

    lab.catch_up("construct")
    deployed(Plain, "shop-queues")
    assert lab.check("construct").passed


@pytest.mark.parametrize(
    ("shared", "number", "said"),
    [
        (False, 1, "1 queues for work"),
        (True, 2, "throw their dead letters into one"),
    ],
)
def test_queues_that_are_not_two_pairs_are_named(
    lab: Lab, shared: bool, number: int, said: str
) -> None:
    from aws_cdk import Duration, Stack, aws_sqs

    class Wrong(Stack):
        def __init__(self, scope: Any, id: str) -> None:
            super().__init__(scope, id)
            letters = aws_sqs.Queue(self, "Letters", retention_period=Duration.days(14))
            for place in range(number):
                dead = aws_sqs.DeadLetterQueue(max_receive_count=3, queue=letters)
                aws_sqs.Queue(self, f"Queue{place}", dead_letter_queue=dead)

    lab.catch_up("construct")
    deployed(Wrong, "shop-queues")
    result = lab.check("construct")
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


def test_the_predictions_are_what_cloudformation_does(lab: Lab) -> None:
    lab.catch_up("predict")
    found = {edit: refactoring.becomes_of(edit) for edit in refactoring.EDITS}
    assert found == refactoring.BECOMES


def test_data_that_stays_where_it_was_is_as_good_as_the_solution(lab: Lab) -> None:
    from aws_cdk import aws_sns

    from devops_workbook.chapters.cdk.shop import Shop

    class Mended(Shop):
        def __init__(self, scope: Any, id: str) -> None:
            super().__init__(scope, id)
            aws_sns.Topic(self, "OrderEvents")

    lab.catch_up("keep")
    assert lab.check("keep").outcome is Outcome.NOT_STARTED
    assert "[-] AWS::RDS::DBInstance DatabaseB269D8BB destroy" in diff(the_courses("Tidied"))
    with quiet(), pytest.raises(CdkError, match="Action denied by stack policy"):
        deploy(the_courses("Tidied"))
    deployed(Mended, "shop")
    assert lab.check("keep").passed


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "should be what `synth\\(app\\)` returns"),
        ("another name", "No stack of the app is named 'shop-uploads'"),
        ("without rules", "is still found in shop-uploads"),
    ],
)
def test_an_answer_to_the_rules_that_is_something_else_is_named(
    lab: Lab, answer: str | None, said: str
) -> None:
    import aws_cdk
    from aws_cdk import aws_s3, aws_sqs

    app = aws_cdk.App()
    name = "shop-uploads" if answer == "without rules" else "shop"
    stack = aws_cdk.Stack(app, name)
    aws_s3.Bucket(stack, "Uploads")
    aws_sqs.Queue(stack, "Thumbnails")
    with quiet():
        assembly = synth(app)
    result = lab.check("rules", assembly if answer else "a text")
    assert result.outcome in (Outcome.NOT_YET, Outcome.RAISED)
    assert re.search(said, result.message)


def test_a_test_that_raises_always_stops_what_is_right(lab: Lab) -> None:
    def never(template: Any) -> None:
        raise AssertionError("no")

    result = lab.check("test", never)
    assert "Tried the construct as it should be: the test fails" in result.message
    assert len(queues.templates()) == len(queues.TRIALS)


def test_the_comparison_counts_a_learner_s_own_construct_and_else_the_course_s(lab: Lab) -> None:
    from aws_cdk import aws_sqs
    from constructs import Construct

    class ReliableQueue(Construct):
        def __init__(self, scope: Any, id: str) -> None:
            super().__init__(scope, id)
            aws_sqs.Queue(self, "Queue")

    class Empty(Construct):
        """A queue that is not written yet."""

    mine = comparison.compare(ReliableQueue)
    assert "(yours)" in mine.caption
    assert list(mine.rows[-1])[1:] == ["-", "1"]
    course = comparison.compare(Empty)
    assert "(the course's)" in course.caption
    assert list(course.rows[-1])[1:] == ["-", "3"]
    assert [row[1] for row in comparison.who_can_change().rows] == [
        "3 of 7",
        "4 of 7",
        "2 of 7",
        "3 of 7",
    ]
