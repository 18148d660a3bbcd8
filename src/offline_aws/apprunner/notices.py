"""What App Runner tells of a service: its logs in CloudWatch Logs, and events for EventBridge."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.apprunner.store import Operation, Service
from offline_aws.operations import Call

#: By the type of an operation: how its events begin, and the words of its messages.
_OF_TYPE = {
    "CREATE_SERVICE": ("CreateService", "Service creation"),
    "UPDATE_SERVICE": ("UpdateService", "Service update"),
    "DELETE_SERVICE": ("DeleteService", "Service deletion"),
    "PAUSE_SERVICE": ("PauseService", "Service pause"),
    "RESUME_SERVICE": ("ResumeService", "Service resume"),
    "START_DEPLOYMENT": ("Deployment", "Deployment"),
}
_UPDATED = " New application and configuration is deployed."


def operation_started(call: Call, service: Service, operation: Operation) -> None:
    """Tell that an operation has begun."""
    word, words = _OF_TYPE[operation.type]
    _tell(call, service, f"{word}Started", f"{words} started.", "INFO")


def operation_succeeded(call: Call, service: Service, operation: Operation) -> None:
    """Tell that an operation has ended well."""
    word, words = _OF_TYPE[operation.type]
    more = _UPDATED if operation.type == "UPDATE_SERVICE" else ""
    text = f"{words} completed successfully.{more}"
    _tell(call, service, f"{word}CompletedSuccessfully", text, "INFO")


def operation_failed(call: Call, service: Service, operation: Operation) -> None:
    """Tell that an operation has failed."""
    word, words = _OF_TYPE[operation.type]
    _tell(
        call, service, f"{word}Failed", f"{words} failed. For details, see service logs.", "ERROR"
    )


def status_changed(call: Call, service: Service, before: str) -> None:
    """Tell that the status of a service is another one."""
    text = f"Service status is set to {service.status}."
    detail = {"PreviousStatus": before, "CurrentStatus": service.status}
    failed = service.status.endswith("_FAILED")
    _send(call, service, "AppRunner Service Status Change", detail, text, failed)


def _tell(call: Call, service: Service, status: str, text: str, severity: str) -> None:
    kind = "AppRunner Service Operation Status Change"
    _send(call, service, kind, {"Status": status}, text, severity == "ERROR")


def _send(
    call: Call, service: Service, kind: str, detail: dict[str, str], text: str, failed: bool
) -> None:
    write(call, service, "events", text)
    whole = {
        **detail,
        "ServiceName": service.name,
        "ServiceId": service.id,
        "Message": text,
        "Severity": "ERROR" if failed else "INFO",
    }
    call.send_event("aws.apprunner", kind, whole, service.arn)


def deployment(call: Call, service: Service, operation: Operation, text: str) -> None:
    """Write a line to the log of a deployment."""
    write(call, service, f"deployment/{operation.id.replace('-', '')}", text)


def write(call: Call, service: Service, stream: str, text: str) -> None:
    """Write a line to a stream of the service log of a service."""
    where = {"logGroupName": log_group(service, "service"), "logStreamName": stream}
    now = int(call.clock.now().timestamp() * 1000)
    logs = clients.client("logs", call.region, call.account)
    put = partial(
        logs.put_log_events,
        **where,
        logEvents=[{"timestamp": now, "message": f"[AppRunner] {text}"}],
    )
    try:
        put()
    except ClientError:
        make_stream(call, service, "service", stream)
        put()


def make_stream(call: Call, service: Service, group: str, stream: str) -> None:
    """Make a log stream and its group, where they are not there."""
    logs = clients.client("logs", call.region, call.account)
    name = log_group(service, group)
    _once(partial(logs.create_log_group, logGroupName=name))
    _once(partial(logs.create_log_stream, logGroupName=name, logStreamName=stream))


def log_group(service: Service, kind: str) -> str:
    """Return the name of a log group of a service: ``service`` or ``application``."""
    return f"/aws/apprunner/{service.name}/{service.id}/{kind}"


def _once(make: Callable[[], object]) -> None:
    try:
        make()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
