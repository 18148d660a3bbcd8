"""What ECS tells: the events of a service, and those for EventBridge."""

from __future__ import annotations

from offline_aws.ecs import shapes
from offline_aws.ecs.names import new_uuid
from offline_aws.ecs.store import Service, Shape, Task
from offline_aws.operations import Call

_MOST = 100
_SOURCE = "aws.ecs"


def note(call: Call, service: Service, text: str) -> None:
    """Add an event to a service, the newest first; the last hundred are kept."""
    message = f"(service {service.name}) {text}"
    event = {"id": new_uuid(call), "createdAt": call.clock.now(), "message": message}
    service.events[:] = [event, *service.events][:_MOST]


def task_changed(call: Call, task: Task) -> None:
    """Send "ECS Task State Change"."""
    detail = _plain(shapes.task_shape(call, task))
    detail["updatedAt"] = call.clock.now().isoformat()
    call.send_event(_SOURCE, "ECS Task State Change", detail, task.arn)


def service_action(call: Call, service: Service, kind: str, name: str, **more: object) -> None:
    """Send "ECS Service Action"; ``kind`` is INFO, WARN or ERROR."""
    detail = {
        "eventType": kind,
        "eventName": name,
        "clusterArn": service.settings["clusterArn"],
        "createdAt": call.clock.now().isoformat(),
        **more,
    }
    call.send_event(_SOURCE, "ECS Service Action", detail, service.arn)


def deployment_changed(
    call: Call, service: Service, deployment: str, kind: str, name: str, reason: str
) -> None:
    """Send "ECS Deployment State Change"."""
    detail = {
        "eventType": kind,
        "eventName": name,
        "deploymentId": deployment,
        "updatedAt": call.clock.now().isoformat(),
        "reason": reason,
    }
    call.send_event(_SOURCE, "ECS Deployment State Change", detail, service.arn)


def _plain(value: Shape) -> Shape:
    """Return a shape with its times as text."""

    def plain(each: object) -> object:
        if isinstance(each, dict):
            return {key: plain(one) for key, one in each.items()}
        if isinstance(each, list):
            return [plain(one) for one in each]
        return each.isoformat() if hasattr(each, "isoformat") else each

    return {key: plain(each) for key, each in value.items()}
