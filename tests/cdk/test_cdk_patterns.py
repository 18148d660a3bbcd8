"""The CDK's common patterns, synthesised here, are deployed as they are and do not drift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from devops_workbook.cdk import Assembly, deploy, destroy, drift
from devops_workbook.cdk.runtime import quiet
from offline_aws import OfflineAWS

AppOf = Callable[..., Assembly]


def fargate_service(stack: Any) -> None:
    from aws_cdk import aws_ecs as ecs
    from aws_cdk import aws_ecs_patterns as patterns

    image = ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/nginx:1.29")
    patterns.ApplicationLoadBalancedFargateService(
        stack,
        "Orders",
        desired_count=2,
        task_image_options=patterns.ApplicationLoadBalancedTaskImageOptions(image=image),
    )


def function_with_queue(stack: Any) -> None:
    from aws_cdk import aws_lambda as functions
    from aws_cdk import aws_lambda_event_sources as sources
    from aws_cdk import aws_sqs as sqs

    made = functions.Function(
        stack,
        "Mail",
        runtime=functions.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=functions.Code.from_inline("def handler(event, context):\n    return event\n"),
    )
    made.add_event_source(sources.SqsEventSource(sqs.Queue(stack, "Mails")))


def static_site(stack: Any) -> None:
    from aws_cdk import aws_s3 as s3

    s3.Bucket(
        stack,
        "Site",
        website_index_document="index.html",
        public_read_access=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ACLS_ONLY,
    )


@pytest.mark.parametrize("fill", [fargate_service, function_with_queue, static_site])
def test_a_pattern_is_deployed_keeps_to_its_template_and_goes(
    account: OfflineAWS, app_of: AppOf, fill: Callable[[Any], None]
) -> None:
    name = fill.__name__.replace("_", "-")
    assembly = app_of(fill, name)
    with quiet():
        deploy(assembly)
    assert drift(name).rows == []
    with quiet():
        destroy(assembly)
    listed = boto3.client("cloudformation").list_stacks(StackStatusFilter=["DELETE_COMPLETE"])
    assert name in [each["StackName"] for each in listed["StackSummaries"]]
