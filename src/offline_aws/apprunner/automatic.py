"""Automatic deployment: a service follows the tag of its image, or the branch of its code.

What changes is heard of by the event that ECR sends, and is looked for whenever the clock is about
to move: a push that sends no event is seen all the same.
"""

from __future__ import annotations

from functools import partial

from offline_aws.apprunner import artifact
from offline_aws.apprunner.course import Course
from offline_aws.apprunner.store import Service, Store
from offline_aws.event_bus import Event, EventBus
from offline_aws.operations import Call

_PUSH = ("aws.ecr", "ECR Image Action")


def watch(call: Call) -> None:
    """Look after the sources of the services of an account, from the first service on."""
    store = call.state(Store)
    if store.listening:
        return
    store.listening = True
    call.clock.before_moving(partial(_look_at_all, call))
    call.state(EventBus).listen(partial(_hear, call))


def deploy(call: Call, service: Service, kind: str) -> str:
    """Begin an operation that deploys the newest version; return its id."""
    course = Course(call, service, kind, look)
    return course.begin(course.deploy)


def look(call: Call, service: Service) -> None:
    """Deploy a version of a service's source that was not noticed before.

    One that comes while an operation goes on waits for its end. One that comes while the service
    is paused is noticed and not deployed, then or later.
    """
    automatic = service.settings["SourceConfiguration"]["AutoDeploymentsEnabled"]
    if not automatic or service.status not in ("RUNNING", "PAUSED"):
        return
    version = artifact.newest(call, service)
    if not version or version == service.seen:
        return
    service.seen = version
    if service.status == "RUNNING":
        deploy(call, service, "START_DEPLOYMENT")


def _look_at_all(call: Call) -> None:
    for service in call.state(Store).live_services():
        look(call, service)


def _hear(call: Call, event: Event) -> None:
    detail = event.detail
    pushed = detail.get("action-type") == "PUSH" and detail.get("result") == "SUCCESS"
    if (event.source, event.detail_type) == _PUSH and pushed:
        _look_at_all(call)
