"""Services are created, updated, paused, resumed and deleted, by operations on the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apprunner_lab import ACCOUNT, MONDAY, REGION, Lab, refused

from offline_aws.clients import client
from offline_aws.workloads import Behaviour, Container


def test_a_service_from_an_image_runs_with_aws_s_defaults(lab: Lab) -> None:
    lab.push("1")
    made = lab.api.create_service(ServiceName="orders", SourceConfiguration=lab.source())
    service, arn = made["Service"], made["Service"]["ServiceArn"]
    assert service["Status"] == "OPERATION_IN_PROGRESS"
    assert arn == f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/orders/{service['ServiceId']}"
    assert service["ServiceUrl"].endswith(f".{REGION}.awsapprunner.com")
    assert service["InstanceConfiguration"] == {"Cpu": "1024", "Memory": "2048"}
    assert service["HealthCheckConfiguration"] == {
        "Protocol": "TCP",
        "Path": "/",
        "Interval": 5,
        "Timeout": 2,
        "HealthyThreshold": 1,
        "UnhealthyThreshold": 5,
    }
    assert service["SourceConfiguration"]["AutoDeploymentsEnabled"] is True
    assert service["NetworkConfiguration"]["IngressConfiguration"]["IsPubliclyAccessible"] is True
    scaling = service["AutoScalingConfigurationSummary"]
    assert (scaling["AutoScalingConfigurationName"], scaling["IsDefault"]) == (
        "DefaultConfiguration",
        True,
    )
    assert lab.operations(arn) == [("CREATE_SERVICE", "PENDING")]
    lab.aws.clock.advance(seconds=30)
    assert lab.operations(arn) == [("CREATE_SERVICE", "IN_PROGRESS")]
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")
    assert lab.answer(arn) == 200
    (operation,) = lab.api.list_operations(ServiceArn=arn)["OperationSummaryList"]
    assert operation["Id"] == made["OperationId"]
    assert operation["StartedAt"] == MONDAY
    assert operation["EndedAt"] == lab.aws.clock.now()
    assert lab.log(arn) == [
        "Service creation started.",
        "Service status is set to OPERATION_IN_PROGRESS.",
        "Service creation completed successfully.",
        "Service status is set to RUNNING.",
    ]
    assert lab.log(arn, "deployment")[1:3] == [
        "Successfully copied the image from ECR.",
        "Provisioning instances and deploying image for publicly accessible service.",
    ]
    assert [each.detail.get("Status") for each in lab.events if "Status" in each.detail] == [
        "CreateServiceStarted",
        "CreateServiceCompletedSuccessfully",
    ]
    with refused("InvalidRequestException", "already exists"):
        lab.create()


def test_an_image_that_is_not_there_fails_the_creation_and_an_update_repairs_it(lab: Lab) -> None:
    arn = lab.create()
    assert lab.end(arn) == ("CREATE_FAILED", "FAILED")
    assert lab.log(arn, "deployment")[1].startswith("Failed to pull your application image.")
    assert lab.log(arn)[-1] == "Service status is set to CREATE_FAILED."
    for ask in (lab.api.pause_service, lab.api.resume_service):
        with refused("InvalidStateException", "CREATE_FAILED"):
            ask(ServiceArn=arn)
    lab.push("2")
    lab.api.update_service(ServiceArn=arn, SourceConfiguration=lab.source("2"))
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")
    assert lab.operations(arn)[0] == ("UPDATE_SERVICE", "SUCCEEDED")


@pytest.mark.parametrize(
    ("behaviour", "check", "failure"),
    [
        (Behaviour(starts_after=timedelta(hours=1)), {}, "Health check failed on port '8080'."),
        (Behaviour(health=503), {"Protocol": "HTTP", "Path": "/health"}, "on path '/health' and"),
        (Behaviour(exits_after=timedelta(seconds=3), exit_code=1), {}, "Container exit code: 1"),
    ],
)
def test_a_version_that_fails_its_health_checks_is_not_deployed(
    lab: Lab, behaviour: Behaviour, check: dict[str, object], failure: str
) -> None:
    def program(container: Container) -> Behaviour:
        return behaviour if container.tag == "2" else Behaviour()

    lab.aws.workloads.provide(program)
    lab.push("1")
    lab.push("2")
    bad = lab.create("bad-one", SourceConfiguration=lab.source("2"), HealthCheckConfiguration=check)
    assert lab.end(bad) == ("CREATE_FAILED", "FAILED")
    assert any(failure in line for line in lab.log(bad, "deployment"))
    arn = lab.running(HealthCheckConfiguration=check)
    scaling = lab.api.create_auto_scaling_configuration(
        AutoScalingConfigurationName="wide", MinSize=2
    )["AutoScalingConfiguration"]["AutoScalingConfigurationArn"]
    before = lab.service(arn)
    lab.api.update_service(
        ServiceArn=arn,
        SourceConfiguration=lab.source("2"),
        InstanceConfiguration={"Cpu": "2 vCPU", "Memory": "4 GB"},
        AutoScalingConfigurationArn=scaling,
    )
    assert lab.service(arn)["InstanceConfiguration"] == {"Cpu": "2048", "Memory": "4096"}
    lab.aws.clock.advance_until(lambda: lab.operations(arn)[0][1] == "ROLLBACK_IN_PROGRESS")
    assert lab.answer(arn) == 200
    assert lab.end(arn) == ("RUNNING", "ROLLBACK_SUCCEEDED")
    changes = {"UpdatedAt"}
    after = lab.service(arn)
    assert {k: v for k, v in after.items() if k not in changes} == {
        k: v for k, v in before.items() if k not in changes
    }
    assert lab.log(arn)[-2:] == [
        "Service update failed. For details, see service logs.",
        "Service status is set to RUNNING.",
    ]


def test_tcp_asks_whether_the_port_is_open_and_http_what_the_program_answers(lab: Lab) -> None:
    slow = Behaviour(starts_after=timedelta(seconds=42), health={"/health": 200})
    lab.aws.workloads.provide(lambda container: slow)
    lab.push("1")
    tcp = lab.create("by-tcp")
    http = {"Protocol": "HTTP", "Path": "/health", "Interval": 10, "HealthyThreshold": 3}
    by_path = lab.create("by-path", HealthCheckConfiguration=http)
    root = lab.create("by-root", HealthCheckConfiguration={"Protocol": "HTTP"})
    ended = {lab.end(arn): arn for arn in (tcp, root)}
    assert set(ended) == {("RUNNING", "SUCCEEDED"), ("CREATE_FAILED", "FAILED")}
    lengths = []
    for arn in (tcp, by_path):
        (operation,) = lab.api.list_operations(ServiceArn=arn)["OperationSummaryList"]
        lengths.append(operation["EndedAt"] - operation["StartedAt"])
    # The first check that passes is at 45 s; the third of every ten seconds is at 70 s.
    assert lengths[1] - lengths[0] == timedelta(seconds=25)


def test_a_paused_service_serves_nothing_and_resumes_with_its_version(lab: Lab) -> None:
    lab.push("1")
    arn = lab.running()
    lab.api.pause_service(ServiceArn=arn)
    with refused("InvalidStateException", "OPERATION_IN_PROGRESS"):
        lab.api.update_service(ServiceArn=arn)
    assert lab.end(arn) == ("PAUSED", "SUCCEEDED")
    assert lab.answer(arn) == -1
    for ask in (lab.api.update_service, lab.api.pause_service):
        with refused("InvalidStateException", "PAUSED"):
            ask(ServiceArn=arn)
    with refused("InvalidRequestException", "PAUSED"):
        lab.api.start_deployment(ServiceArn=arn)
    lab.api.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "shop"}])
    lab.push("1", "newer")
    lab.api.resume_service(ServiceArn=arn)
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")
    assert lab.answer(arn) == 200
    lab.aws.clock.advance(hours=1)
    assert [kind for kind, _ in lab.operations(arn)] == [
        "RESUME_SERVICE",
        "PAUSE_SERVICE",
        "CREATE_SERVICE",
    ]
    lab.api.start_deployment(ServiceArn=arn)
    assert lab.end(arn) == ("RUNNING", "SUCCEEDED")


def test_a_deleted_service_is_described_and_its_name_is_free(lab: Lab) -> None:
    lab.push("1")
    arn = lab.running(Tags=[{"Key": "team", "Value": "shop"}])
    lab.api.delete_service(ServiceArn=arn)
    assert lab.end(arn) == ("DELETED", "SUCCEEDED")
    assert lab.service(arn)["DeletedAt"] == lab.aws.clock.now()
    assert lab.api.list_services()["ServiceSummaryList"] == []
    assert lab.log(arn)[-1] == "Service status is set to DELETED."
    with refused("ResourceNotFoundException"):
        lab.api.delete_service(ServiceArn=arn)
    with refused("InvalidStateException"):
        lab.api.list_tags_for_resource(ResourceArn=arn)
    lab.create()


def test_services_and_operations_come_in_pages(lab: Lab) -> None:
    for name in ("first", "second", "third"):
        lab.create(name)
    page = lab.api.list_services(MaxResults=2)
    rest = lab.api.list_services(MaxResults=2, NextToken=page["NextToken"])
    names = [each["ServiceName"] for each in page["ServiceSummaryList"]]
    names += [each["ServiceName"] for each in rest["ServiceSummaryList"]]
    assert names == ["first", "second", "third"]
    assert "NextToken" not in rest
    with refused("InvalidRequestException", "NextToken"):
        lab.api.list_services(NextToken="x")


def test_a_service_that_is_not_valid_is_refused_with_the_reason(lab: Lab) -> None:
    public = {"ImageIdentifier": "public.ecr.aws/shop/orders:1", "ImageRepositoryType": "ECR"}
    cases: list[tuple[dict[str, object], str]] = [
        ({"SourceConfiguration": {}}, "either CodeRepository or ImageRepository"),
        ({"SourceConfiguration": {**lab.source(), "AuthenticationConfiguration": {}}}, "invalid"),
        ({"SourceConfiguration": lab.source(image=public)}, "doesn't match"),
        (
            {
                "SourceConfiguration": {
                    "ImageRepository": {**public, "ImageRepositoryType": "ECR_PUBLIC"},
                    "AutoDeploymentsEnabled": True,
                }
            },
            "automatic deployments",
        ),
        ({"InstanceConfiguration": {"Cpu": "256", "Memory": "2 GB"}}, "combination"),
        ({"HealthCheckConfiguration": {"Path": "health"}}, "slash"),
        (
            {"NetworkConfiguration": {"EgressConfiguration": {"EgressType": "VPC"}}},
            "VpcConnectorArn is required",
        ),
        ({"ObservabilityConfiguration": {"ObservabilityEnabled": True}}, "is required"),
        (
            {
                "SourceConfiguration": lab.source(
                    image={"ImageConfiguration": {"RuntimeEnvironmentVariables": {"PORT": "1"}}}
                )
            },
            "reserved",
        ),
        ({"SourceConfiguration": lab.source(image={"ImageIdentifier": "orders:1"})}, "pattern"),
    ]
    for changed, message in cases:
        with refused("InvalidRequestException", message):
            lab.create(**changed)
    assert lab.api.list_services()["ServiceSummaryList"] == []


def test_an_image_of_ecr_public_is_there_and_not_followed(lab: Lab) -> None:
    image = {"ImageIdentifier": "public.ecr.aws/shop/orders:1", "ImageRepositoryType": "ECR_PUBLIC"}
    arn = lab.running(SourceConfiguration={"ImageRepository": image})
    assert lab.service(arn)["SourceConfiguration"]["AutoDeploymentsEnabled"] is False


def test_a_program_gets_its_environment_and_its_secrets_have_to_be_there(lab: Lab) -> None:
    asked: list[Container] = []

    def program(container: Container) -> Behaviour:
        asked.append(container)
        return Behaviour()

    lab.aws.workloads.provide(program)
    lab.push("1")
    lab.push("production", "1")
    secret = client("secretsmanager", REGION).create_secret(Name="db", SecretString="x")["ARN"]
    client("ssm", REGION).put_parameter(Name="/shop/mode", Value="x", Type="String")
    run = {
        "Port": "9000",
        "StartCommand": "java -jar 'orders one.jar'",
        "RuntimeEnvironmentVariables": {"MODE": "shop"},
        "RuntimeEnvironmentSecrets": {"DB": secret, "PLACE": "/shop/mode"},
    }
    source = lab.source(image={"ImageConfiguration": run})
    lab.running(SourceConfiguration=source)
    assert asked[-1].environment == {"PORT": "9000", "MODE": "shop"}
    assert asked[-1].command == ("java", "-jar", "orders one.jar")
    assert asked[-1].repository == "orders"
    run["RuntimeEnvironmentSecrets"] = {"DB": f"{secret}x"}
    other = lab.create("other", SourceConfiguration=source)
    assert lab.end(other) == ("CREATE_FAILED", "FAILED")
    assert "secret of the environment variable DB" in lab.log(other, "deployment")[1]
