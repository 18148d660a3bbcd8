"""The log of an action that CodePipeline runs on managed compute, in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job


class ActionLog:
    """The log stream of one execution of an action, in ``/aws/codepipeline/<pipeline>``."""

    def __init__(self, job: Job) -> None:
        self._job = job
        group, stream = f"/aws/codepipeline/{job.pipeline}", job.action_execution_id
        self._where = {"logGroupName": group, "logStreamName": stream}
        self.arn = f"arn:aws:logs:{job.region}:{job.account}:log-group:{group}:log-stream:{stream}"

    def write(self, *lines: str) -> None:
        """Add lines at the lab time of now, making the group and the stream if need be."""
        client: Any = clients.client("logs", self._job.region)
        now = self._job.now
        events = [
            {"timestamp": int(now.timestamp() * 1000), "message": _stamped(line, self._job)}
            for line in lines
        ]
        if not events:
            return
        put = partial(client.put_log_events, **self._where, logEvents=events)
        try:
            put()
        except client.exceptions.ResourceNotFoundException:
            self._make(client)
            put()

    def _make(self, client: Any) -> None:
        group = {"logGroupName": self._where["logGroupName"]}
        makes: tuple[Callable[[], object], ...] = (
            partial(client.create_log_group, **group),
            partial(client.create_log_stream, **self._where),
        )
        for make in makes:
            with suppress(client.exceptions.ResourceAlreadyExistsException):
                make()


def _stamped(line: str, job: Job) -> str:
    """Return a line with the time that CodeBuild's container writes in its own."""
    head = "[Container] "
    if line.startswith(head):
        return f"{head}{job.now:%Y/%m/%d %H:%M:%S.%f} {line.removeprefix(head)}"
    return line or " "
