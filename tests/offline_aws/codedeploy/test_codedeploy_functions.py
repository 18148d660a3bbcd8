"""Deployments to Lambda: the weights of an alias, the hooks, and the way back."""

from __future__ import annotations

import boto3
import pytest
from deploy_lab import MONDAY, ROLLBACK, code_of
from function_lab import FunctionLab, appspec, hooks, make_function, make_hook

ALL = {"BeforeAllowTraffic": "Succeeded", "AllowTraffic": "Succeeded"}


def test_a_canary_moves_ten_percent_and_five_minutes_later_the_rest(functions: FunctionLab) -> None:
    functions.group_of("Canary10Percent5Minutes")
    made = functions.create(appspec())
    assert functions.status(made) == "Created"
    functions.clock.advance(minutes=1)
    assert functions.status(made) == "InProgress"
    assert functions.weights() == {"1": 0.9, "2": 0.1}
    assert functions.target(made)["lambdaFunctionInfo"] == {
        "functionName": "orders",
        "functionAlias": "live",
        "currentVersion": "1",
        "targetVersion": "2",
        "targetVersionWeight": 10.0,
    }
    functions.clock.advance(minutes=5)
    assert functions.weights() == {"2": 1}
    functions.clock.advance(minutes=1)
    info = functions.look(made)
    assert info["status"] == "Succeeded"
    assert info["deploymentOverview"]["Succeeded"] == 1
    assert functions.events(made) == ALL | {"AfterAllowTraffic": "Succeeded"}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("AllAtOnce", [(0, 100)]),
        ("Canary10Percent5Minutes", [(0, 10), (5, 100)]),
        ("Canary10Percent10Minutes", [(0, 10), (10, 100)]),
        ("Canary10Percent15Minutes", [(0, 10), (15, 100)]),
        ("Canary10Percent30Minutes", [(0, 10), (30, 100)]),
        ("Linear10PercentEvery1Minute", [(i, 10 * i + 10) for i in range(10)]),
        ("Linear10PercentEvery2Minutes", [(2 * i, 10 * i + 10) for i in range(10)]),
        ("Linear10PercentEvery3Minutes", [(3 * i, 10 * i + 10) for i in range(10)]),
        ("Linear10PercentEvery10Minutes", [(10 * i, 10 * i + 10) for i in range(10)]),
    ],
)
def test_each_configuration_moves_the_traffic_at_its_minutes(
    functions: FunctionLab, config: str, expected: list[tuple[int, int]]
) -> None:
    functions.group_of(config)
    functions.create(appspec())
    functions.clock.advance(seconds=30)
    found: list[tuple[int, int]] = []
    for minute in range(expected[-1][0] + 1):
        percent = round(functions.weights().get("2", 0) * 100)
        if not found or found[-1][1] != percent:
            found.append((minute, percent))
        functions.clock.advance(minutes=1)
    assert found == expected


def test_a_shift_by_a_percentage_that_does_not_divide_ends_at_a_hundred(
    functions: FunctionLab,
) -> None:
    linear = {"linearPercentage": 40, "linearInterval": 1}
    functions.client.create_deployment_config(
        deploymentConfigName="fast",
        computePlatform="Lambda",
        trafficRoutingConfig={"type": "TimeBasedLinear", "timeBasedLinear": linear},
    )
    functions.group_of("AllAtOnce")
    made = functions.create(appspec(), deploymentConfigName="fast")
    functions.clock.advance(seconds=90)
    assert functions.weights() == {"1": 0.2, "2": 0.8}
    assert functions.finish(made)["deploymentConfigName"] == "fast"
    assert functions.weights() == {"2": 1}


def test_hooks_are_invoked_and_their_answers_count(functions: FunctionLab) -> None:
    make_hook("before", "Succeeded")
    make_hook("after", "Succeeded")
    functions.group_of("AllAtOnce")
    text = appspec(hooks=hooks(BeforeAllowTraffic="before", AfterAllowTraffic="after"))
    assert functions.finish(functions.create(text))["status"] == "Succeeded"


def test_a_hook_that_says_failed_before_the_traffic_fails_the_deployment(
    functions: FunctionLab,
) -> None:
    make_hook("before", "Failed")
    functions.group_of("Canary10Percent5Minutes")
    made = functions.create(appspec(hooks=hooks(BeforeAllowTraffic="before")))
    info = functions.finish(made)
    assert info["status"] == "Failed"
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert functions.weights() == {"1": 1}
    assert functions.events(made) == {
        "BeforeAllowTraffic": "Failed",
        "AllowTraffic": "Skipped",
        "AfterAllowTraffic": "Skipped",
    }
    assert info["rollbackInfo"] == {}


def test_a_hook_that_says_failed_after_the_traffic_is_rolled_back(functions: FunctionLab) -> None:
    make_hook("after", "Failed")
    functions.group_of("AllAtOnce", autoRollbackConfiguration=ROLLBACK)
    made = functions.create(appspec(hooks=hooks(AfterAllowTraffic="after")))
    assert functions.finish(made)["status"] == "Failed"
    assert functions.weights() == {"2": 1}
    rollback = functions.rolled_back(made)
    assert functions.weights() == {"1": 1}
    assert rollback["status"] == "Succeeded"
    assert rollback["creator"] == "codeDeployRollback"
    new = rollback["deploymentId"]
    assert functions.look(made)["rollbackInfo"] == {
        "rollbackDeploymentId": new,
        "rollbackMessage": f"Deployment {made} terminated. Automatic rollback is triggered with a "
        f"DeploymentId {new}.",
    }
    assert rollback["rollbackInfo"] == {
        "rollbackTriggeringDeploymentId": made,
        "rollbackMessage": f"Deployment {new} is triggered to roll back deployment {made}.",
    }


def test_a_hook_that_does_not_answer_fails_after_an_hour(functions: FunctionLab) -> None:
    make_function("silent", "def handler(event, context): pass")
    functions.group_of("AllAtOnce")
    made = functions.create(appspec(hooks=hooks(BeforeAllowTraffic="silent")))
    info = functions.finish(made)
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert "within one hour" in info["errorInformation"]["message"]
    assert 60 <= functions.minutes(info["completeTime"]) < 61


def test_a_hook_that_does_not_exist_fails_at_once(functions: FunctionLab) -> None:
    functions.group_of("AllAtOnce")
    info = functions.finish(functions.create(appspec(hooks=hooks(BeforeAllowTraffic="none"))))
    assert info["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert functions.minutes(info["completeTime"]) < 1


def test_an_answer_counts_once_and_for_its_own_deployment(functions: FunctionLab) -> None:
    code = "def handler(event, context): print('ID', event['LifecycleEventHookExecutionId'])"
    make_function("silent", code)
    functions.group_of("AllAtOnce")
    made = functions.create(appspec(hooks=hooks(BeforeAllowTraffic="silent")))
    functions.clock.advance(minutes=1)
    answer = functions.client.put_lifecycle_event_hook_execution_status
    put = {"deploymentId": made, "lifecycleEventHookExecutionId": _printed_id()}
    code = "InvalidLifecycleEventHookExecutionStatusException"
    assert code_of(answer, **put, status="Skipped") == code
    code = "InvalidLifecycleEventHookExecutionIdException"
    wrong = put | {"lifecycleEventHookExecutionId": "none"}
    assert code_of(answer, **wrong, status="Succeeded") == code
    answer(**put, status="Succeeded")
    code = "LifecycleEventAlreadyCompletedException"
    assert code_of(answer, **put, status="Succeeded") == code
    assert functions.finish(made)["status"] == "Succeeded"


def _printed_id() -> str:
    events = boto3.client("logs").filter_log_events(logGroupName="/aws/lambda/silent")["events"]
    (found,) = [each["message"].split()[1] for each in events if each["message"].startswith("ID")]
    return str(found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (appspec(current=2, target=3), "INVALID_LAMBDA_CONFIGURATION"),
        (appspec(target=9), "INVALID_LAMBDA_FUNCTION"),
        (appspec().replace("Alias: live", "Alias: none"), "INVALID_LAMBDA_CONFIGURATION"),
        (appspec().replace("Name: orders", "Name: none"), "INVALID_LAMBDA_FUNCTION"),
    ],
)
def test_a_function_that_is_not_as_the_appspec_says_fails_the_deployment(
    functions: FunctionLab, content: str, code: str
) -> None:
    functions.group_of("AllAtOnce", autoRollbackConfiguration=ROLLBACK)
    info = functions.finish(functions.create(content))
    assert info["errorInformation"]["code"] == code
    assert "rollbackDeploymentId" not in info["rollbackInfo"]


def test_a_stop_leaves_the_weights_unless_a_rollback_is_asked_for(functions: FunctionLab) -> None:
    functions.group_of("Canary10Percent5Minutes")
    made = functions.create(appspec())
    functions.clock.advance(minutes=1)
    answer = functions.client.stop_deployment(deploymentId=made)
    assert answer["status"] == "Succeeded"
    info = functions.look(made)
    assert info["errorInformation"]["code"] == "MANUAL_STOP"
    functions.clock.advance(minutes=10)
    assert functions.weights() == {"1": 0.9, "2": 0.1}

    again = functions.create(appspec())
    functions.clock.advance(minutes=1)
    functions.client.stop_deployment(deploymentId=again, autoRollbackEnabled=True)
    assert functions.rolled_back(again)["status"] == "Succeeded"
    assert functions.weights() == {"1": 1}
    code = "DeploymentAlreadyCompletedException"
    assert code_of(functions.client.stop_deployment, deploymentId=again) == code


def test_false_keeps_a_stop_from_being_rolled_back(functions: FunctionLab) -> None:
    functions.group_of("Canary10Percent5Minutes", autoRollbackConfiguration=ROLLBACK)
    made = functions.create(appspec())
    functions.clock.advance(minutes=1)
    functions.client.stop_deployment(deploymentId=made, autoRollbackEnabled=False)
    assert functions.look(made)["rollbackInfo"] == {}


def test_a_second_deployment_to_a_group_that_is_busy_is_refused(functions: FunctionLab) -> None:
    functions.group_of("Canary10Percent5Minutes")
    functions.create(appspec())
    with pytest.raises(functions.client.exceptions.DeploymentLimitExceededException):
        functions.create(appspec())


def test_the_waiter_returns_when_the_deployment_has_succeeded(functions: FunctionLab) -> None:
    functions.group_of("Canary10Percent10Minutes")
    made = functions.create(appspec())
    functions.client.get_waiter("deployment_successful").wait(deploymentId=made)
    assert 10 <= functions.minutes(functions.clock.now()) < 11
    group = functions.client.get_deployment_group(
        applicationName="shop", deploymentGroupName="prod"
    )["deploymentGroupInfo"]
    assert group["lastSuccessfulDeployment"]["deploymentId"] == made
    assert group["targetRevision"]["revisionType"] == "AppSpecContent"
    assert functions.look(made)["createTime"] == MONDAY


def test_a_revision_in_s3_is_read_when_the_deployment_begins(functions: FunctionLab) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="revisions")
    functions.group_of("AllAtOnce")
    place = {"bucket": "revisions", "key": "appspec.yml", "bundleType": "YAML"}
    revision = {"revisionType": "S3", "s3Location": place}
    info = functions.finish(functions.create_of(revision))
    assert info["errorInformation"]["code"] == "REVISION_MISSING"
    s3.put_object(Bucket="revisions", Key="appspec.yml", Body=b"version: 0.0")
    info = functions.finish(functions.create_of(revision))
    assert info["errorInformation"]["code"] == "INVALID_REVISION"
    s3.put_object(Bucket="revisions", Key="appspec.yml", Body=appspec().encode())
    assert functions.finish(functions.create_of(revision))["status"] == "Succeeded"
