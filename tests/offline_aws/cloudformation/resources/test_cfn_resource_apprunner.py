from __future__ import annotations

from dataclasses import replace

import pytest
from cfn_examples import Example, World, client, contains, known, lives, steps
from cfn_needed import ROLE, TAGS, subnets, vpc

from offline_aws.cloudformation.resource_type import Failed, Stabilises, VanishesLater

IMAGE = {"ImageIdentifier": "public.ecr.aws/shop/orders:1", "ImageRepositoryType": "ECR_PUBLIC"}
RUN = {"Port": "80", "RuntimeEnvironmentVariables": [{"Name": "MODE", "Value": "shop"}]}
KEY = f"arn:aws:kms:us-east-1:123456789012:key/{'-'.join('0' * n for n in (8, 4, 4, 4, 12))}"


def service(world: World) -> dict[str, object]:
    return {
        "AutoScalingConfigurationArn": world.make(
            "AWS::AppRunner::AutoScalingConfiguration", MaxSize=3
        ),
        "EncryptionConfiguration": {"KmsKey": KEY},
        "HealthCheckConfiguration": {"Protocol": "HTTP", "Path": "/health"},
        "InstanceConfiguration": {"Cpu": "1 vCPU", "Memory": "2 GB", "InstanceRoleArn": ROLE},
        "NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": True}},
        "ObservabilityConfiguration": {"ObservabilityEnabled": False},
        "ServiceName": f"orders{world.token}",
        "SourceConfiguration": {"ImageRepository": {**IMAGE, "ImageConfiguration": RUN}},
        "Tags": TAGS,
    }


def changed_service(world: World) -> dict[str, object]:
    traces = {"TraceConfiguration": {"Vendor": "AWSXRAY"}}
    newer = {**IMAGE, "ImageIdentifier": "public.ecr.aws/shop/orders:2", "ImageConfiguration": RUN}
    return {
        "AutoScalingConfigurationArn": world.make(
            "AWS::AppRunner::AutoScalingConfiguration", MaxSize=4
        ),
        "HealthCheckConfiguration": {"Protocol": "TCP", "Interval": 10},
        "InstanceConfiguration": {"Cpu": "2048", "Memory": "4 GB"},
        "NetworkConfiguration": {"IngressConfiguration": {"IsPubliclyAccessible": False}},
        "ObservabilityConfiguration": {
            "ObservabilityEnabled": True,
            "ObservabilityConfigurationArn": world.make(
                "AWS::AppRunner::ObservabilityConfiguration", **traces
            ),
        },
        "SourceConfiguration": {"ImageRepository": newer},
    }


CONFIGURATIONS = [
    Example(
        "AWS::AppRunner::AutoScalingConfiguration",
        {
            "AutoScalingConfigurationName": "wide",
            "MaxConcurrency": 50,
            "MaxSize": 4,
            "MinSize": 2,
            "Tags": TAGS,
        },
    ),
    Example(
        "AWS::AppRunner::ObservabilityConfiguration",
        {
            "ObservabilityConfigurationName": "traces",
            "TraceConfiguration": {"Vendor": "AWSXRAY"},
            "Tags": TAGS,
        },
    ),
    Example(
        "AWS::AppRunner::VpcConnector",
        lambda world: {
            "SecurityGroups": [world.make("AWS::EC2::SecurityGroup", **group(vpc(world)))],
            "Subnets": subnets(world, world.made[0][1]),
            "Tags": TAGS,
            "VpcConnectorName": f"to-vpc{world.token}",
        },
    ),
]
SERVICE = Example("AWS::AppRunner::Service", service, changed_service)
EXAMPLES = [*CONFIGURATIONS, SERVICE]


def group(network: str) -> dict[str, object]:
    return {"GroupDescription": "x", "VpcId": network}


@pytest.mark.parametrize("example", CONFIGURATIONS, ids=str)
def test_a_resource_of_app_runner_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_service_lives_by_operations_that_take_their_time(world: World) -> None:
    kind, context = known(SERVICE.type_name), world.context()
    assert isinstance(kind, Stabilises)
    assert isinstance(kind, VanishesLater)
    properties = service(world)
    arn = kind.create(context, properties)
    assert not kind.stabilise(context, arn)
    for step in [{}, *steps(world, changed_service)]:
        new = {**properties, **step}
        if step:
            kind.update(context, arn, properties, new)
        world.aws.clock.advance(minutes=15)
        assert kind.stabilise(context, arn)
        live = kind.read(replace(context, properties=new), arn)
        assert live is not None
        compared = {name: new[name] for name in new if name != "AutoScalingConfigurationArn"}
        assert contains(live, compared)
        assert live["ServiceUrl"].endswith(".awsapprunner.com")
        properties = new
    kind.delete(context, arn)
    assert kind.read(context, arn) is None
    assert not kind.gone(context, arn)
    world.aws.clock.advance(minutes=5)
    assert kind.gone(context, arn)
    kind.delete(context, arn)


def test_a_service_is_deleted_when_its_creation_is_over(world: World) -> None:
    kind, context = known(SERVICE.type_name), world.context()
    assert isinstance(kind, VanishesLater)
    arn = kind.create(context, {"SourceConfiguration": {"ImageRepository": IMAGE}})
    world.aws.clock.advance(minutes=1)
    kind.delete(context, arn)
    assert not kind.gone(context, arn)
    world.aws.clock.advance(minutes=5)
    assert not kind.gone(context, arn)
    world.aws.clock.advance(minutes=5)
    assert kind.gone(context, arn)


def test_a_service_without_its_image_fails_in_aws_s_words(world: World) -> None:
    kind, context = known(SERVICE.type_name), world.context()
    assert isinstance(kind, Stabilises)
    image = {
        "ImageIdentifier": "123456789012.dkr.ecr.us-east-1.amazonaws.com/none:1",
        "ImageRepositoryType": "ECR",
    }
    role = {"AccessRoleArn": ROLE}
    source = {"ImageRepository": image, "AuthenticationConfiguration": role}
    arn = kind.create(context, {"SourceConfiguration": source})
    world.aws.clock.advance(minutes=20)
    with pytest.raises(Failed, match="Review the application logs"):
        kind.stabilise(context, arn)
    (found,) = [
        each
        for each in client("apprunner").list_services()["ServiceSummaryList"]
        if each["ServiceArn"] == arn
    ]
    assert found["ServiceName"].startswith("shop-Thing")
