"""Rolling deployments replace tasks within their limits, and go back when they fail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import REGION, Lab, alarm_goes_off
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_aws.clients import client
from offline_aws.workloads import Behaviour, Container

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def bad_version_two(container: Container) -> Behaviour | None:
    return Behaviour(health=503) if container.tag == "2" else None


def started(lab: Lab, count: int = 2, **changed: Any) -> str:
    """Make the service behind a load balancer, at version 1."""
    (group,) = lab.balancer("orders")
    lab.aws.workloads.provide(bad_version_two)
    lab.register("1")
    lab.create(count, loadBalancers=lab.behind(group), **changed)
    lab.stable()
    return group


def test_a_deployment_starts_the_new_before_it_stops_the_old(lab: Lab) -> None:
    started(lab)
    lab.register("3")
    before = lab.primary()["id"]
    shown = lab.update(taskDefinition="orders")["deployments"]
    assert [each["status"] for each in shown] == ["PRIMARY", "ACTIVE"]
    assert shown[1]["id"] == before
    lab.pass_time(seconds=1)
    assert lab.versions() == ["1", "1", "3", "3"]
    lab.stable()
    assert lab.versions() == ["3", "3"]
    assert lab.primary()["id"] != before
    messages = lab.messages()
    assert "has begun draining connections on 2 tasks." in messages
    assert any(each.startswith("has stopped 2 running tasks:") for each in messages)
    assert messages[-1] == "has reached a steady state."
    reasons = {task["stoppedReason"] for task in lab.tasks(desiredStatus="STOPPED")}
    assert reasons == {f"Scaling activity initiated by (deployment {before})"}


def test_an_update_that_changes_nothing_deploys_nothing(lab: Lab) -> None:
    lab.register("1")
    lab.create(1)
    lab.stable()
    before = lab.primary()["id"]
    assert lab.update(taskDefinition="orders:1")["deployments"][0]["id"] == before
    assert lab.update(forceNewDeployment=True)["deployments"][0]["id"] != before
    lab.stable()


def test_a_deployment_waits_for_old_targets_to_drain(lab: Lab) -> None:
    (group,) = lab.balancer("orders", drain=120)
    lab.register("1")
    lab.create(1, loadBalancers=lab.behind(group))
    lab.stable()
    lab.register("3")
    lab.update(taskDefinition="orders")
    lab.pass_time(minutes=1)
    states = {task["lastStatus"] for task in lab.tasks(desiredStatus="STOPPED")}
    assert states == {"DEACTIVATING"}
    assert len(lab.service()["deployments"]) == 2
    lab.pass_time(minutes=3)
    assert len(lab.service()["deployments"]) == 1


@settings(
    max_examples=4,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    count=st.integers(1, 5),
    least=st.sampled_from([0, 50, 66, 100]),
    most=st.sampled_from([100, 150, 200]),
)
def test_a_deployment_keeps_within_its_limits(lab: Lab, count: int, least: int, most: int) -> None:
    if (least >= 100 and most <= 100) or count * most // 100 == -(-count * least // 100):
        return
    lab.aws.reset()
    lab = Lab(lab.aws)
    lab.register("1")
    limits = {"minimumHealthyPercent": least, "maximumPercent": most}
    lab.create(count, deploymentConfiguration=limits)
    lab.stable()
    lab.register("3")
    lab.update(taskDefinition="orders")
    while lab.primary()["rolloutState"] != "COMPLETED":
        lab.pass_time(seconds=5)
        tasks = lab.tasks()
        running = [task for task in tasks if task["lastStatus"] == "RUNNING"]
        assert len(tasks) <= count * most // 100
        assert len(running) >= -(-count * least // 100)
    assert lab.versions() == ["3"] * count


def test_the_circuit_breaker_rolls_back(lab: Lab) -> None:
    started(lab, deploymentConfiguration=BREAKER)
    good = lab.primary()["id"]
    lab.register("2")
    bad = lab.update(taskDefinition="orders")["deployments"][0]["id"]
    lab.aws.clock.advance_until(lambda: lab.primary()["id"] != bad)
    back, failed, _ = lab.service()["deployments"]
    reason = f"ECS deployment circuit breaker: rolling back to deploymentId {good}."
    assert (back["rolloutState"], back["rolloutStateReason"]) == ("IN_PROGRESS", reason)
    assert (failed["id"], failed["status"], failed["rolloutState"]) == (bad, "ACTIVE", "FAILED")
    assert failed["rolloutStateReason"] == "ECS deployment circuit breaker: tasks failed to start."
    assert failed["failedTasks"] >= 3
    lab.stable()
    assert lab.versions() == ["1", "1"]
    assert lab.service()["taskDefinition"].endswith("orders:1")
    messages = lab.messages()
    where = messages.index(f"(deployment {bad}) deployment failed: tasks failed to start.")
    assert messages[where + 1] == f"rolling back to deployment {good}."


def test_the_circuit_breaker_without_rollback_leaves_the_old_tasks(lab: Lab) -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
    started(lab, deploymentConfiguration=breaker)
    lab.register("2")
    lab.update(taskDefinition="orders")
    lab.pass_time(minutes=20)
    assert lab.primary()["rolloutState"] == "FAILED"
    assert lab.versions() == ["1", "1"]
    (newest, _) = lab.ecs.list_service_deployments(cluster="shop", service="orders")[
        "serviceDeployments"
    ]
    assert newest["status"] == "STOPPED"


def test_without_a_circuit_breaker_a_bad_deployment_goes_on(lab: Lab) -> None:
    started(lab, 1)
    lab.register("2")
    lab.update(taskDefinition="orders")
    lab.pass_time(minutes=15)
    primary = lab.primary()
    assert (primary["rolloutState"], primary["failedTasks"] > 3) == ("IN_PROGRESS", True)
    assert "1" in lab.versions()


@pytest.mark.parametrize(
    ("count", "given", "threshold"),
    [
        (1, None, 3),
        (25, None, 13),
        (400, None, 200),
        (800, None, 200),
        (25, {"type": "BOUNDED_PERCENT", "value": 4}, 3),
        (25, {"type": "UNBOUNDED_PERCENT", "value": 4}, 1),
        (800, {"type": "UNBOUNDED_PERCENT", "value": 50}, 400),
        (800, {"type": "COUNT", "value": 5}, 5),
    ],
)
def test_the_threshold_of_the_circuit_breaker(
    lab: Lab, count: int, given: dict[str, Any] | None, threshold: int
) -> None:
    breaker: dict[str, Any] = {"enable": True, "rollback": True}
    if given:
        breaker["thresholdConfiguration"] = given
    lab.register("1")
    lab.create(count, deploymentConfiguration={"deploymentCircuitBreaker": breaker})
    (brief,) = lab.ecs.list_service_deployments(cluster="shop", service="orders")[
        "serviceDeployments"
    ]
    (found,) = lab.ecs.describe_service_deployments(
        serviceDeploymentArns=[brief["serviceDeploymentArn"]]
    )["serviceDeployments"]
    assert found["deploymentCircuitBreaker"] == {
        "status": "MONITORING",
        "failureCount": 0,
        "threshold": threshold,
    }


def test_an_alarm_rolls_back(lab: Lab) -> None:
    alarms = {"alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True}}
    started(lab, deploymentConfiguration={**alarms, "bakeTimeInMinutes": 10})
    lab.pass_time(minutes=10)
    good = lab.primary()["id"]
    assert lab.primary()["rolloutState"] == "COMPLETED"
    lab.register("3")
    bad = lab.update(taskDefinition="orders")["deployments"][0]["id"]
    alarm_goes_off(lab, "others")
    lab.pass_time(minutes=3)
    assert lab.primary()["rolloutState"] == "IN_PROGRESS"  # it bakes
    alarm_goes_off(lab, "errors")
    assert lab.primary()["id"] not in (good, bad)
    lab.stable()
    assert lab.versions() == ["1", "1"]
    assert f"(deployment {bad}) deployment failed: alarm detected." in lab.messages()
    alarm_goes_off(lab, "errors")  # nothing is deployed: nobody listens
    lab.pass_time(minutes=1)
    assert lab.primary()["rolloutState"] == "COMPLETED"


def test_an_alarm_that_is_on_already_is_not_watched(lab: Lab) -> None:
    cloudwatch: Any = client("cloudwatch", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        Namespace="Shop",
        MetricName="Errors",
        Period=60,
        EvaluationPeriods=1,
        Statistic="Sum",
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    alarms = {"alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True}}
    lab.register("1")
    lab.create(1, deploymentConfiguration=alarms)
    lab.pass_time(seconds=1)
    alarm_goes_off(lab, "errors")
    lab.stable()
    assert lab.primary()["rolloutState"] == "COMPLETED"


def test_the_history_of_a_service(lab: Lab) -> None:
    started(lab, deploymentConfiguration=BREAKER)
    lab.register("2")
    lab.update(taskDefinition="orders")
    lab.pass_time(minutes=20)
    newest, first = lab.ecs.list_service_deployments(cluster="shop", service="orders")[
        "serviceDeployments"
    ]
    assert (first["status"], newest["status"]) == ("SUCCESSFUL", "ROLLBACK_SUCCESSFUL")
    (found,) = lab.ecs.describe_service_deployments(
        serviceDeploymentArns=[newest["serviceDeploymentArn"]]
    )["serviceDeployments"]
    assert found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert found["deploymentCircuitBreaker"]["failureCount"] >= 3
    assert found["rollback"]["serviceRevisionArn"] == first["targetServiceRevisionArn"]
    assert found["rollback"]["reason"].startswith("ECS deployment circuit breaker:")
    arns = [newest["targetServiceRevisionArn"], first["targetServiceRevisionArn"]]
    revisions = lab.ecs.describe_service_revisions(serviceRevisionArns=arns)["serviceRevisions"]
    assert [each["taskDefinition"][-1] for each in revisions] == ["2", "1"]
    assert lab.service()["currentServiceRevisions"][0]["arn"] == arns[1]


def test_a_deployment_is_stopped_by_hand(lab: Lab) -> None:
    started(lab)
    lab.register("3")
    lab.update(taskDefinition="orders")
    lab.pass_time(seconds=20)
    (newest, _) = lab.ecs.list_service_deployments(cluster="shop", service="orders")[
        "serviceDeployments"
    ]
    arn = newest["serviceDeploymentArn"]
    lab.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    lab.stable()
    assert lab.versions() == ["1", "1"]
    with pytest.raises(lab.ecs.exceptions.ConflictException):
        lab.ecs.stop_service_deployment(serviceDeploymentArn=arn)


def test_a_slow_version_needs_a_grace_period(lab: Lab) -> None:
    slow = Behaviour(starts_after=timedelta(seconds=50))
    lab.aws.workloads.provide(lambda c: slow if c.tag == "3" else None)
    started(lab, 1, deploymentConfiguration=BREAKER)
    lab.register("3")
    lab.update(taskDefinition="orders")
    lab.pass_time(minutes=15)
    assert lab.versions() == ["1"]
    lab.update(taskDefinition="orders", healthCheckGracePeriodSeconds=90)
    lab.stable()
    assert lab.versions() == ["3"]


def test_a_quiet_day_has_nothing_to_do(lab: Lab) -> None:
    started(lab)
    lab.pass_time(hours=2)
    assert lab.aws.clock._due == []


def test_a_bad_configuration_is_refused(lab: Lab) -> None:
    lab.register("1")
    limits = {"minimumHealthyPercent": 100, "maximumPercent": 100}
    with pytest.raises(ClientError, match="must allow for running more than 100%"):
        lab.create(1, deploymentConfiguration=limits)
