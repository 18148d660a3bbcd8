"""Stacks of an app are deployed and destroyed as by ``cdk deploy``, or refused with a reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cdk_account import status

from devops_workbook.cdk import Assembly, CdkError, deploy, destroy, drift, synth
from offline_aws import OfflineAWS

AppOf = Callable[..., Assembly]
Captured = pytest.CaptureFixture[str]
BUCKET = "cdk-hnb659fds-assets-123456789012-us-east-1"


def queue(stack: Any, **settings: Any) -> Any:
    from aws_cdk import aws_sqs as sqs

    return sqs.Queue(stack, "Orders", **settings)


def test_a_stack_is_created_updated_and_left_alone(
    cdk: Any, account: OfflineAWS, app_of: AppOf, capsys: Captured
) -> None:
    def with_output(stack: Any) -> None:
        cdk.CfnOutput(stack, "Name", value=queue(stack).queue_name)

    assembly = app_of(with_output, "orders")
    deploy(assembly)
    name = boto3.client("sqs").list_queues(QueueNamePrefix="orders-")["QueueUrls"][0]
    assert capsys.readouterr().out == (
        "orders: 1 asset published\n✓ orders: CREATE_COMPLETE, 1 added\n"
        f"  orders.Name = {name.rpartition('/')[2]}\n"
    )
    deploy(assembly)
    assert "orders: 0 assets published, 1 there already\n✓ orders: no changes" in (
        capsys.readouterr().out
    )
    deploy(app_of(lambda stack: queue(stack, fifo=True), "orders"))
    assert "✓ orders: UPDATE_COMPLETE, 1 modified\n" in capsys.readouterr().out
    destroy(assembly)
    assert capsys.readouterr().out == "✓ orders: destroyed\n"
    with pytest.raises(ClientError, match="does not exist"):
        status("orders")


def test_files_and_folders_are_published_under_their_hashes(
    cdk: Any, account: OfflineAWS, app_of: AppOf, tmp_path: Path
) -> None:
    from aws_cdk import aws_lambda as functions
    from aws_cdk import aws_s3_assets as assets

    (tmp_path / "index.py").write_text("def handler(event, context):\n    return 'it runs'\n")

    def fill(stack: Any) -> None:
        assets.Asset(stack, "File", path=str(tmp_path / "index.py"))
        made = functions.Function(
            stack,
            "Notify",
            runtime=functions.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=functions.Code.from_asset(str(tmp_path)),
        )
        cdk.CfnOutput(stack, "Function", value=made.function_name)

    deploy(app_of(fill, "notify"))
    [found] = boto3.client("cloudformation").describe_stacks(StackName="notify")["Stacks"]
    name = found["Outputs"][0]["OutputValue"]
    answer = boto3.client("lambda").invoke(FunctionName=name)
    assert answer["Payload"].read() == b'"it runs"'
    keys = [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]]
    [zipped] = [key for key in keys if key.endswith(".zip")]
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=zipped)["Body"].read()
    assert zipfile.ZipFile(io.BytesIO(body)).namelist() == ["index.py"]
    assert any(key.endswith(".py") for key in keys)


def test_a_stack_brings_those_that_it_needs_and_is_destroyed_before_them(
    cdk: Any, account: OfflineAWS, capsys: Captured
) -> None:
    from aws_cdk import aws_sqs as sqs

    app = cdk.App()
    user, owner, other = (cdk.Stack(app, name) for name in ("user", "owner", "other"))
    made = sqs.Queue(owner, "Orders")
    sqs.Queue(other, "Other")
    sqs.Queue(user, "Mails", dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=3, queue=made))
    assembly = synth(app)
    capsys.readouterr()
    deploy(assembly, "user")
    done = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✓")]
    assert [line.split()[1] for line in done] == ["owner:", "user:"]
    destroy(assembly)
    assert capsys.readouterr().out == "✓ user: destroyed\n✓ owner: destroyed\n"


def test_a_failure_is_told_with_its_first_cause_and_the_next_try_starts_anew(
    account: OfflineAWS, app_of: AppOf
) -> None:
    boto3.client("s3").create_bucket(Bucket="taken-by-others")

    def bucket(stack: Any, name: str) -> None:
        from aws_cdk import aws_s3 as s3

        s3.CfnBucket(stack, "Notes", bucket_name=name)
        queue(stack)

    with pytest.raises(CdkError, match=r"^notes.*taken-by-others"):
        deploy(app_of(lambda stack: bucket(stack, "taken-by-others"), "notes"))
    deploy(app_of(lambda stack: bucket(stack, "free-for-us"), "notes"))
    assert status("notes") == "CREATE_COMPLETE"


def test_parameters_are_given_once_and_kept(cdk: Any, account: OfflineAWS, app_of: AppOf) -> None:
    def fill(stack: Any, **more: Any) -> None:
        seconds = cdk.CfnParameter(stack, "Seconds", type="Number")
        queue(stack, visibility_timeout=cdk.Duration.seconds(seconds.value_as_number), **more)

    deploy(app_of(fill, "timed"), parameters={"Seconds": "45"})
    period = {"retention_period": cdk.Duration.days(2)}
    deploy(app_of(lambda stack: fill(stack, **period), "timed"))
    url = boto3.client("sqs").list_queues(QueueNamePrefix="timed-")["QueueUrls"][0]
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert found["Attributes"]["VisibilityTimeout"] == "45"
    assert found["Attributes"]["MessageRetentionPeriod"] == str(2 * 24 * 60 * 60)


def test_a_stack_s_protection_and_tags_are_set(cdk: Any, account: OfflineAWS) -> None:
    app = cdk.App()
    topic = boto3.client("sns").create_topic(Name="told")["TopicArn"]
    settings = {"termination_protection": True, "notification_arns": [topic]}
    stack = cdk.Stack(app, "kept", tags={"team": "orders"}, **settings)
    queue(stack)
    deploy(synth(app))
    [found] = boto3.client("cloudformation").describe_stacks(StackName="kept")["Stacks"]
    assert found["EnableTerminationProtection"]
    assert found["Tags"] == [{"Key": "team", "Value": "orders"}]
    assert found["NotificationARNs"] == [topic]


def test_what_was_changed_by_hand_is_drift(account: OfflineAWS, app_of: AppOf, cdk: Any) -> None:
    deploy(app_of(lambda s: queue(s, visibility_timeout=cdk.Duration.seconds(30)), "drifting"))
    url = boto3.client("sqs").list_queues(QueueNamePrefix="drifting-")["QueueUrls"][0]
    boto3.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "9"})
    found = drift("drifting")
    [row] = found.rows
    assert found.caption.endswith(": 0 resources are in sync")
    assert tuple(row[1:]) == ("MODIFIED", "/VisibilityTimeout", "30", "9")


def image(stack: Any, folder: Path) -> None:
    from aws_cdk import aws_ecr_assets as assets

    queue(stack)
    assets.DockerImageAsset(stack, "Image", directory=str(folder))


def emptied(stack: Any, _: Path) -> None:
    import aws_cdk
    from aws_cdk import aws_s3 as s3

    away = aws_cdk.RemovalPolicy.DESTROY
    s3.Bucket(stack, "Notes", auto_delete_objects=True, removal_policy=away)


def custom(stack: Any, _: Path) -> None:
    import aws_cdk

    aws_cdk.CustomResource(stack, "Seed", service_token="arn:aws:sns:us-east-1:123456789012:seed")


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (image, r"builds an image .*no Docker here\. Name an image that exists"),
        (emptied, r"has a Custom::S3AutoDeleteObjects.*Leave auto_delete_objects out"),
        (custom, r"has a AWS::CloudFormation::CustomResource.*by boto3 after the deployment"),
    ],
)
def test_what_does_not_run_here_is_refused_before_anything_is_made(
    account: OfflineAWS, app_of: AppOf, tmp_path: Path, fill: Any, said: str
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(CdkError, match=said):
        deploy(app_of(lambda stack: fill(stack, tmp_path), "refused"))
    with pytest.raises(ClientError, match="does not exist"):
        status("refused")


def test_an_app_without_stacks_is_refused(cdk: Any, account: OfflineAWS) -> None:
    with pytest.raises(CdkError, match="has no stacks"):
        deploy(synth(cdk.App()))


def test_a_stack_of_another_account_is_refused(cdk: Any, account: OfflineAWS) -> None:
    app = cdk.App()
    elsewhere = cdk.Environment(account="210987654321", region="us-east-1")
    queue(cdk.Stack(app, "elsewhere", env=elsewhere))
    with pytest.raises(CdkError, match=r"is for aws://210987654321/us-east-1, and this is account"):
        deploy(synth(app))
