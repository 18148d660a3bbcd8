"""Blue/green deployments to ECS: task sets, the weights of listeners, waits and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from deploy_lab import ROLLBACK, code_of
from ecs_lab import EcsLab, appspec
from function_lab import hooks, make_hook

from offline_aws.workloads import Behaviour

STOP = {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 30}


def test_green_takes_over_and_blue_is_deleted(ecs: EcsLab) -> None:
    ecs.group_of()
    made = ecs.deploy()
    assert ecs.finish(made)["status"] == "Succeeded"
    assert ecs.task_sets() == {"2": "PRIMARY"}
    assert ecs.weights() == {"green": 100}
    assert list(ecs.events(made).items()) == [
        ("BeforeInstall", "Succeeded"),
        ("Install", "Succeeded"),
        ("AfterInstall", "Succeeded"),
        ("BeforeAllowTraffic", "Succeeded"),
        ("AllowTraffic", "Succeeded"),
        ("AfterAllowTraffic", "Succeeded"),
    ]


def test_the_next_deployment_goes_back_to_the_first_target_group(ecs: EcsLab) -> None:
    ecs.group_of()
    ecs.finish(ecs.deploy(2))
    assert ecs.finish(ecs.deploy(3))["status"] == "Succeeded"
    assert ecs.weights() == {"blue": 100}
    assert ecs.task_sets() == {"3": "PRIMARY"}


def test_a_canary_shows_the_weight_of_each_task_set_at_each_moment(ecs: EcsLab) -> None:
    ecs.group_of("Canary10Percent5Minutes", wait=60)
    made = ecs.deploy()
    ecs.clock.advance_until(lambda: ecs.weights() == {"blue": 90, "green": 10})
    assert _shown(ecs, made) == [
        ("Blue", "PRIMARY", 90.0, "blue"),
        ("Green", "ACTIVE", 10.0, "green"),
    ]
    ecs.clock.advance(minutes=4, seconds=50)
    assert ecs.weights() == {"blue": 90, "green": 10}
    ecs.clock.advance(minutes=1)
    assert ecs.weights() == {"green": 100}
    assert _shown(ecs, made) == [
        ("Blue", "ACTIVE", 0.0, "blue"),
        ("Green", "PRIMARY", 100.0, "green"),
    ]
    info = ecs.look(made)
    assert info["status"] == "InProgress"
    assert info["instanceTerminationWaitTimeStarted"] is True
    assert ecs.task_sets() == {"1": "ACTIVE", "2": "PRIMARY"}
    ecs.clock.advance(minutes=61)
    assert ecs.status(made) == "Succeeded"
    assert ecs.task_sets() == {"2": "PRIMARY"}


def _shown(ecs: EcsLab, made: str) -> list[tuple[str, str, float, str]]:
    target = ecs.target(made)
    assert target["targetId"] == "shop:orders"
    assert all(each["identifer"].startswith("ecs-svc/") for each in target["taskSetsInfo"])
    return [
        (each["taskSetLabel"], each["status"], each["trafficWeight"], each["targetGroup"]["name"])
        for each in target["taskSetsInfo"]
    ]


def test_a_linear_shift_moves_ten_percent_a_minute(ecs: EcsLab) -> None:
    ecs.group_of("Linear10PercentEvery1Minutes")
    ecs.deploy()
    ecs.clock.advance_until(lambda: ecs.weights().get("green") == 10)
    found = []
    for _ in range(10):
        found.append(ecs.weights()["green"])
        ecs.clock.advance(minutes=1)
    assert found == [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]


def test_a_test_listener_has_its_own_lifecycle_events(ecs: EcsLab) -> None:
    make_hook("check", "Succeeded")
    ecs.group_of(test=True)
    made = ecs.deploy(hooks=hooks(AfterAllowTestTraffic="check"))
    assert ecs.finish(made)["status"] == "Succeeded"
    assert list(ecs.events(made))[2:6] == [
        "AfterInstall",
        "AllowTestTraffic",
        "AfterAllowTestTraffic",
        "BeforeAllowTraffic",
    ]
    assert ecs.weights(ecs.test) == {"green": 100}


@pytest.mark.parametrize(
    ("event", "rolls_back"),
    [
        ("BeforeInstall", False),
        ("AfterInstall", True),
        ("AfterAllowTestTraffic", True),
        ("BeforeAllowTraffic", True),
        ("AfterAllowTraffic", True),
    ],
)
def test_a_hook_that_fails_is_rolled_back_once_something_is_there(
    ecs: EcsLab, event: str, rolls_back: bool
) -> None:
    make_hook("check", "Failed")
    ecs.group_of(test=True, autoRollbackConfiguration=ROLLBACK)
    made = ecs.deploy(hooks=hooks(**{event: "check"}))
    info = ecs.finish(made)
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert ecs.events(made)[event] == "Failed"
    assert ("rollbackDeploymentId" in info["rollbackInfo"]) is rolls_back
    if rolls_back:
        assert ecs.rolled_back(made)["status"] == "Succeeded"
        assert ecs.target(info["rollbackInfo"]["rollbackDeploymentId"])["taskSetsInfo"]
    assert ecs.weights() == {"blue": 100}
    assert ecs.weights(ecs.test) == {"blue": 100}
    assert ecs.task_sets() == {"1": "PRIMARY"}


def test_without_a_rollback_what_there_is_stays(ecs: EcsLab) -> None:
    make_hook("check", "Failed")
    ecs.group_of("AllAtOnce")
    made = ecs.deploy(hooks=hooks(AfterAllowTraffic="check"))
    assert ecs.finish(made)["status"] == "Failed"
    assert ecs.weights() == {"green": 100}
    assert ecs.task_sets() == {"1": "ACTIVE", "2": "PRIMARY"}


def test_a_deployment_waits_for_the_word_to_go_on(ecs: EcsLab) -> None:
    ecs.group_of(test=True, ready=STOP)
    made = ecs.deploy()
    ecs.clock.advance(minutes=10)
    assert ecs.status(made) == "Ready"
    assert ecs.weights() == {"blue": 100}
    wait = {"deploymentId": made, "deploymentWaitType": "TERMINATION_WAIT"}
    code = "InvalidDeploymentStatusException"
    assert code_of(ecs.client.continue_deployment, **wait) == code
    ecs.client.continue_deployment(deploymentId=made, deploymentWaitType="READY_WAIT")
    assert ecs.finish(made)["status"] == "Succeeded"


def test_a_deployment_that_is_not_continued_is_stopped(ecs: EcsLab) -> None:
    ecs.group_of(ready=STOP, autoRollbackConfiguration=ROLLBACK)
    made = ecs.deploy()
    info = ecs.finish(made)
    assert info["status"] == "Stopped"
    assert 30 <= ecs.minutes(info["completeTime"]) < 31
    assert ecs.rolled_back(made)["status"] == "Succeeded"
    assert ecs.task_sets() == {"1": "PRIMARY"}


def test_the_wait_for_the_end_of_blue_can_be_cut_short(ecs: EcsLab) -> None:
    ecs.group_of(wait=600)
    made = ecs.deploy()
    code = "DeploymentIsNotInReadyStateException"
    assert code_of(ecs.client.continue_deployment, deploymentId=made) == code
    ecs.clock.advance(minutes=5)
    ecs.client.continue_deployment(deploymentId=made, deploymentWaitType="TERMINATION_WAIT")
    assert ecs.status(made) == "Succeeded"
    code = "DeploymentAlreadyCompletedException"
    assert code_of(ecs.client.continue_deployment, deploymentId=made) == code


def test_while_blue_waits_traffic_can_go_back_to_it(ecs: EcsLab) -> None:
    ecs.group_of(wait=60)
    made = ecs.deploy()
    ecs.clock.advance(minutes=5)
    assert ecs.weights() == {"green": 100}
    ecs.client.stop_deployment(deploymentId=made, autoRollbackEnabled=True)
    rollback = ecs.rolled_back(made)
    assert rollback["status"] == "Succeeded"
    assert ecs.weights() == {"blue": 100}
    assert ecs.task_sets() == {"1": "PRIMARY"}
    target = ecs.target(rollback["deploymentId"])
    assert [each["trafficWeight"] for each in target["taskSetsInfo"]] == [100.0, 0.0]


def test_a_rule_of_the_listener_is_shifted_too_and_others_stay(ecs: EcsLab) -> None:
    forward = {"Type": "forward", "TargetGroupArn": ecs.arns["blue"]}
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    for priority, path, action in ((1, "/api/*", forward), (2, "/gone/*", fixed)):
        ecs.elb.create_rule(
            ListenerArn=ecs.production,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=[action],
        )
    ecs.group_of()
    ecs.finish(ecs.deploy())
    rules = ecs.elb.describe_rules(ListenerArn=ecs.production)["Rules"]
    actions = {rule["Priority"]: rule["Actions"][0] for rule in rules}
    groups = actions["1"]["ForwardConfig"]["TargetGroups"]
    assert {each["TargetGroupArn"]: each["Weight"] for each in groups} == {
        ecs.arns["blue"]: 0,
        ecs.arns["green"]: 100,
    }
    assert actions["2"]["Type"] == "fixed-response"


def test_a_listener_that_forwards_elsewhere_fails_the_deployment(ecs: EcsLab) -> None:
    ecs.group_of(autoRollbackConfiguration=ROLLBACK)
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    ecs.elb.modify_listener(ListenerArn=ecs.production, DefaultActions=[fixed])
    info = ecs.finish(ecs.deploy())
    assert info["errorInformation"]["code"] == "ELASTIC_LOAD_BALANCING_INVALID"
    assert ecs.rolled_back(info["deploymentId"])["status"] == "Failed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("ContainerName: orders", "ContainerName: web"), "ECS_UPDATE_ERROR"),
        (("orders:2", "orders:9"), "ECS_UPDATE_ERROR"),
    ],
)
def test_a_task_set_that_ecs_would_refuse_fails_the_deployment(
    ecs: EcsLab, change: tuple[str, str], code: str
) -> None:
    ecs.group_of()
    info = ecs.finish(ecs.create(appspec(ecs.definitions[1]).replace(*change)))
    assert info["errorInformation"]["code"] == code
    assert ecs.task_sets() == {"1": "PRIMARY"}


def test_a_task_set_that_never_becomes_stable_times_out_and_is_taken_back(ecs: EcsLab) -> None:
    crashing = Behaviour(exits_after=timedelta(seconds=1), exit_code=1)
    ecs.aws.workloads.provide(lambda container: crashing if container.tag == "2" else None)
    ecs.group_of(autoRollbackConfiguration=ROLLBACK)
    made = ecs.deploy()
    ecs.clock.advance(minutes=59)
    assert ecs.status(made) == "InProgress"
    ecs.clock.advance(minutes=3)
    info = ecs.look(made)
    assert info["errorInformation"]["code"] == "TIMEOUT"
    assert 60 <= ecs.minutes(info["completeTime"]) < 62
    assert ecs.events(made)["Install"] == "Failed"
    assert ecs.rolled_back(made)["status"] == "Succeeded"
    assert ecs.weights() == {"blue": 100}
    assert ecs.task_sets() == {"1": "PRIMARY"}
