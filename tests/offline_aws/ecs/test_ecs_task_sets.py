"""Task sets: what CodeDeploy and external controllers deploy with."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import Lab


def task_sets(lab: Lab) -> list[dict[str, Any]]:
    return list(lab.ecs.describe_task_sets(cluster="shop", service="orders")["taskSets"])


def make(lab: Lab, definition: str, scale: float = 100, **more: Any) -> dict[str, Any]:
    answer = lab.ecs.create_task_set(
        cluster="shop",
        service="orders",
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration=lab.network,
        scale={"value": scale, "unit": "PERCENT"},
        **more,
    )
    return dict(answer["taskSet"])


def external(lab: Lab, count: int = 3) -> None:
    lab.register("1")
    lab.ecs.create_service(
        cluster="shop",
        serviceName="orders",
        desiredCount=count,
        deploymentController={"type": "EXTERNAL"},
    )


def test_a_task_set_becomes_steady(lab: Lab) -> None:
    external(lab)
    made = make(lab, "orders:1", 50, externalId="d-1")
    assert (made["status"], made["stabilityStatus"]) == ("ACTIVE", "STABILIZING")
    assert made["computedDesiredCount"] == 2  # half of three, rounded up
    lab.pass_time(seconds=20)
    (found,) = task_sets(lab)
    assert (found["pendingCount"], found["runningCount"]) == (2, 0)
    lab.pass_time(minutes=1)
    (found,) = task_sets(lab)
    assert (found["stabilityStatus"], found["runningCount"]) == ("STEADY_STATE", 2)
    assert found["externalId"] == "d-1"
    assert lab.service()["taskSets"][0]["id"] == made["id"]
    assert lab.service()["deployments"] == []


def test_a_task_set_is_scaled(lab: Lab) -> None:
    external(lab)
    made = make(lab, "orders:1", 0)
    lab.pass_time(seconds=1)
    assert task_sets(lab)[0]["stabilityStatus"] == "STEADY_STATE"
    scaled = lab.ecs.update_task_set(
        cluster="shop",
        service="orders",
        taskSet=made["id"],
        scale={"value": 100, "unit": "PERCENT"},
    )["taskSet"]
    assert (scaled["computedDesiredCount"], scaled["stabilityStatus"]) == (3, "STABILIZING")
    lab.pass_time(minutes=1)
    lab.update(desiredCount=5)
    lab.pass_time(minutes=1)
    assert task_sets(lab)[0]["runningCount"] == 5


def test_blue_and_green_change_places_as_codedeploy_does_it(lab: Lab) -> None:
    blue, green = lab.balancer("blue", "green")
    lab.register("1")
    lab.create(2, deploymentController={"type": "CODE_DEPLOY"}, loadBalancers=lab.behind(blue))
    lab.pass_time(minutes=1)
    (first,) = task_sets(lab)
    assert (first["status"], first["stabilityStatus"]) == ("PRIMARY", "STEADY_STATE")
    lab.register("2")
    second = make(lab, "orders:2", loadBalancers=lab.behind(green))
    lab.pass_time(minutes=1)
    # Nothing is forwarded to the green group yet, so nobody checks it.
    assert [each["stabilityStatus"] for each in task_sets(lab)] == ["STEADY_STATE"] * 2
    health = lab.elb.describe_target_health(TargetGroupArn=green)["TargetHealthDescriptions"]
    assert {each["TargetHealth"]["State"] for each in health} == {"unused"}
    lab.elb.modify_listener(
        ListenerArn=lab.listener,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": green}],
    )
    lab.ecs.update_service_primary_task_set(
        cluster="shop", service="orders", primaryTaskSet=second["id"]
    )
    lab.pass_time(minutes=1)
    statuses = {each["id"]: each["status"] for each in task_sets(lab)}
    assert statuses == {first["id"]: "ACTIVE", second["id"]: "PRIMARY"}
    assert lab.service()["taskDefinition"].endswith(":2")
    deleted = lab.ecs.delete_task_set(
        cluster="shop", service="orders", taskSet=first["taskSetArn"], force=True
    )["taskSet"]
    assert deleted["status"] == "DRAINING"
    lab.pass_time(minutes=1)
    (left,) = task_sets(lab)
    assert left["id"] == second["id"]
    assert lab.service()["runningCount"] == 2


def test_a_task_set_that_is_scaled_is_deleted_by_force(lab: Lab) -> None:
    external(lab)
    made = make(lab, "orders:1")
    with pytest.raises(ClientError, match="cannot be deleted while it is scaled above 0"):
        lab.ecs.delete_task_set(cluster="shop", service="orders", taskSet=made["id"])
    with pytest.raises(lab.ecs.exceptions.TaskSetNotFoundException):
        lab.ecs.delete_task_set(cluster="shop", service="orders", taskSet="ecs-svc/1")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"taskDefinition": "orders:1"},
            "Unable to update task definition on services with a CODE_DEPLOY deployment "
            "controller. Use AWS CodeDeploy to trigger a new deployment.",
        ),
        (
            {"forceNewDeployment": True},
            "Cannot force a new deployment on services with a CODE_DEPLOY deployment "
            "controller. Use AWS CodeDeploy to trigger a new deployment.",
        ),
    ],
)
def test_codedeploy_alone_deploys_to_its_services(
    lab: Lab, changed: dict[str, Any], message: str
) -> None:
    lab.register("1")
    lab.create(2, deploymentController={"type": "CODE_DEPLOY"})
    with pytest.raises(ClientError, match=message):
        lab.update(**changed)
    assert lab.update(desiredCount=1)["desiredCount"] == 1


def test_a_service_of_ecs_has_no_task_sets(lab: Lab) -> None:
    lab.register("1")
    lab.create()
    with pytest.raises(ClientError, match="not supported for services with an ECS"):
        make(lab, "orders:1")
