"""Blue/green, linear and canary deployments move traffic from one revision to the next."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ecs_shop_lab import REGION, Lab, alarm_goes_off

from offline_aws.clients import client
from offline_aws.workloads import Behaviour

ROLE = "arn:aws:iam::123456789012:role/ecs"
STAGES = [
    *("PRE_SCALE_UP", "SCALE_UP", "POST_SCALE_UP", "TEST_TRAFFIC_SHIFT"),
    *("POST_TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"),
    *("POST_PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"),
]


class Shifting:
    """The service orders, whose target groups are blue and green; version 1 runs on blue."""

    def __init__(self, lab: Lab, strategy: str, **configuration: Any) -> None:
        self.lab = lab
        self.blue, self.green = lab.balancer("blue", "green")
        self.rule = self._rule(lab.listener, "/orders")
        self.test_rule = self._rule(lab.listener, "/test")
        lab.register("1")
        advanced = {
            "alternateTargetGroupArn": self.green,
            "productionListenerRule": self.rule,
            "testListenerRule": self.test_rule,
            "roleArn": ROLE,
        }
        lab.create(
            2,
            loadBalancers=lab.behind(self.blue, advancedConfiguration=advanced),
            deploymentConfiguration={
                "strategy": strategy,
                "bakeTimeInMinutes": 5,
                **configuration,
            },
        )
        lab.stable()
        lab.pass_time(minutes=1)

    def _rule(self, listener: str, path: str) -> str:
        made = self.lab.elb.create_rule(
            ListenerArn=listener,
            Priority=len(path),
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=[{"Type": "forward", "TargetGroupArn": self.blue}],
        )
        return str(made["Rules"][0]["RuleArn"])

    def share(self, rule: str = "") -> int:
        """Return the weight of the green group in a rule, the production one by default."""
        (found,) = self.lab.elb.describe_rules(RuleArns=[rule or self.rule])["Rules"]
        groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
        weights = {each["TargetGroupArn"]: int(each["Weight"]) for each in groups}
        # A group alone gets all of the traffic, whatever its weight.
        assert set(weights) == {self.blue, self.green}
        return weights[self.green]

    def deploy(self, version: str = "2") -> None:
        self.lab.register(version)
        self.lab.update(taskDefinition="orders")

    def newest(self) -> dict[str, Any]:
        """Return the newest service deployment."""
        listed = self.lab.ecs.list_service_deployments(cluster="shop", service="orders")
        arn = listed["serviceDeployments"][0]["serviceDeploymentArn"]
        answer = self.lab.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
        return dict(answer["serviceDeployments"][0])

    def until(self, stage: str) -> None:
        """Move the clock until the deployment is in a stage."""
        self.lab.aws.clock.advance_until(lambda: self.newest().get("lifecycleStage") == stage)

    def finish(self) -> dict[str, Any]:
        self.lab.aws.clock.advance_until(lambda: "finishedAt" in self.newest())
        return self.newest()


def hook(lab: Lab, *stages: str, answer: str = '{"hookStatus": "SUCCEEDED"}') -> dict[str, Any]:
    """Make a function that prints its event and gives an answer; return the hook for it."""
    iam: Any = client("iam", REGION)
    role = iam.create_role(RoleName="hook", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = f"import json\ndef handler(event, context):\n    print(event)\n    return {answer}\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", code)
    functions: Any = client("lambda", REGION)
    made = functions.create_function(
        FunctionName="hook",
        Runtime="python3.12",
        Role=role,
        Handler="app.handler",
        Code={"ZipFile": buffer.getvalue()},
    )
    return {
        "targetType": "AWS_LAMBDA",
        "hookTargetArn": made["FunctionArn"],
        "roleArn": ROLE,
        "lifecycleStages": list(stages),
    }


def test_a_blue_green_deployment_goes_through_its_stages(lab: Lab) -> None:
    shop = Shifting(lab, "BLUE_GREEN")
    assert shop.share() == 0
    before = lab.primary()["id"]
    shop.deploy()
    found = []
    while "finishedAt" not in shop.newest():
        lab.pass_time(seconds=20)
        stage = shop.newest()["lifecycleStage"]
        found += [] if found[-1:] == [stage] else [stage]
        if stage == "SCALE_UP":
            assert (shop.share(), shop.share(shop.test_rule)) == (0, 0)
        if stage == "BAKE_TIME":
            assert (shop.share(), shop.share(shop.test_rule)) == (100, 100)
            assert lab.versions() == ["1", "1", "2", "2"]
    # The stages that take no time pass unseen.
    assert [each for each in STAGES if each in found] == found
    assert {"SCALE_UP", "BAKE_TIME"} <= set(found)
    assert shop.newest()["status"] == "SUCCESSFUL"
    assert lab.versions() == ["2", "2"]
    assert lab.primary()["id"] != before
    assert len(lab.service()["deployments"]) == 1


def test_the_next_deployment_goes_back_to_the_other_group(lab: Lab) -> None:
    shop = Shifting(lab, "BLUE_GREEN")
    shop.deploy("2")
    shop.finish()
    assert shop.share() == 100
    shop.deploy("3")
    assert shop.finish()["status"] == "SUCCESSFUL"
    assert shop.share() == 0
    health = lab.elb.describe_target_health(TargetGroupArn=shop.blue)
    assert len(health["TargetHealthDescriptions"]) == 2


def test_a_canary_gets_a_small_share_first(lab: Lab) -> None:
    canary = {"canaryPercent": 5.5, "canaryBakeTimeInMinutes": 3}
    shop = Shifting(lab, "CANARY", canaryConfiguration=canary)
    shop.deploy()
    shop.until("PRODUCTION_TRAFFIC_SHIFT")
    assert shop.share() == 55  # of a thousand
    weights = shop.newest()
    assert weights["targetServiceRevision"]["requestedProductionTrafficWeight"] == 5.5
    assert weights["sourceServiceRevisions"][0]["requestedProductionTrafficWeight"] == 94.5
    lab.pass_time(minutes=2, seconds=59)
    assert shop.share() == 55
    lab.pass_time(seconds=1)
    assert shop.share() == 100
    assert shop.finish()["status"] == "SUCCESSFUL"


def test_a_linear_deployment_takes_equal_steps(lab: Lab) -> None:
    linear = {"stepPercent": 30, "stepBakeTimeInMinutes": 2}
    shop = Shifting(lab, "LINEAR", linearConfiguration=linear)
    shop.deploy()
    shop.until("PRODUCTION_TRAFFIC_SHIFT")
    shares = []
    while shop.newest()["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT":
        shares.append(shop.share())
        lab.pass_time(minutes=2)
    assert shares == [30, 60, 90]
    assert (shop.share(), shop.newest()["lifecycleStage"]) == (100, "BAKE_TIME")


def test_an_alarm_gives_the_traffic_back(lab: Lab) -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    shop = Shifting(lab, "CANARY", alarms=alarms)
    before = lab.primary()
    shop.deploy()
    shop.until("PRODUCTION_TRAFFIC_SHIFT")
    assert shop.share() == 5
    alarm_goes_off(lab, "errors")
    assert shop.share() == 0
    assert shop.newest()["status"] == "ROLLBACK_IN_PROGRESS"
    found = shop.finish()
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["alarms"]["triggeredAlarmNames"] == ["errors"]
    assert found["rollback"]["serviceRevisionArn"] == found["sourceServiceRevisions"][0]["arn"]
    assert lab.versions() == ["1", "1"]
    assert lab.primary()["id"] == before["id"]
    assert lab.service()["taskDefinition"].endswith(":1")
    assert any("deployment failed: alarm detected." in each for each in lab.messages())


def test_what_never_gets_healthy_never_gets_traffic(lab: Lab) -> None:
    bad = Behaviour(health=503)
    lab.aws.workloads.provide(lambda each: bad if each.tag == "2" else None)
    breaker = {"enable": True, "rollback": True}
    shop = Shifting(lab, "BLUE_GREEN", deploymentCircuitBreaker=breaker)
    shop.deploy()
    found = shop.finish()
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert shop.share() == 0
    assert lab.versions() == ["1", "1"]


def test_a_function_is_asked_at_its_stage(lab: Lab) -> None:
    hooks = [hook(lab, "POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT")]
    shop = Shifting(lab, "BLUE_GREEN", lifecycleHooks=hooks)
    shop.deploy()
    found = shop.finish()
    assert found["status"] == "SUCCESSFUL"
    assert [each["status"] for each in found["lifecycleHookDetails"]] == ["SUCCEEDED"] * 2
    logs: Any = client("logs", REGION)
    events = logs.filter_log_events(logGroupName="/aws/lambda/hook")["events"]
    lines = "".join(each["message"] for each in events)
    assert found["serviceDeploymentArn"] in lines
    assert "POST_TEST_TRAFFIC_SHIFT" in lines


@pytest.mark.parametrize("answer", ['{"hookStatus": "FAILED"}', '"nonsense"', "1 / 0"])
def test_a_function_that_says_no_rolls_back(lab: Lab, answer: str) -> None:
    hooks = [hook(lab, "POST_TEST_TRAFFIC_SHIFT", answer=answer)]
    shop = Shifting(lab, "BLUE_GREEN", lifecycleHooks=hooks)
    shop.deploy()
    found = shop.finish()
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert "POST_TEST_TRAFFIC_SHIFT lifecycle hook" in found["rollback"]["reason"]
    assert (shop.share(), shop.share(shop.test_rule)) == (0, 0)


def test_a_function_that_is_not_done_is_asked_again(lab: Lab) -> None:
    answer = '{"hookStatus": "IN_PROGRESS", "callBackDelay": 60}'
    asked = hook(lab, "POST_SCALE_UP", answer=answer)
    asked["timeoutConfiguration"] = {"timeoutInMinutes": 5, "action": "CONTINUE"}
    shop = Shifting(lab, "BLUE_GREEN", lifecycleHooks=[asked])
    shop.deploy()
    shop.until("POST_SCALE_UP")
    lab.pass_time(minutes=4)
    assert shop.newest()["lifecycleHookDetails"][0]["status"] == "IN_PROGRESS"
    found = shop.finish()
    assert found["lifecycleHookDetails"][0]["status"] == "TIMED_OUT"
    assert found["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("action", "status"), [("CONTINUE", "SUCCESSFUL"), ("ROLLBACK", "ROLLBACK_SUCCESSFUL")]
)
def test_a_pause_waits_for_an_answer(lab: Lab, action: str, status: str) -> None:
    pause = {"targetType": "PAUSE", "lifecycleStages": ["POST_TEST_TRAFFIC_SHIFT"]}
    shop = Shifting(lab, "BLUE_GREEN", lifecycleHooks=[pause])
    shop.deploy()
    shop.until("POST_TEST_TRAFFIC_SHIFT")
    lab.pass_time(hours=2)
    waiting = shop.newest()
    (detail,) = waiting["lifecycleHookDetails"]
    assert (detail["targetType"], detail["status"]) == ("PAUSE", "AWAITING_ACTION")
    assert (shop.share(), shop.share(shop.test_rule)) == (0, 100)
    arn = waiting["serviceDeploymentArn"]
    answer = {"serviceDeploymentArn": arn, "hookId": detail["hookId"], "action": action}
    lab.ecs.continue_service_deployment(**answer)
    assert shop.finish()["status"] == status
    with pytest.raises(ClientError, match="not awaiting"):
        lab.ecs.continue_service_deployment(**answer)


def test_a_pause_that_nobody_answers_rolls_back_after_a_day(lab: Lab) -> None:
    pause = {"targetType": "PAUSE", "lifecycleStages": ["PRE_SCALE_UP"]}
    shop = Shifting(lab, "BLUE_GREEN", lifecycleHooks=[pause])
    shop.deploy()
    lab.pass_time(hours=24, minutes=5)
    found = shop.newest()
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["lifecycleHookDetails"][0]["status"] == "TIMED_OUT"


def test_a_deployment_is_stopped_by_hand(lab: Lab) -> None:
    shop = Shifting(lab, "LINEAR")
    shop.deploy()
    shop.until("PRODUCTION_TRAFFIC_SHIFT")
    arn = shop.newest()["serviceDeploymentArn"]
    lab.ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    assert shop.share() == 0
    assert shop.finish()["status"] == "ROLLBACK_SUCCESSFUL"


def test_a_newer_deployment_takes_the_place_of_one_under_way(lab: Lab) -> None:
    shop = Shifting(lab, "CANARY")
    shop.deploy("2")
    shop.until("PRODUCTION_TRAFFIC_SHIFT")
    shop.deploy("3")
    assert shop.share() == 0
    assert shop.newest()["lifecycleStage"] == "RECONCILE_SERVICE"
    assert shop.finish()["status"] == "SUCCESSFUL"
    assert lab.versions() == ["3", "3"]
    listed = lab.ecs.list_service_deployments(cluster="shop", service="orders")
    statuses = [each["status"] for each in listed["serviceDeployments"]]
    assert statuses == ["SUCCESSFUL", "STOPPED", "SUCCESSFUL"]


def test_what_cannot_shift_is_refused(lab: Lab) -> None:
    (group,) = lab.balancer("orders")
    lab.register("1")
    blue_green = {"strategy": "BLUE_GREEN"}
    with pytest.raises(ClientError, match="advancedConfiguration field is required"):
        lab.create(loadBalancers=lab.behind(group), deploymentConfiguration=blue_green)
    wrong = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 2.0}}
    with pytest.raises(ClientError, match="stepPercent must be between 3 and 100"):
        lab.create(deploymentConfiguration=wrong)
    mixed = {"strategy": "BLUE_GREEN", "canaryConfiguration": {"canaryPercent": 5.0}}
    with pytest.raises(ClientError, match="only valid with the CANARY"):
        lab.create(deploymentConfiguration=mixed)
