"""Target health follows the health check of the group and what the targets answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from elbv2_lab import Lab

from offline_aws.workloads import NO_ANSWER, Behaviour

HOST = "172.31.0.10"


def test_a_new_target_is_registered_then_checked_then_healthy(lab: Lab) -> None:
    lab.aws.workloads.at(HOST, Behaviour(starts_after=timedelta(seconds=12)))
    lab.register(HOST)
    assert lab.health() == [
        {
            "State": "initial",
            "Reason": "Elb.RegistrationInProgress",
            "Description": "Target registration is in progress",
        }
    ]
    lab.aws.clock.advance(seconds=6)
    assert lab.health()[0]["Reason"] == "Elb.InitialHealthChecking"
    lab.aws.clock.advance(seconds=9)  # the checks come after 5, 15, 25 … seconds
    assert lab.health() == [{"State": "healthy"}]


def test_a_host_of_which_nothing_is_known_is_healthy(lab: Lab) -> None:
    lab.register("10.0.0.7")
    lab.aws.clock.advance(seconds=5)
    assert lab.states() == ["healthy"]


@pytest.mark.parametrize(
    ("behaviour", "reason", "description"),
    [
        (
            Behaviour(health=503),
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [503]",
        ),
        (
            Behaviour(health={"/": 200}),
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [404]",
        ),
        (Behaviour(health=NO_ANSWER), "Target.Timeout", "Request timed out"),
        (
            Behaviour(starts_after=timedelta(hours=1)),
            "Target.FailedHealthChecks",
            "Health checks failed",
        ),
        (None, "Target.FailedHealthChecks", "Health checks failed"),
    ],
)
def test_a_target_is_unhealthy_for_the_reason_that_aws_names(
    lab: Lab, behaviour: Behaviour | None, reason: str, description: str
) -> None:
    lab.aws.workloads.at(HOST, behaviour)
    lab.register(HOST)
    lab.aws.clock.advance(seconds=14)
    assert lab.states() == ["initial"]  # one failure, and two are needed
    lab.aws.clock.advance(seconds=1)
    assert lab.health() == [{"State": "unhealthy", "Reason": reason, "Description": description}]


def test_an_unhealthy_target_needs_the_healthy_threshold_to_come_back(lab: Lab) -> None:
    lab.aws.workloads.at(HOST, Behaviour(starts_after=timedelta(seconds=20)))
    lab.register(HOST)
    lab.aws.clock.advance(seconds=15)
    assert lab.states() == ["unhealthy"]
    lab.aws.clock.advance(seconds=29)  # successes after 25 and 35 seconds
    assert lab.states() == ["unhealthy"]
    lab.aws.clock.advance(seconds=1)
    assert lab.states() == ["healthy"]


def test_a_healthy_target_that_changes_is_noticed_after_the_unhealthy_threshold(lab: Lab) -> None:
    lab.register(HOST)
    lab.aws.clock.advance(days=30)
    assert lab.states() == ["healthy"]
    lab.aws.workloads.at(HOST, Behaviour(health=500))
    assert lab.states() == ["healthy"]
    lab.aws.clock.advance(seconds=25)
    assert lab.states() == ["unhealthy"]
    lab.aws.workloads.at(HOST, Behaviour(starts_after=timedelta(0)))
    lab.aws.clock.advance(seconds=35)
    assert lab.states() == ["healthy"]


def test_what_becomes_of_a_program_is_seen_at_its_time(lab: Lab) -> None:
    ages = ((timedelta(minutes=10), 500), (timedelta(minutes=20), 200))
    lab.aws.workloads.at(HOST, Behaviour(becomes=ages, exits_after=timedelta(hours=1)))
    lab.register(HOST)
    seen = []
    for _ in range(5):
        lab.aws.clock.advance(minutes=9)
        seen += lab.states()
    assert seen == ["healthy", "unhealthy", "healthy", "healthy", "healthy"]
    lab.aws.clock.advance(minutes=20)
    assert lab.states() == ["unhealthy"]


def test_the_health_check_has_a_port_and_a_matcher_of_its_own(lab: Lab) -> None:
    group = lab.make_group("own", HealthCheckPort="9000", Matcher={"HttpCode": "200,300-399"})
    lab.elb.create_rule(
        ListenerArn=lab.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/own"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    lab.aws.workloads.at(HOST, Behaviour(health=302), port=9000)
    lab.register(HOST, group=group)
    lab.aws.clock.advance(minutes=1)
    (found,) = lab.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert found == {
        "Target": {"Id": HOST, "Port": 8080},
        "HealthCheckPort": "9000",
        "TargetHealth": {"State": "healthy"},
    }
    lab.elb.modify_target_group(TargetGroupArn=group, HealthCheckPort="8080")
    lab.aws.clock.advance(minutes=1)
    assert lab.states(group) == ["unhealthy"]


def test_a_changed_path_is_checked_from_then_on(lab: Lab) -> None:
    lab.aws.workloads.at(HOST, Behaviour(health={"/health": 200}))
    lab.register(HOST)
    lab.aws.clock.advance(minutes=1)
    assert lab.states() == ["healthy"]
    lab.elb.modify_target_group(TargetGroupArn=lab.group, HealthCheckPath="/healthz")
    assert lab.states() == ["healthy"]
    lab.aws.clock.advance(minutes=1)
    assert lab.states() == ["unhealthy"]


def test_a_group_that_nothing_forwards_to_is_not_in_use(lab: Lab) -> None:
    group = lab.make_group("spare")
    lab.register(HOST, group=group)
    lab.aws.clock.advance(minutes=5)
    assert lab.health(group)[0]["Reason"] == "Target.NotInUse"
    weights = [(lab.group, 90), (group, 10)]
    lab.elb.modify_listener(
        ListenerArn=lab.listener,
        DefaultActions=[
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [{"TargetGroupArn": a, "Weight": w} for a, w in weights]
                },
            }
        ],
    )
    assert lab.health(group)[0]["Reason"] == "Elb.RegistrationInProgress"
    lab.aws.clock.advance(seconds=5)
    assert lab.states(group) == ["healthy"]


def test_a_deregistered_target_drains(lab: Lab) -> None:
    lab.elb.modify_target_group_attributes(
        TargetGroupArn=lab.group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}],
    )
    lab.register(HOST)
    lab.elb.deregister_targets(TargetGroupArn=lab.group, Targets=[{"Id": HOST}])
    assert lab.health()[0]["Reason"] == "Target.DeregistrationInProgress"
    lab.aws.clock.advance(seconds=59)
    assert lab.states() == ["draining"]
    lab.aws.clock.advance(seconds=1)
    assert lab.states() == []
    asked = lab.health(Targets=[{"Id": HOST}])
    assert asked[0]["Reason"] == "Target.NotRegistered"


def test_a_target_that_is_not_registered_cannot_be_deregistered(lab: Lab) -> None:
    with pytest.raises(ClientError, match="InvalidTarget"):
        lab.elb.deregister_targets(TargetGroupArn=lab.group, Targets=[{"Id": HOST}])


def test_a_host_is_a_target_at_several_ports(lab: Lab) -> None:
    lab.aws.workloads.at(HOST, Behaviour(), port=8080)
    targets = [{"Id": HOST, "Port": port} for port in (8080, 8081)]
    lab.elb.register_targets(TargetGroupArn=lab.group, Targets=targets)
    lab.aws.clock.advance(minutes=1)
    assert lab.states() == ["healthy", "unhealthy"]
    lab.elb.deregister_targets(TargetGroupArn=lab.group, Targets=targets[1:])
    assert lab.states() == ["healthy", "draining"]


def test_an_instance_that_is_stopped_is_unused(lab: Lab) -> None:
    ec2: Any = boto3.client("ec2")
    (instance,) = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"]
    group = lab.make_group("instances", TargetType="instance")
    action = [{"Type": "forward", "TargetGroupArn": group}]
    lab.elb.modify_listener(ListenerArn=lab.listener, DefaultActions=action)
    lab.register(instance["InstanceId"], group=group)
    lab.aws.clock.advance(minutes=1)
    assert lab.states(group) == ["healthy"]
    ec2.stop_instances(InstanceIds=[instance["InstanceId"]])
    assert lab.health(group)[0]["Reason"] == "Target.InvalidState"


def test_a_reset_forgets_targets_and_workloads(lab: Lab) -> None:
    lab.aws.workloads.at(HOST, Behaviour(health=500))
    lab.aws.reset()
    lab.aws.clock.advance(seconds=1)
    again = Lab(lab.aws)
    again.register(HOST)
    lab.aws.clock.advance(minutes=1)
    assert again.states() == ["healthy"]
