"""A task goes through its states on the clock, and ends for the reason that AWS names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import REGION, Lab
from image_pushes import push

from offline_aws.clients import client
from offline_aws.event_bus import Event, EventBus
from offline_aws.workloads import Behaviour, Container


def run(lab: Lab, **changed: Any) -> str:
    settings: dict[str, Any] = {
        "cluster": "shop",
        "taskDefinition": "orders",
        "launchType": "FARGATE",
        "networkConfiguration": lab.network,
        **changed,
    }
    answer = lab.ecs.run_task(**settings)
    assert answer["failures"] == []
    return str(answer["tasks"][0]["taskArn"])


def look(lab: Lab, arn: str) -> dict[str, Any]:
    (task,) = lab.ecs.describe_tasks(cluster="shop", tasks=[arn])["tasks"]
    return dict(task)


def states(lab: Lab, arn: str, until: str) -> list[str]:
    found = [look(lab, arn)["lastStatus"]]
    while found[-1] != until:
        lab.pass_time(seconds=1)
        status = look(lab, arn)["lastStatus"]
        found += [] if status == found[-1] else [status]
    return found


def test_a_task_comes_up_and_goes_down_through_every_state(lab: Lab) -> None:
    lab.register("1")
    arn = run(lab)
    assert states(lab, arn, "RUNNING") == ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]
    lab.ecs.stop_task(cluster="shop", task=arn, reason="enough")
    found = states(lab, arn, "STOPPED")
    assert found == ["DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"]
    task = look(lab, arn)
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "enough")
    times = ["createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "stoppingAt"]
    times += ["executionStoppedAt", "stoppedAt"]
    assert sorted(times, key=lambda name: task[name]) == times


def test_a_task_on_fargate_has_an_interface_and_a_platform(lab: Lab) -> None:
    lab.register("1")
    arn = run(lab)
    lab.ecs.get_waiter("tasks_running").wait(cluster="shop", tasks=[arn])
    task = look(lab, arn)
    details = {each["name"]: each["value"] for each in task["attachments"][0]["details"]}
    assert details["subnetId"] in lab.subnets
    assert task["platformVersion"] == "1.4.0"
    assert (task["cpu"], task["memory"]) == ("256", "512")
    interfaces = task["containers"][0]["networkInterfaces"]
    assert interfaces[0]["privateIpv4Address"] == details["privateIPv4Address"]
    lab.ecs.stop_task(cluster="shop", task=arn)
    lab.ecs.get_waiter("tasks_stopped").wait(cluster="shop", tasks=[arn])
    ec2: Any = client("ec2", REGION)
    with pytest.raises(ClientError, match="NotFound"):
        ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])


def test_a_task_ends_with_its_essential_container(lab: Lab) -> None:
    ages = Behaviour(exits_after=timedelta(minutes=10), exit_code=137)
    lab.aws.workloads.provide(lambda container: ages)
    lab.register("1")
    arn = run(lab)
    lab.pass_time(minutes=10)
    assert look(lab, arn)["lastStatus"] == "RUNNING"
    lab.pass_time(minutes=1)
    task = look(lab, arn)
    assert task["lastStatus"] == "STOPPED"
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["containers"][0]["exitCode"] == 137


def test_a_batch_job_ends_by_itself(lab: Lab) -> None:
    asked: list[Container] = []

    def job(container: Container) -> Behaviour:
        asked.append(container)
        return Behaviour(exits_after=timedelta(seconds=30), exit_code=0)

    lab.aws.workloads.provide(job)
    lab.register("1", container={"environment": [{"name": "A", "value": "1"}]})
    override = {
        "name": "orders",
        "command": ["migrate"],
        "environment": [{"name": "B", "value": "2"}],
    }
    arn = run(lab, overrides={"containerOverrides": [override]})
    lab.ecs.get_waiter("tasks_stopped").wait(cluster="shop", tasks=[arn])
    assert look(lab, arn)["containers"][0]["exitCode"] == 0
    assert asked[0].environment == {"A": "1", "B": "2"}
    assert (asked[0].command, asked[0].tag) == (("migrate",), "1")


def test_an_image_that_ecr_has_not_cannot_be_pulled(lab: Lab) -> None:
    ecr: Any = client("ecr", REGION)
    uri = ecr.create_repository(repositoryName="orders")["repository"]["repositoryUri"]
    lab.register("1", container={"image": f"{uri}:9"})
    arn = run(lab)
    lab.pass_time(minutes=1)
    task = look(lab, arn)
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"] == (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
        f"resolve ref {uri}:9: {uri}:9: not found"
    )
    assert "startedAt" not in task


def test_the_tags_of_an_image_in_ecr_are_known_by_its_digest(lab: Lab) -> None:
    ecr: Any = client("ecr", REGION)
    uri = ecr.create_repository(repositoryName="orders")["repository"]["repositoryUri"]
    digest = push("orders", "1.4.2")
    asked: list[Container] = []
    lab.aws.workloads.provide(lambda container: asked.append(container))
    lab.register("1", container={"image": f"{uri}@{digest}"})
    arn = run(lab)
    lab.ecs.get_waiter("tasks_running").wait(cluster="shop", tasks=[arn])
    assert (asked[0].repository, asked[0].tag) == ("orders", "1.4.2")
    assert look(lab, arn)["containers"][0]["imageDigest"] == digest
    (image,) = ecr.describe_images(repositoryName="orders")["imageDetails"]
    assert image["lastRecordedPullTime"] <= lab.aws.clock.now()
    ecr.update_image_storage_class(
        repositoryName="orders", imageId={"imageDigest": digest}, targetStorageClass="ARCHIVE"
    )
    archived = run(lab)
    lab.pass_time(minutes=1)
    assert look(lab, archived)["stopCode"] == "TaskFailedToStart"


@pytest.mark.parametrize(
    ("health", "status"), [({"/ready": 200}, "HEALTHY"), ({"/": 200}, "UNHEALTHY")]
)
def test_a_container_health_check_asks_its_url(
    lab: Lab, health: dict[str, int], status: str
) -> None:
    lab.aws.workloads.provide(lambda container: Behaviour(health=health))
    check = {
        "command": ["CMD-SHELL", "curl -f http://localhost:8080/ready || exit 1"],
        "interval": 10,
        "retries": 2,
    }
    lab.register("1", container={"healthCheck": check})
    arn = run(lab)
    lab.pass_time(seconds=34)
    assert look(lab, arn)["healthStatus"] == "UNKNOWN"
    lab.pass_time(seconds=12)
    assert look(lab, arn)["healthStatus"] == status
    assert look(lab, arn)["lastStatus"] == "RUNNING"  # nobody replaces a task of no service


def test_a_stopped_task_is_described_for_an_hour(lab: Lab) -> None:
    lab.register("1")
    arn = run(lab)
    lab.ecs.stop_task(cluster="shop", task=arn)
    lab.pass_time(minutes=59)
    assert look(lab, arn)["lastStatus"] == "STOPPED"
    lab.pass_time(minutes=2)
    answer = lab.ecs.describe_tasks(cluster="shop", tasks=[arn])
    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]


def test_every_state_is_an_event(lab: Lab) -> None:
    seen: list[Event] = []
    lab.aws._state.get("123456789012", REGION, EventBus).listen(seen.append)
    lab.register("1")
    arn = run(lab)
    lab.ecs.get_waiter("tasks_running").wait(cluster="shop", tasks=[arn])
    found = [each for each in seen if each.detail_type == "ECS Task State Change"]
    statuses = [each.detail["lastStatus"] for each in found]
    assert statuses == ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]
    assert found[0].resources == (arn,)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"networkConfiguration": {}}, "Network Configuration must be provided"),
        ({"cluster": "none"}, "Cluster not found."),
        ({"taskDefinition": "none"}, "TaskDefinition not found."),
        ({"count": 11}, "count should be between 1 and 10"),
        ({"launchType": "EC2"}, "No Container Instances were found in your cluster."),
    ],
)
def test_what_cannot_be_run_is_refused(lab: Lab, changed: dict[str, Any], message: str) -> None:
    lab.register("1")
    with pytest.raises(ClientError, match=message):
        run(lab, **changed)


def test_a_task_runs_on_a_container_instance(lab: Lab) -> None:
    ec2: Any = client("ec2", REGION)
    (made,) = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"]
    document = f'{{"instanceId": "{made["InstanceId"]}"}}'
    instance = lab.ecs.register_container_instance(
        cluster="shop", instanceIdentityDocument=document
    )["containerInstance"]
    ports = [{"containerPort": 8080, "hostPort": 0}]
    lab.register(
        "1",
        requiresCompatibilities=["EC2"],
        networkMode="bridge",
        container={"portMappings": ports},
    )
    answer = lab.ecs.run_task(cluster="shop", taskDefinition="orders", count=2)
    arns = [task["taskArn"] for task in answer["tasks"]]
    lab.ecs.get_waiter("tasks_running").wait(cluster="shop", tasks=arns)
    found = [look(lab, arn) for arn in arns]
    bindings = [task["containers"][0]["networkBindings"][0]["hostPort"] for task in found]
    assert len(set(bindings)) == 2
    arn = instance["containerInstanceArn"]
    (shown,) = lab.ecs.describe_container_instances(cluster="shop", containerInstances=[arn])[
        "containerInstances"
    ]
    assert shown["runningTasksCount"] == 2
    left = {each["name"]: each.get("integerValue") for each in shown["remainingResources"]}
    whole = {each["name"]: each.get("integerValue") for each in shown["registeredResources"]}
    assert whole["MEMORY"] - left["MEMORY"] == 2 * 512


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cpu": "256", "memory": "4096"}, "No Fargate configuration exists"),
        ({"networkMode": "bridge"}, "only supports network mode"),
        ({"cpu": ""}, "requires that 'cpu' be defined"),
        ({"container": {"cpu": 300}}, "want 300 CPU units together, and the task has 256"),
        ({"container": {"memory": 600}}, "want 600 MiB"),
        ({"container": {"privileged": True}}, "privileged"),
        (
            {"container": {"portMappings": [{"containerPort": 80, "hostPort": 8080}]}},
            "must match",
        ),
        (
            {"container": {"logConfiguration": {"logDriver": "awslogs", "options": {}}}},
            "to support log driver awslogs",
        ),
        ({"ephemeralStorage": {"sizeInGiB": 20}}, "between 21 and 200"),
    ],
)
def test_what_fargate_does_not_take_is_refused(
    lab: Lab, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        lab.register("1", **changed)
