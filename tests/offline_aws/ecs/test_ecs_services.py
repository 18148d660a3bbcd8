"""A service keeps its tasks running, and tells what it does in AWS's words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import REGION, Lab

from offline_aws.clients import client
from offline_aws.event_bus import Event, EventBus
from offline_aws.workloads import Behaviour


def test_a_service_comes_to_a_steady_state(lab: Lab) -> None:
    lab.register("1")
    made = lab.create(3)
    assert (made["runningCount"], made["pendingCount"], made["desiredCount"]) == (0, 0, 3)
    assert made["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    lab.pass_time(seconds=1)
    assert lab.service()["pendingCount"] == 3
    lab.stable()
    service = lab.service()
    assert (service["runningCount"], service["pendingCount"]) == (3, 0)
    (deployment,) = service["deployments"]
    assert deployment["rolloutState"] == "COMPLETED"
    assert deployment["rolloutStateReason"] == f"ECS deployment {deployment['id']} completed."
    assert {task["startedBy"] for task in lab.tasks()} == {deployment["id"]}
    assert {task["group"] for task in lab.tasks()} == {"service:orders"}
    first, *others = lab.messages()
    assert re.fullmatch(r"has started 3 tasks: (\(task [0-9a-f]{32}\) ?){3}\.", first)
    assert others == [
        f"(deployment {deployment['id']}) deployment completed.",
        "has reached a steady state.",
    ]


def test_a_service_behind_a_load_balancer_is_steady_when_its_targets_are_healthy(lab: Lab) -> None:
    (group,) = lab.balancer("orders")
    slow = Behaviour(starts_after=timedelta(seconds=24))
    lab.aws.workloads.provide(lambda container: slow)
    lab.register("1")
    lab.create(1, loadBalancers=lab.behind(group), healthCheckGracePeriodSeconds=60)
    lab.pass_time(seconds=45)
    assert lab.service()["runningCount"] == 1
    assert "has reached a steady state." not in lab.messages()
    lab.pass_time(seconds=30)
    assert lab.messages()[1] == f"registered 1 targets in (target-group {group})"
    assert lab.messages()[-1] == "has reached a steady state."
    (health,) = lab.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    address = lab.tasks()[0]["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
    assert health["Target"]["Id"] == address


def test_without_a_grace_period_a_slow_task_is_replaced_for_ever(lab: Lab) -> None:
    (group,) = lab.balancer("orders")
    slow = Behaviour(starts_after=timedelta(seconds=40))
    lab.aws.workloads.provide(lambda container: slow)
    lab.register("1")
    lab.create(1, loadBalancers=lab.behind(group))
    lab.pass_time(minutes=10)
    assert lab.primary()["rolloutState"] == "IN_PROGRESS"
    assert lab.primary()["failedTasks"] > 3
    stopped = lab.tasks(desiredStatus="STOPPED")
    assert {task["stoppedReason"] for task in stopped} == {
        f"Task failed ELB health checks in (target-group {group})"
    }
    assert {task["stopCode"] for task in stopped} == {"ServiceSchedulerInitiated"}
    assert (
        f"(port 8080) is unhealthy in (target-group {group}) due to (reason Health checks failed)."
        in lab.messages()
    )


def test_a_task_that_crashes_is_replaced(lab: Lab) -> None:
    lives = Behaviour(exits_after=timedelta(minutes=10), exit_code=1)
    lab.aws.workloads.provide(lambda container: lives)
    lab.register("1")
    lab.create(1)
    lab.pass_time(minutes=9)
    (before,) = lab.tasks()
    lab.pass_time(minutes=3)
    (after,) = lab.tasks()
    assert after["taskArn"] != before["taskArn"]
    assert after["lastStatus"] == "RUNNING"
    (stopped,) = lab.tasks(desiredStatus="STOPPED")
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert lab.primary()["rolloutState"] == "COMPLETED"


def test_a_task_with_an_unhealthy_container_is_replaced(lab: Lab) -> None:
    ills = Behaviour(becomes=((timedelta(minutes=5), 500),))
    lab.aws.workloads.provide(lambda container: ills)
    check = {"command": ["CMD", "curl", "-f", "http://localhost:8080/"], "interval": 10}
    lab.register("1", container={"healthCheck": check})
    lab.create(1)
    lab.pass_time(minutes=7)
    (stopped,) = lab.tasks(desiredStatus="STOPPED")
    assert stopped["stoppedReason"] == "Task failed container health checks"
    assert any("failed container health checks." in each for each in lab.messages())


def test_a_task_that_is_stopped_by_hand_is_replaced(lab: Lab) -> None:
    lab.register("1")
    lab.create(2)
    lab.stable()
    lab.ecs.stop_task(cluster="shop", task=lab.tasks()[0]["taskArn"])
    lab.pass_time(minutes=2)
    assert lab.service()["runningCount"] == 2
    assert lab.messages().count("has reached a steady state.") == 2


def test_tasks_that_never_start_are_started_ever_more_seldom(lab: Lab) -> None:
    ecr: Any = client("ecr", REGION)
    uri = ecr.create_repository(repositoryName="orders")["repository"]["repositoryUri"]
    lab.register("1", container={"image": f"{uri}:none"})
    lab.create(1)
    lab.pass_time(hours=1)
    in_an_hour = lab.primary()["failedTasks"]
    lab.pass_time(hours=24)
    assert 3 < in_an_hour < 15
    assert lab.primary()["failedTasks"] - in_an_hour < 60
    assert any("is unable to consistently start tasks" in each for each in lab.messages())


def test_a_service_is_scaled(lab: Lab) -> None:
    lab.register("1")
    lab.create(1)
    lab.stable()
    lab.update(desiredCount=3)
    lab.stable()
    assert lab.service()["runningCount"] == 3
    lab.update(desiredCount=1)
    lab.stable()
    lab.pass_time(minutes=1)
    service = lab.service()
    assert (service["runningCount"], len(service["deployments"])) == (1, 1)
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"


def test_a_deleted_service_drains_and_is_then_inactive(lab: Lab) -> None:
    lab.register("1")
    lab.create(1)
    lab.stable()
    with pytest.raises(ClientError, match="cannot be stopped while it is scaled above 0"):
        lab.ecs.delete_service(cluster="shop", service="orders")
    deleted = lab.ecs.delete_service(cluster="shop", service="orders", force=True)["service"]
    assert deleted["status"] == "DRAINING"
    lab.ecs.get_waiter("services_inactive").wait(cluster="shop", services=["orders"])
    assert lab.ecs.list_services(cluster="shop")["serviceArns"] == []
    with pytest.raises(ClientError, match="Service was not ACTIVE"):
        lab.update(desiredCount=1)
    assert lab.create(1)["status"] == "ACTIVE"


def test_a_cluster_counts_what_runs_in_it(lab: Lab) -> None:
    lab.register("1")
    lab.create(2)
    lab.pass_time(seconds=1)
    (cluster,) = lab.ecs.describe_clusters(clusters=["shop"])["clusters"]
    assert (cluster["activeServicesCount"], cluster["pendingTasksCount"]) == (1, 2)
    lab.stable()
    (cluster,) = lab.ecs.describe_clusters(clusters=["shop"])["clusters"]
    assert (cluster["runningTasksCount"], cluster["pendingTasksCount"]) == (2, 0)
    with pytest.raises(lab.ecs.exceptions.ClusterContainsServicesException):
        lab.ecs.delete_cluster(cluster="shop")


def test_a_service_without_room_says_so_and_starts_when_there_is(lab: Lab) -> None:
    lab.register("1", requiresCompatibilities=["EC2"], networkMode="bridge")
    lab.create(1, launchType="EC2", networkConfiguration=None)
    lab.pass_time(minutes=5)
    assert lab.messages() == [
        "was unable to place a task because no container instance met all of its requirements. "
        "Reason: No Container Instances were found in your cluster. For more information, see "
        "the Troubleshooting section of the Amazon ECS Developer Guide."
    ]
    ec2: Any = client("ec2", REGION)
    (made,) = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"]
    document = f'{{"instanceId": "{made["InstanceId"]}"}}'
    lab.ecs.register_container_instance(cluster="shop", instanceIdentityDocument=document)
    lab.stable()
    assert lab.service()["runningCount"] == 1


def test_a_daemon_runs_once_on_each_instance(lab: Lab) -> None:
    lab.register("1", requiresCompatibilities=["EC2"], networkMode="bridge")
    ec2: Any = client("ec2", REGION)
    for made in ec2.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)["Instances"]:
        document = f'{{"instanceId": "{made["InstanceId"]}"}}'
        lab.ecs.register_container_instance(cluster="shop", instanceIdentityDocument=document)
    lab.ecs.create_service(
        cluster="shop", serviceName="orders", taskDefinition="orders", schedulingStrategy="DAEMON"
    )
    lab.pass_time(minutes=2)
    assert lab.service()["desiredCount"] == 2
    assert len({task["containerInstanceArn"] for task in lab.tasks()}) == 2


def test_what_a_service_does_is_told_to_event_bridge(lab: Lab) -> None:
    seen: list[Event] = []
    lab.aws._state.get("123456789012", REGION, EventBus).listen(seen.append)
    lab.register("1")
    lab.create(1)
    lab.stable()
    names = [each.detail["eventName"] for each in seen if "eventName" in each.detail]
    assert names == [
        "SERVICE_DEPLOYMENT_IN_PROGRESS",
        "SERVICE_DEPLOYMENT_COMPLETED",
        "SERVICE_STEADY_STATE",
    ]
    assert seen[0].detail["deploymentId"] == lab.primary()["id"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"taskDefinition": "none"}, "TaskDefinition not found."),
        ({"networkConfiguration": None}, "Network Configuration must be provided"),
        ({"launchType": "EC2", "networkConfiguration": None}, "Network Configuration must be"),
        ({"count": None}, "Desired count is required"),
        ({"cluster": "none"}, "Cluster not found."),
        (
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-none"]}}},
            "Error retrieving subnet information",
        ),
    ],
)
def test_what_cannot_be_created_is_refused(lab: Lab, changed: dict[str, Any], message: str) -> None:
    lab.register("1")
    with pytest.raises(ClientError, match=message):
        lab.create(**changed)


def test_a_target_group_has_to_fit_the_task_definition(lab: Lab) -> None:
    (group,) = lab.balancer("orders")
    lab.register("1")
    other = {"targetGroupArn": group, "containerName": "web", "containerPort": 8080}
    with pytest.raises(ClientError, match="The container web does not exist"):
        lab.create(loadBalancers=[other])
    with pytest.raises(ClientError, match="did not have a container port 80 defined"):
        lab.create(loadBalancers=[{**other, "containerName": "orders", "containerPort": 80}])


def test_a_service_has_one_name(lab: Lab) -> None:
    lab.register("1")
    lab.create()
    with pytest.raises(ClientError, match="Creation of service was not idempotent"):
        lab.create()
    answer = lab.ecs.describe_services(cluster="shop", services=["none"])
    assert answer["failures"][0]["reason"] == "MISSING"


def test_tags_are_kept_and_propagated(lab: Lab) -> None:
    lab.register("1")
    made = lab.create(1, tags=[{"key": "team", "value": "shop"}], propagateTags="SERVICE")
    lab.ecs.tag_resource(resourceArn=made["serviceArn"], tags=[{"key": "a", "value": "b"}])
    lab.stable()
    (arn,) = lab.ecs.list_tasks(cluster="shop")["taskArns"]
    assert lab.ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [
        {"key": "team", "value": "shop"},
        {"key": "a", "value": "b"},
    ]
    lab.ecs.untag_resource(resourceArn=made["serviceArn"], tagKeys=["team"])
    (shown,) = lab.ecs.describe_services(cluster="shop", services=["orders"], include=["TAGS"])[
        "services"
    ]
    assert shown["tags"] == [{"key": "a", "value": "b"}]
