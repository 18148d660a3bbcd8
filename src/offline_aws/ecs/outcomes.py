"""What comes of tasks: failures are counted, and the scheduler looks at the service again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from offline_aws.ecs import durations, notices
from offline_aws.ecs.store import Group, Service, Store, Task
from offline_aws.operations import Call


def wake(call: Call, service: Service, delay: timedelta = timedelta(0)) -> None:
    """Have the scheduler look at a service, at the next move of the clock or later."""
    when = call.clock.now() + delay
    if when not in service.wakes:
        service.wakes.add(when)
        call.clock.call_at(when, partial(_wake, call, service, when))


def _wake(call: Call, service: Service, when: datetime) -> None:
    service.wakes.discard(when)
    look = call.state(Store).look
    if look is not None:
        look(call, service)


def task_changed(call: Call, task: Task) -> None:
    """Hear of a step in the course of a task of a service."""
    store = call.state(Store)
    service = store.services.get((task.cluster, task.service))
    if task.gone:
        call.clock.call_later(
            durations.STOPPED_TASK_STAYS, partial(store.tasks.pop, task.arn, None)
        )
    if service is None:
        return
    if task.last_status == "ACTIVATING" and task.times["pullStoppedAt"] == call.clock.now():
        for arn, _, _ in task.targets:
            notices.note(call, service, f"registered 1 targets in (target-group {arn})")
    group = next((g for g in service.groups if task in g.tasks), None)
    if group is not None and not task.live and not task.counted:
        task.counted = True
        _count_failure(call, service, group, task)
    if group is not None and task.gone:
        group.tasks.remove(task)
    wake(call, service)


def _count_failure(call: Call, service: Service, group: Group, task: Task) -> None:
    """Count a task that did not become what it should have."""
    never_ran = "startedAt" not in task.times
    by_itself = task.stop_code in ("TaskFailedToStart", "EssentialContainerExited")
    if not (by_itself or task.failed_health):
        return
    if not task.was_healthy:
        group.failed += 1
    if never_ran and by_itself:
        group.failed_starts += 1
        wait = durations.FIRST_THROTTLE * 2 ** min(group.failed_starts - 1, 20)
        group.not_before = call.clock.now() + min(wait, durations.LONGEST_THROTTLE)
        if group.failed_starts == 3:
            notices.note(
                call,
                service,
                "is unable to consistently start tasks successfully. For more information, see "
                "the Troubleshooting section of the Amazon ECS Developer Guide.",
            )
            notices.service_action(call, service, "WARN", "SERVICE_TASK_START_IMPAIRED")
