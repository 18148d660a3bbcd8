"""Policies scale a service by its metrics: in proportion to a target, or by steps."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scaling_lab import PLACE, Lab, refused

from offline_aws.applicationautoscaling.scaling import _adjusted


def test_target_tracking_makes_aws_s_two_alarms(lab: Lab) -> None:
    made = lab.track(goal=50)
    names = [each["AlarmName"] for each in made["Alarms"]]
    high, low = lab.cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    assert (high["Threshold"], high["EvaluationPeriods"]) == (50, 3)
    assert (low["Threshold"], low["EvaluationPeriods"]) == (45, 15)
    assert high["ComparisonOperator"] == "GreaterThanThreshold"
    assert low["ComparisonOperator"] == "LessThanThreshold"
    assert high["AlarmName"].startswith("TargetTracking-service/shop/orders-AlarmHigh-")
    assert high["AlarmActions"][0].startswith(f"{made['PolicyARN']}:createdBy/")
    again = lab.track(goal=60, DisableScaleIn=True)
    assert again["PolicyARN"] == made["PolicyARN"]
    (alarm,) = lab.cloudwatch.describe_alarms()["MetricAlarms"]
    assert alarm["Threshold"] == 60
    (policy,) = lab.api.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    assert policy["Alarms"][0]["AlarmName"] == alarm["AlarmName"]
    lab.api.delete_scaling_policy(**PLACE, PolicyName="cpu")
    assert lab.cloudwatch.describe_alarms()["MetricAlarms"] == []


def test_three_minutes_above_the_target_add_capacity_in_proportion(lab: Lab) -> None:
    lab.track(goal=50)
    assert lab.minutes(80, 80, 80) == [2, 2, 4]
    (activity,) = lab.activities()
    assert activity["StatusCode"] == "InProgress"
    assert "AlarmHigh" in activity["Cause"]
    assert activity["Cause"].endswith(" in state ALARM triggered policy cpu")
    lab.minutes(48)
    (activity,) = lab.activities()
    assert activity["StatusMessage"] == (
        "Successfully set desired count to 4. Change successfully fulfilled by ecs."
    )
    history = lab.cloudwatch.describe_alarm_history(HistoryItemType="Action")
    assert "Successfully executed action" in history["AlarmHistoryItems"][0]["HistorySummary"]


def test_in_the_cooldown_what_was_added_counts_and_only_more_is_added(lab: Lab) -> None:
    lab.track(goal=50, ScaleOutCooldown=600)
    assert lab.minutes(70, 70, 70) == [2, 2, 3]
    # 70 % of the two tasks from before are three again; 100 % of them are four.
    assert lab.minutes(70, 70, 70) == [3, 3, 3]
    assert lab.minutes(100, 100)[-1] == 4
    assert lab.minutes(*[100] * 8)[-1] == 4
    # After the cooldown the four tasks count.
    assert lab.minutes(*[100] * 5)[-1] == 8


def test_fifteen_minutes_below_the_target_take_capacity_away(lab: Lab) -> None:
    lab.track(goal=50, ScaleInCooldown=300)
    lab.ecs.update_service(cluster="shop", service="orders", desiredCount=8)
    assert set(lab.minutes(*[20] * 12, 30, 20)) == {8}
    # The worst minute of the fifteen decides: 8 * 30 / 50.
    assert lab.minutes(20) == [5]
    assert set(lab.minutes(*[28] * 5)) == {5}
    # Then the cooldown is over: 5 * 28 / 50, and later 3 * 28 / 50.
    falling = lab.minutes(*[28] * 20)
    assert falling == sorted(falling, reverse=True)
    assert {3, 2} <= set(falling)
    # 47 % is below the target, and above the alarm.
    assert set(lab.minutes(*[47] * 20)) == {2}


def test_at_a_limit_nothing_is_scaled_until_it_is_another(lab: Lab) -> None:
    lab.track(goal=50)
    lab.register(MaxCapacity=2)
    assert set(lab.minutes(*[90] * 10)) == {2}
    (activity,) = lab.activities(IncludeNotScaledActivities=True)
    assert activity["NotScaledReasons"] == [
        {"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 2, "CurrentCapacity": 2}
    ]
    assert lab.activities() == []
    lab.register(MaxCapacity=3)
    assert lab.minutes(90, 90)[-1] == 3


def test_limits_bring_a_capacity_into_them(lab: Lab) -> None:
    lab.register(MinCapacity=4)
    assert lab.desired() == 4
    lab.register(MinCapacity=0, MaxCapacity=1)
    assert lab.desired() == 1
    causes = [each["Cause"] for each in lab.activities()]
    assert causes == ["minimum capacity was set to 4", "maximum capacity was set to 1"]
    assert [each["StatusCode"] for each in lab.activities()] == ["Overridden", "InProgress"]


def test_suspended_scaling_does_nothing(lab: Lab) -> None:
    lab.track(goal=50)
    lab.register(SuspendedState={"DynamicScalingOutSuspended": True})
    assert set(lab.minutes(*[90] * 6)) == {2}
    lab.register(SuspendedState={"DynamicScalingOutSuspended": False})
    assert lab.minutes(90, 90)[-1] > 2


def test_less_needs_every_policy_to_agree(lab: Lab) -> None:
    lab.track(goal=50)
    own = {"MetricName": "Queue", "Namespace": "Shop", "Statistic": "Average", "Dimensions": []}
    lab.api.put_scaling_policy(
        **PLACE,
        PolicyName="queue",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 10,
            "CustomizedMetricSpecification": own,
        },
    )
    for minute in range(25):
        data = {"MetricName": "Queue", "Value": 9.5, "Timestamp": lab.aws.clock.now()}
        lab.aws.record_metrics("Shop", [data])
        assert lab.minutes(20) == [2], minute
    for _ in range(20):
        data = {"MetricName": "Queue", "Value": 1.0, "Timestamp": lab.aws.clock.now()}
        lab.aws.record_metrics("Shop", [data])
        lab.minutes(20)
    assert lab.desired() == 1


def test_steps_go_by_how_far_the_metric_is_from_the_threshold(lab: Lab) -> None:
    policy = lab.steps((0, 15, 1), (15, 25, 2), (25, None, 3))
    lab.alarm(policy, "GreaterThanThreshold", 60)
    assert lab.minutes(60, 60, 60) == [2, 2, 2]
    lab.minutes(70)
    assert lab.minutes(58)[-1] == 3
    lab.minutes(50, 50, 50)
    lab.minutes(90)
    assert lab.minutes(50)[-1] == 6


def test_an_exact_capacity_and_a_step_down(lab: Lab) -> None:
    policy = lab.steps((None, 0, 1), AdjustmentType="ExactCapacity")
    lab.alarm(policy, "LessThanThreshold", 20)
    lab.minutes(10)
    assert lab.minutes(30)[-1] == 1


@settings(max_examples=100)
@given(
    base=st.integers(1, 50),
    percent=st.integers(-100, 300).filter(bool),
    least=st.none() | st.integers(1, 5),
)
def test_percents_are_rounded_as_aws_documents_it(
    base: int, percent: int, least: int | None
) -> None:
    given_: dict[str, Any] = {"AdjustmentType": "PercentChangeInCapacity"}
    if least:
        given_["MinAdjustmentMagnitude"] = least
    exact = base * percent / 100
    size = 1 if 0 < abs(exact) < 1 else int(abs(exact))
    change = max(size, least or 1) * (1 if percent > 0 else -1)
    assert _adjusted(given_, percent, base) == base + change
    assert abs(change) <= max(ceil(abs(exact)), least or 1)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"PolicyType": "TargetTrackingScaling"}, "is required"),
        (
            {
                "StepScalingPolicyConfiguration": {
                    "AdjustmentType": "ChangeInCapacity",
                    "StepAdjustments": [
                        {"MetricIntervalUpperBound": 5, "ScalingAdjustment": 1},
                        {"MetricIntervalLowerBound": 6, "ScalingAdjustment": 1},
                    ],
                }
            },
            "gap",
        ),
    ],
)
def test_a_policy_that_is_not_valid_is_refused(
    lab: Lab, changed: dict[str, Any], message: str
) -> None:
    with refused("ValidationException", message):
        lab.api.put_scaling_policy(**PLACE, PolicyName="x", **changed)


def test_targets_have_to_be_there(lab: Lab) -> None:
    other = {**PLACE, "ResourceId": "service/shop/none"}
    with refused("ValidationException", "ECS service doesn't exist"):
        lab.api.register_scalable_target(**other, MinCapacity=1, MaxCapacity=2)
    with refused("ObjectNotFoundException", "No scalable target found"):
        lab.api.delete_scaling_policy(**other, PolicyName="x")
    with refused("ValidationException", "Unsupported"):
        lab.api.register_scalable_target(**{**PLACE, "ResourceId": "table/x"})
    with refused("ValidationException", "cannot be less"):
        lab.register(MinCapacity=11)
    lab.track()
    lab.api.deregister_scalable_target(**PLACE)
    assert lab.cloudwatch.describe_alarms()["MetricAlarms"] == []
    assert lab.api.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []


def test_a_target_has_tags(lab: Lab) -> None:
    lab.api.tag_resource(ResourceARN=lab.arn, Tags={"team": "shop", "stage": "test"})
    lab.api.untag_resource(ResourceARN=lab.arn, TagKeys=["stage"])
    assert lab.api.list_tags_for_resource(ResourceARN=lab.arn)["Tags"] == {"team": "shop"}
    with refused("ResourceNotFoundException"):
        lab.api.list_tags_for_resource(ResourceARN=f"{lab.arn}x")
