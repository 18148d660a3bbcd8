"""The shop's infrastructure as the chapter leaves it, with the CDK.

Importing this loads the CDK, so the chapter's other modules do it when they need it.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import (
    Annotations,
    Duration,
    Stack,
    aws_cloudwatch,
    aws_cognito,
    aws_ec2,
    aws_ecs,
    aws_ecs_patterns,
    aws_rds,
    aws_s3,
    aws_sns,
    aws_sqs,
)
from constructs import Construct

IMAGE = "public.ecr.aws/docker/library/nginx:1.29"


def add_database(scope: Construct, network: aws_ec2.IVpc, id: str = "Database") -> Any:
    """Add the orders database, in the subnets that nobody reaches from outside."""
    return aws_rds.DatabaseInstance(
        scope,
        id,
        engine=aws_rds.DatabaseInstanceEngine.postgres(
            version=aws_rds.PostgresEngineVersion.VER_17_6
        ),
        instance_type=aws_ec2.InstanceType("t4g.micro"),
        allocated_storage=20,
        storage_encrypted=True,
        vpc=network,
        vpc_subnets=aws_ec2.SubnetSelection(subnet_type=aws_ec2.SubnetType.PRIVATE_ISOLATED),
    )


def add_customers(scope: Construct) -> aws_cognito.UserPool:
    """Add the pool of the shop's customers, who sign in with their mail address."""
    customers = aws_cognito.UserPool(
        scope, "Customers", sign_in_aliases=aws_cognito.SignInAliases(email=True)
    )
    customers.add_client("Storefront")
    return customers


class Base(Stack):
    """A network, a bucket for what is built, and the queue of the orders."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.network = aws_ec2.Vpc(self, "Network", max_azs=2, nat_gateways=0)
        self.artifacts = aws_s3.Bucket(self, "Artifacts", versioned=True)
        self.orders = aws_sqs.Queue(self, "OrdersQueue", visibility_timeout=Duration.seconds(30))


class Shop(Base):
    """What the shop keeps its data in."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.database = add_database(self, self.network)
        self.customers = add_customers(self)


class Service(Stack):
    """The orders service behind a load balancer, with what it may reach."""

    def __init__(self, scope: Construct, id: str, *, shop: Shop) -> None:
        super().__init__(scope, id)
        pattern = aws_ecs_patterns.ApplicationLoadBalancedFargateService(
            self,
            "Orders",
            vpc=shop.network,
            assign_public_ip=True,
            desired_count=1,
            min_healthy_percent=100,
            circuit_breaker=aws_ecs.DeploymentCircuitBreaker(rollback=True),
            task_image_options=aws_ecs_patterns.ApplicationLoadBalancedTaskImageOptions(
                image=aws_ecs.ContainerImage.from_registry(IMAGE)
            ),
        )
        pattern.service.connections.allow_to_default_port(shop.database)
        shop.orders.grant_send_messages(pattern.task_definition.task_role)
        Annotations.of(self).acknowledge_warning(
            "@aws-cdk/aws-ec2:ipv4IgnoreEgressRule", "The service may go out to everywhere"
        )


class ReliableQueue(Construct):
    """A queue that keeps what could not be processed, and an alarm that says so."""

    def __init__(
        self, scope: Construct, id: str, *, attempts: int = 3, enforce_ssl: bool = False
    ) -> None:
        super().__init__(scope, id)
        self.letters = aws_sqs.Queue(
            self, "DeadLetters", retention_period=Duration.days(14), enforce_ssl=enforce_ssl
        )
        self.queue = aws_sqs.Queue(
            self,
            "Queue",
            dead_letter_queue=aws_sqs.DeadLetterQueue(
                max_receive_count=attempts, queue=self.letters
            ),
            enforce_ssl=enforce_ssl,
        )
        self.letters.metric_approximate_number_of_messages_visible().create_alarm(
            self,
            "Alarm",
            threshold=0,
            evaluation_periods=1,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        )


class Tidied(Base):
    """A colleague's pull request: what holds data stands together, and a topic is new."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        data = Construct(self, "Data")
        self.database = add_database(data, self.network)
        self.customers = add_customers(data)
        self.events = aws_sns.Topic(self, "OrderEvents")
