"""What CodeDeploy tells of a deployment: events for EventBridge, messages of a group's triggers.

Source: "Monitoring deployments with Amazon CloudWatch Events" and "JSON data formats for
CodeDeploy triggers" of the user guide. EventBridge is not told of a rollback or of a status other
than these; a trigger's message is sent as the JSON of that page.
"""

from __future__ import annotations

import json
from datetime import datetime

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codedeploy.deployment import Deployment, Target
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Group
from offline_aws.operations import Call

_STATES = {
    "InProgress": "START",
    "Succeeded": "SUCCESS",
    "Failed": "FAILURE",
    "Stopped": "STOP",
    "Ready": "READY",
}
_WORDS = {"START": "Start", "SUCCESS": "Success", "FAILURE": "Failure", "STOP": "Stop"}


def tell_deployment(call: Call, group: Group, deployment: Deployment) -> None:
    """Tell that a deployment has another status."""
    state = _STATES.get(deployment.status)
    if state is None:
        return
    _send(call, group, deployment, "Deployment", {"state": state})
    _trigger(call, group, f"Deployment{_WORDS.get(state, 'Ready')}", _of_deployment(deployment))


def tell_rollback(call: Call, group: Group, deployment: Deployment) -> None:
    """Tell the triggers that a rollback was created."""
    _trigger(call, group, "DeploymentRollback", _of_deployment(deployment))


def tell_target(call: Call, group: Group, deployment: Deployment, target: Target) -> None:
    """Tell that the deployment to an instance has another status."""
    state = _STATES.get(target.status)
    if state is None or deployment.platform != "Server":
        return
    _send(call, group, deployment, "Instance", {"state": state, "instanceId": target.id})
    message = {
        "deploymentId": deployment.id,
        "instanceId": target.arn,
        "lastUpdatedAt": _seconds(target.updated),
        "instanceStatus": target.status,
        "lifecycleEvents": [
            {
                "LifecycleEvent": each.name,
                "LifecycleEventStatus": each.status,
                **({"StartTime": _seconds(each.start)} if each.start else {}),
                **({"EndTime": _seconds(each.end)} if each.end else {}),
            }
            for each in target.events
        ],
    }
    _trigger(call, group, f"Instance{_WORDS.get(state, 'Ready')}", message)


def _send(call: Call, group: Group, deployment: Deployment, what: str, more: Shape) -> None:
    application = group.application.name
    prefix = f"arn:aws:codedeploy:{call.region}:{call.account}"
    detail = {
        "instanceGroupId": group.id,
        "region": call.region,
        "application": application,
        "deploymentId": deployment.id,
        "deploymentGroup": group.name,
        **more,
    }
    call.send_event(
        "aws.codedeploy",
        f"CodeDeploy {what} State-change Notification",
        detail,
        f"{prefix}:application:{application}",
        f"{prefix}:deploymentgroup:{application}/{group.name}",
    )


def _of_deployment(deployment: Deployment) -> Shape:
    found: Shape = {
        "applicationName": deployment.application,
        "deploymentId": deployment.id,
        "deploymentGroupName": deployment.group,
        "createTime": _seconds(deployment.created),
        "status": deployment.status,
        "deploymentOverview": {
            name: str(count) for name, count in deployment.overview().items() if name != "Ready"
        },
    }
    if deployment.completed:
        found["completeTime"] = _seconds(deployment.completed)
    if deployment.error:
        found["errorInformation"] = {
            "ErrorCode": deployment.error["code"],
            "ErrorMessage": deployment.error["message"],
        }
    if deployment.rollback_info:
        found["rollbackInformation"] = {
            name[:1].upper() + name[1:]: value for name, value in deployment.rollback_info.items()
        }
    return found


def _trigger(call: Call, group: Group, event: str, message: Shape) -> None:
    for trigger in group.settings.get("triggerConfigurations", ()):
        if event not in trigger["triggerEvents"]:
            continue
        common = {
            "region": call.region,
            "accountId": call.account,
            "eventTriggerName": trigger["triggerName"],
        }
        subject = f"{event}: {trigger['triggerName']}"[:100]
        client = clients.client("sns", call.region, call.account)
        try:
            client.publish(
                TopicArn=trigger["triggerTargetArn"],
                Subject=subject,
                Message=json.dumps(common | message),
            )
        except ClientError:
            continue  # the topic has gone: AWS does not say so either


def _seconds(time: datetime) -> str:
    return f"{time.timestamp():.3f}"
