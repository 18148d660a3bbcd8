"""Chapter 07: other constructs to the same end pass, and what was left out or lost is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.cdk import deploy, start, synth
from devops_workbook.cdk.runtime import quiet
from devops_workbook.chapters.cdk.scene import the_courses
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

Build = Callable[[Any], object]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests: each begins with ``catch_up``, which empties the account."""
    with quiet():
        start()
    lab = open_lab("cdk")
    lab.recording = False
    yield lab
    lab.close()


def deployed(build: Build, name: str = "shop", base: bool = True) -> None:
    """Deploy a stack, that of the chapter with more in it, or an empty one."""
    import aws_cdk

    from devops_workbook.chapters.cdk.shop import Base

    app = aws_cdk.App()
    build(Base(app, name) if base else aws_cdk.Stack(app, name))
    with quiet():
        deploy(synth(app))


def network_of(stack: Any) -> Any:
    from aws_cdk import aws_ec2

    return aws_ec2.Vpc(stack, "Network", max_azs=2, nat_gateways=0)


def add_data(stack: Any, network: Any = None, **settings: Any) -> None:
    from aws_cdk import aws_cognito

    from devops_workbook.chapters.cdk.shop import add_database

    database = add_database(stack, network or stack.network)
    for name, value in settings.items():
        setattr(database.node.default_child, name, value)
    aws_cognito.UserPool(stack, "Customers").add_client("Storefront")


def plain_data(stack: Any) -> None:
    from aws_cdk import aws_cognito, aws_rds

    subnets = [each.subnet_id for each in stack.network.isolated_subnets]
    group = aws_rds.CfnDBSubnetGroup(
        stack, "Group", db_subnet_group_description="Isolated", subnet_ids=subnets
    )
    aws_rds.CfnDBInstance(
        stack,
        "Database",
        engine="postgres",
        engine_version="17.6",
        db_instance_class="db.t4g.micro",
        allocated_storage="20",
        storage_encrypted=True,
        master_username="shop",
        manage_master_user_password=True,
        db_subnet_group_name=group.ref,
    )
    pool = aws_cognito.CfnUserPool(stack, "Customers")
    aws_cognito.CfnUserPoolClient(stack, "Storefront", user_pool_id=pool.ref)


def elsewhere(stack: Any) -> None:
    from aws_cdk import aws_ec2

    add_data(stack, aws_ec2.Vpc(stack, "Second", max_azs=2, nat_gateways=0))


@pytest.mark.parametrize(
    ("build", "base", "said"),
    [
        (plain_data, True, "✓ Passed"),
        (lambda stack: add_data(stack, network_of(stack)), False, "has lost its AWS::SQS::Queue"),
        (elsewhere, True, "stands in the network Second"),
        (
            lambda stack: add_data(stack, allocated_storage="100"),
            True,
            "AllocatedStorage 100, and should have 20",
        ),
    ],
)
def test_data_in_base_by_any_construct(lab: Lab, build: Build, base: bool, said: str) -> None:
    lab.catch_up("data")
    deployed(build, base=base)
    assert said in str(lab.check("data"))


def queue(scope: Any, name: str, outside: str = "", **alarm: Any) -> Any:
    """Add a queue with dead letters, in the stack or outside, and an alarm with settings."""
    from aws_cdk import Duration, aws_sqs

    letters: Any = (
        aws_sqs.Queue.from_queue_arn(scope, f"{name}Letters", outside)
        if outside
        else aws_sqs.Queue(scope, f"{name}Letters", retention_period=Duration.days(14))
    )
    dead = aws_sqs.DeadLetterQueue(max_receive_count=3, queue=letters)
    aws_sqs.Queue(scope, name, dead_letter_queue=dead)
    visible = letters.metric_approximate_number_of_messages_visible(
        period=Duration.minutes(alarm.pop("minutes", 5)), statistic=alarm.pop("statistic", "max")
    )
    if alarm.pop("math", False):
        from aws_cdk import aws_cloudwatch

        visible = aws_cloudwatch.MathExpression(
            expression="letters", using_metrics={"letters": visible}
        )
    settings = {"threshold": 1, "evaluation_periods": 1, **alarm}
    return visible.create_alarm(scope, f"{name}Alarm", **settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"math": True}, "✓ Passed"),
        ({"evaluation_periods": 3, "minutes": 1}, "✓ Passed"),
        ({"evaluation_periods": 6}, "in 6 periods of 300 seconds"),
        ({"statistic": "SampleCount"}, "does not ring at the first dead letter: SampleCount"),
        (
            {"outside": "arn:aws:sqs:us-east-1:123456789012:by-hand"},
            "by-hand, which the stack has not made",
        ),
    ],
)
def test_an_alarm_in_time_by_any_construct(lab: Lab, settings: Any, said: str) -> None:
    lab.catch_up("construct")
    if "outside" in settings:
        boto3.client("sqs").create_queue(QueueName="by-hand")

    def both(stack: Any) -> None:
        for name in ("Orders", "Mails"):
            queue(stack, name, **settings)

    deployed(both, "shop-queues", base=False)
    assert said in str(lab.check("construct"))


def plain_test(template: Any) -> None:
    """Look into the template as plain data; any exception is a failure."""
    resources = template.to_json()["Resources"].values()
    queues = {
        name: each.get("Properties", {})
        for name, each in template.find_resources("AWS::SQS::Queue").items()
    }
    [redrive] = [each["RedrivePolicy"] for each in queues.values() if "RedrivePolicy" in each]
    assert redrive["maxReceiveCount"] == 3
    letters = redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert queues[letters]["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    alarms = [each for each in resources if each["Type"] == "AWS::CloudWatch::Alarm"]
    watched = [each["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for each in alarms]
    assert letters in watched


def any_queue_for_14_days(template: Any) -> None:
    from aws_cdk.assertions import Capture, Match

    letters = Capture()
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": [letters, "Arn"]}, "maxReceiveCount": 3}
    template.has_resource_properties("AWS::SQS::Queue", {"RedrivePolicy": redrive})
    template.has_resource_properties("AWS::SQS::Queue", {"MessageRetentionPeriod": 1209600})
    watched = {"Name": "QueueName", "Value": {"Fn::GetAtt": [letters.as_string(), "QueueName"]}}
    dimensions = {"Dimensions": Match.array_with([watched])}
    template.has_resource_properties("AWS::CloudWatch::Alarm", dimensions)


def one_alarm(template: Any) -> None:
    plain_test(template)
    template.resource_count_is("AWS::CloudWatch::Alarm", 1)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (plain_test, "✓ Passed"),
        (any_queue_for_14_days, "its dead letters for four: the test passes"),
        (one_alarm, "with another alarm beside it: the test fails"),
    ],
)
def test_a_test_is_of_those_dead_letters(lab: Lab, function: Build, said: str) -> None:
    assert said in str(lab.check("test", function))


def test_what_raises_on_a_right_template_is_a_mistake_in_the_test(lab: Lab) -> None:
    def broken(template: Any) -> None:
        template.find_resources("AWS::SQS::Queue")["Orders"]

    assert lab.check("test", broken).outcome is not Outcome.PASSED
    assert "'Orders'" in lab.check("test", broken).message


def mended(stack: Any) -> None:
    from aws_cdk import aws_sns

    from devops_workbook.chapters.cdk.shop import add_customers, add_database

    add_database(stack, getattr(stack, "network", None) or network_of(stack))
    add_customers(stack)
    aws_sns.Topic(stack, "OrderEvents")


def test_a_shop_made_anew_has_lost_its_customers(lab: Lab) -> None:
    lab.catch_up("keep")
    boto3.client("cloudformation").delete_stack(StackName="shop")
    lab.clock.advance(seconds=timedelta(minutes=30).total_seconds())
    with quiet():
        deploy(the_courses("Tidied"))
    assert "was deleted and made anew" in lab.check("keep").message


def test_a_shop_without_its_queue_is_not_mended(lab: Lab) -> None:
    lab.catch_up("keep")
    deployed(mended, base=False)
    assert "lost its AWS::SQS::Queue, AWS::S3::Bucket" in lab.check("keep").message


def test_a_shop_without_its_lock_is_not_mended(lab: Lab) -> None:
    lab.catch_up("keep")
    allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    boto3.client("cloudformation").set_stack_policy(
        StackName="shop", StackPolicyBody=json.dumps({"Statement": [allow]})
    )
    deployed(mended)
    assert "is not the one of before" in lab.check("keep").message


@pytest.mark.parametrize(
    ("logs", "said"),
    [
        (True, "✓ Passed"),
        (False, "AwsSolutions-S1 is acknowledged nowhere in the stack"),
    ],
)
def test_access_logs_need_no_acknowledgement(lab: Lab, logs: bool, said: str) -> None:
    import aws_cdk
    from aws_cdk import aws_s3
    from cdk_nag import AwsSolutionsChecks

    from devops_workbook.chapters.cdk.shop import ReliableQueue

    app = aws_cdk.App()
    stack = aws_cdk.Stack(app, "shop-uploads")
    prefix = {"server_access_logs_prefix": "logs/"} if logs else {}
    aws_s3.Bucket(stack, "Uploads", enforce_ssl=True, **prefix)
    ReliableQueue(stack, "Thumbnails", enforce_ssl=True)
    if logs:
        aws_cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with quiet():
        assembly = synth(app)
    assert said in str(lab.check("rules", assembly))
