"""Chapter 04: other sound ways pass, and what only looks like a safe deployment is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest

from devops_workbook import chapters
from devops_workbook.chapters.safe_deployments import operate, servers
from devops_workbook.chapters.safe_deployments.account import the_shop
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

TENTH = "CodeDeployDefault.ECSCanary10Percent5Minutes"
READINESS = "/actuator/health/readiness"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests: each begins with ``catch_up``, which empties the account."""
    lab = Lab(chapters.load("safe-deployments"), recording=False)
    yield lab
    lab.close()


def deployed(lab: Lab, version: str, config: str | None = None) -> dict[str, Any]:
    return operate.finish(lab.clock, operate.deploy(version, config=config))


def test_a_configuration_that_says_the_same_is_as_good(lab: Lab) -> None:
    lab.catch_up("first-canary")
    boto3.client("codedeploy").create_deployment_config(
        deploymentConfigName="Tenth",
        computePlatform="ECS",
        trafficRoutingConfig={
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 5},
        },
    )
    deployed(lab, "1.4.1", "Tenth")
    assert lab.check("first-canary").passed


def test_a_canary_of_what_everybody_has_is_none(lab: Lab) -> None:
    lab.catch_up("first-canary")
    deployed(lab, "1.4.1")
    deployed(lab, "1.4.1", TENTH)
    assert "1.4.1 was in production already" in lab.check("first-canary").message


def test_an_alarm_with_a_learned_band_is_told_that_it_cannot_be_tried(lab: Lab) -> None:
    lab.catch_up("alarms")
    shop = the_shop()
    metrics = operate.rate_metrics(shop.balancer, shop.dimension(0))
    metrics.append({"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(rate, 2)"})
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="learned",
        EvaluationPeriods=2,
        ComparisonOperator="GreaterThanUpperThreshold",
        ThresholdMetricId="band",
        Metrics=metrics,
    )
    result = lab.check("alarms")
    assert result.outcome is Outcome.NOT_YET
    assert "learned compares by GreaterThanUpperThreshold" in result.message


@pytest.mark.parametrize("kind", [int, float, np.int64, np.float64])
def test_a_minute_is_a_number_of_any_kind(lab: Lab, kind: Any) -> None:
    answer = {key: kind(minute) for key, minute in (("canary", 5), ("linear", 9), ("alarm", 2))}
    assert lab.check("predict", answer).passed


@pytest.mark.parametrize(
    ("minute", "said"),
    [(4.5, "a whole number. Found float 4.5"), ("5", "a number. Found str"), (10.0, "minute 10 ")],
)
def test_another_minute_is_named(lab: Lab, minute: object, said: str) -> None:
    assert said in lab.check("predict", {"canary": minute, "linear": 9, "alarm": 2}).message


@pytest.mark.parametrize(
    ("codes", "said"),
    [("200,202", "✓ Passed"), ("200-299", "✓ Passed"), ("200-599", "answers 503")],
)
def test_a_matcher_may_take_what_a_ready_task_answers(lab: Lab, codes: str, said: str) -> None:
    lab.catch_up("readiness")
    for group in the_shop().groups:
        boto3.client("elbv2").modify_target_group(
            TargetGroupArn=group, HealthCheckPath=READINESS, Matcher={"HttpCode": "200"}
        )
    deployment = operate.deploy("1.7.0")
    lab.clock.advance(minutes=10)
    boto3.client("codedeploy").stop_deployment(deploymentId=deployment)
    for group in the_shop().groups:
        boto3.client("elbv2").modify_target_group(TargetGroupArn=group, Matcher={"HttpCode": codes})
    assert said in str(lab.check("readiness"))


def green_alarm() -> None:
    shop = the_shop()
    operate.rate_alarm("orders-green", shop.balancer, shop.dimension(1))


def test_a_composite_alarm_looks_at_what_it_is_composed_of(lab: Lab) -> None:
    lab.catch_up("no-rollback")
    green_alarm()
    boto3.client("cloudwatch").put_composite_alarm(
        AlarmName="either", AlarmRule='ALARM(orders-blue) OR ALARM("orders-green")'
    )
    operate.guard("either")
    deployed(lab, "1.5.0")
    assert lab.check("no-rollback").passed


def test_an_alarm_that_does_not_exist_guards_nothing(lab: Lab) -> None:
    lab.catch_up("no-rollback")
    green_alarm()
    operate.guard("orders-blue", "orders-green", "order-green")
    deployed(lab, "1.5.0")
    result = lab.check("no-rollback")
    assert "looks at order-green, and there is no alarm of that name" in result.message
    operate.guard("orders-blue", "orders-green")
    assert "CloudWatch could not tell the state" in lab.check("no-rollback").message


def test_a_rollback_by_hand_is_not_the_alarms(lab: Lab) -> None:
    lab.catch_up("no-rollback")
    green_alarm()
    operate.guard("orders-blue", "orders-green")
    deployment = operate.deploy("1.5.0")
    lab.clock.advance(seconds=90)
    boto3.client("codedeploy").stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    operate.finish(lab.clock, deployment)
    assert "no alarm has done it" in lab.check("no-rollback").message


def test_an_alarm_that_is_always_on_protects_nobody(lab: Lab) -> None:
    lab.catch_up("no-rollback")
    shop = the_shop()
    for place, name in enumerate(("orders-blue", "orders-green")):
        boto3.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/ApplicationELB",
            MetricName="RequestCount",
            Dimensions=[
                {"Name": "LoadBalancer", "Value": shop.balancer},
                {"Name": "TargetGroup", "Value": shop.dimension(place)},
            ],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=10,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
        )
    operate.guard("orders-blue", "orders-green")
    deployed(lab, "1.5.0")
    assert "before any customer met 1.5.0" in lab.check("no-rollback").message
    lab.clock.advance(minutes=5)
    deployed(lab, "1.5.0")
    assert "Activated alarms: <orders-blue>" in lab.check("no-rollback").message


def test_three_new_servers_are_as_good_as_one(lab: Lab) -> None:
    lab.catch_up("drift")
    boto3.client("ec2").terminate_instances(InstanceIds=servers.servers())
    servers.launch(3)
    operate.finish(lab.clock, servers.deploy_to_servers("1.4.1"))
    assert lab.check("drift").passed


def test_a_version_that_was_copied_by_hand_was_not_deployed(lab: Lab) -> None:
    lab.catch_up("drift")
    operate.finish(lab.clock, servers.deploy_to_servers("1.4.1"))
    [done, *_] = servers.servers()
    wanted = servers.files_on(lab, done)
    for each in servers.servers():
        root = servers.root_of(lab, each)
        for path in servers.files_on(lab, each):
            (root / path.lstrip("/")).unlink()
        for path, text in wanted.items():
            (root / path.lstrip("/")).write_text(text, encoding="utf-8")
    assert "is Failed: what runs there was put there by hand" in lab.check("drift").message


def test_a_file_that_is_no_text_is_shown_nevertheless(lab: Lab) -> None:
    lab.catch_up("drift")
    [first, *_] = servers.servers()
    (servers.root_of(lab, first) / "core").write_bytes(b"\xff\xfe")
    assert "/core" in servers.files_on(lab, first)
    assert lab.check("drift").outcome is Outcome.NOT_STARTED
