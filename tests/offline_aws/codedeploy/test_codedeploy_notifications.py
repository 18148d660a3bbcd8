"""What CodeDeploy tells: events for EventBridge, and messages of a group's triggers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deploy_lab import ROLLBACK, DeployLab
from function_lab import FunctionLab, appspec, hooks, make_hook
from server_lab import ServerLab
from server_lab import appspec as server_appspec

from offline_aws.clients import client

EVERYTHING = [
    *("DeploymentStart", "DeploymentSuccess", "DeploymentFailure", "DeploymentStop"),
    *("DeploymentRollback", "DeploymentReady", "InstanceStart", "InstanceSuccess"),
    *("InstanceFailure", "InstanceReady"),
]


class Heard:
    """A queue that hears of everything that CodeDeploy tells."""

    def __init__(self) -> None:
        self._sqs, sns = client("sqs", "us-east-1"), client("sns", "us-east-1")
        rules = client("events", "us-east-1")
        self.topic = sns.create_topic(Name="deployments")["TopicArn"]
        self._urls, arns = {}, {}
        for name in ("events", "messages"):
            self._urls[name] = self._sqs.create_queue(QueueName=name)["QueueUrl"]
            arns[name] = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arns["messages"])
        rules.put_rule(Name="all", EventPattern=json.dumps({"source": ["aws.codedeploy"]}))
        rules.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": arns["events"]}])
        self.trigger = {
            "triggerName": "tell",
            "triggerTargetArn": self.topic,
            "triggerEvents": EVERYTHING,
        }

    def _read(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while got := self._sqs.receive_message(
            QueueUrl=self._urls[name], MaxNumberOfMessages=10
        ).get("Messages"):
            found += [json.loads(each["Body"]) for each in got]
        return found

    def events(self) -> list[dict[str, Any]]:
        return sorted(self._read("events"), key=lambda each: each["time"])

    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(each["Message"]) for each in self._read("messages")]


@pytest.fixture
def heard(lab: DeployLab) -> Heard:
    return Heard()


def test_eventbridge_hears_of_a_deployment(functions: FunctionLab, heard: Heard) -> None:
    make_hook("check", "Failed")
    functions.group_of("AllAtOnce", autoRollbackConfiguration=ROLLBACK)
    made = functions.create(appspec(hooks=hooks(AfterAllowTraffic="check")))
    functions.finish(made)
    rollback = functions.rolled_back(made)["deploymentId"]
    functions.clock.advance(seconds=1)
    events = heard.events()
    states = [(each["detail"]["deploymentId"], each["detail"]["state"]) for each in events]
    assert sorted(states) == sorted(
        [(made, "START"), (made, "FAILURE"), (rollback, "START"), (rollback, "SUCCESS")]
    )
    first = events[0]
    assert first["detail-type"] == "CodeDeploy Deployment State-change Notification"
    assert first["resources"] == [
        "arn:aws:codedeploy:us-east-1:123456789012:application:shop",
        "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/prod",
    ]
    assert set(first["detail"]) == {
        *("instanceGroupId", "region", "application", "deploymentId", "state"),
        "deploymentGroup",
    }


def test_eventbridge_hears_of_each_instance(servers: ServerLab, heard: Heard) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    servers.finish(servers.create_of(servers.bundle(server_appspec())))
    servers.clock.advance(seconds=1)
    found = [
        (each["detail"]["instanceId"], each["detail"]["state"])
        for each in heard.events()
        if each["detail-type"] == "CodeDeploy Instance State-change Notification"
    ]
    assert sorted(found) == [(instance, "START"), (instance, "SUCCESS")]


def test_triggers_send_aws_s_json(servers: ServerLab, heard: Heard) -> None:
    servers.instances()
    servers.group_of(triggerConfigurations=[heard.trigger])
    made = servers.create_of(servers.bundle("nothing"))
    servers.finish(made)
    messages = heard.messages()
    (failed,) = [each for each in messages if each.get("status") == "Failed"]
    assert failed["eventTriggerName"] == "tell"
    assert failed["accountId"] == "123456789012"
    assert failed["deploymentGroupName"] == "prod"
    assert failed["errorInformation"]["ErrorCode"] == "HEALTH_CONSTRAINTS"
    assert failed["deploymentOverview"]["Failed"] == "1"
    assert float(failed["completeTime"]) > float(failed["createTime"])
    (instance,) = [each for each in messages if each.get("instanceStatus") == "Failed"]
    assert instance["lifecycleEvents"][1] == {
        "LifecycleEvent": "DownloadBundle",
        "LifecycleEventStatus": "Failed",
        "StartTime": instance["lifecycleEvents"][1]["StartTime"],
        "EndTime": instance["lifecycleEvents"][1]["EndTime"],
    }
    kinds = [each.get("status") or each["instanceStatus"] for each in messages]
    assert sorted(kinds) == ["Failed", "Failed", "InProgress", "InProgress"]


def test_a_trigger_hears_only_of_what_it_asks_for(functions: FunctionLab, heard: Heard) -> None:
    make_hook("check", "Failed")
    trigger = heard.trigger | {"triggerEvents": ["DeploymentRollback", "DeploymentStop"]}
    functions.group_of(
        "AllAtOnce", triggerConfigurations=[trigger], autoRollbackConfiguration=ROLLBACK
    )
    made = functions.create(appspec(hooks=hooks(AfterAllowTraffic="check")))
    functions.finish(made)
    functions.rolled_back(made)
    (message,) = heard.messages()
    assert message["rollbackInformation"]["RollbackTriggeringDeploymentId"] == made
