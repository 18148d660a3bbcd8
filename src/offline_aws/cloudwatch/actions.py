"""The actions of an alarm: a message to an SNS topic, an invocation of a Lambda function.

A scaling policy hears of the alarm by its event, and acts as long as it goes off.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.cloudwatch.alarm import Alarm, AlarmState
from offline_aws.cloudwatch.checks import Shape
from offline_aws.cloudwatch.history import as_json, remember
from offline_aws.cloudwatch.messages import message_of, payload_of, subject_of
from offline_aws.operations import Call

#: What only the policies of Application Auto Scaling have in their ARNs.
_RESOURCE = ":resource/"


class ActionError(Exception):
    """What kept an action from being executed."""


def act(call: Call, alarm: Alarm, old: AlarmState) -> None:
    """Execute the actions of an alarm's state, if they are enabled; the history tells of each."""
    if not alarm.acts:
        return
    for arn in alarm.actions(alarm.state.value):
        data: Shape = {
            "actionState": "Succeeded",
            "stateUpdateTimestamp": int(alarm.state.time.timestamp() * 1000),
            "notificationResource": arn,
        }
        try:
            data["publishedMessage"] = _execute(call, alarm, old, arn)
            summary = f"Successfully executed action {arn}"
        except (BotoCoreError, ClientError, ActionError) as error:
            text = error.response["Error"]["Message"] if isinstance(error, ClientError) else error
            data |= {"actionState": "Failed", "error": str(text)}
            summary = f'Failed to execute action {arn}. Received error: "{text}"'
        remember(call, alarm, "Action", summary, partial(dict, data))


def _execute(call: Call, alarm: Alarm, old: AlarmState, arn: str) -> str:
    """Execute an action; return what was sent. Raises what went wrong."""
    service = arn.split(":")[2] if arn.count(":") >= 2 else ""
    if service == "sns":
        text = as_json(message_of(call, alarm, old))
        sns = clients.client("sns", call.region, call.account)
        sns.publish(TopicArn=arn, Message=text, Subject=subject_of(call, alarm))
        return text
    if service == "lambda":
        text = as_json(payload_of(call, alarm, old))
        function = clients.client("lambda", call.region, call.account)
        function.invoke(FunctionName=arn, InvocationType="Event", Payload=text.encode())
        return text
    if service == "autoscaling" and _RESOURCE in arn:
        _require_policy(call, arn)
        return as_json(message_of(call, alarm, old))
    raise ActionError(f"An action of {service or arn} is not simulated offline.")


def _require_policy(call: Call, arn: str) -> None:
    """Raise where Application Auto Scaling has not the policy that an action names."""
    policy = arn.partition(":createdBy/")[0]
    namespace: Any = arn.partition(_RESOURCE)[2].partition("/")[0]
    scaling = clients.client("application-autoscaling", call.region, call.account)
    found = scaling.describe_scaling_policies(PolicyNames=[policy], ServiceNamespace=namespace)
    if not found["ScalingPolicies"]:
        raise ActionError(f"There is no scaling policy {policy}.")
