"""A build's log: lines with lab times, secrets hidden, in CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.store import Build, Shape

_HIDDEN = "***"
# PutLogEvents takes 1 MiB and 10 000 events a call, 26 bytes of overhead an event, and events
# of at most 256 KiB.
_MOST_EVENTS = 10_000
_MOST_BYTES = 1_000_000
_OVERHEAD = 26
_LONGEST = 60_000


class BuildLog:
    """The lines of a run, by the lab seconds at which each was written."""

    def __init__(self, begin: datetime) -> None:
        self._begin = begin
        self._lines: list[tuple[float, str]] = []
        self.hidden: list[str] = []

    def write(self, seconds: float, text: str) -> None:
        """Add a line, its secrets hidden by their exact values."""
        for secret in self.hidden:
            text = text.replace(secret, _HIDDEN)
        if text.startswith("[Container] "):
            stamp = f"{self.time(seconds):%Y/%m/%d %H:%M:%S.%f}"
            text = f"[Container] {stamp} {text.removeprefix('[Container] ')}"
        self._lines.append((seconds, text))

    def time(self, seconds: float) -> datetime:
        """Return the lab time of a second of the run."""
        return self._begin + timedelta(seconds=seconds)

    def take(self, until: datetime) -> list[Shape]:
        """Return the events up to a lab time, and forget them."""
        due = [line for line in self._lines if self.time(line[0]) <= until]
        self._lines = self._lines[len(due) :]
        # CloudWatch Logs refuses an event without text.
        return [
            {"timestamp": int(self.time(at).timestamp() * 1000), "message": text[:_LONGEST] or " "}
            for at, text in due
        ]


def log_location(build: Build, region: str, account: str, begun: bool = True) -> Shape:
    """Return AWS's LogsLocation of a build, which has no names before the build has begun."""
    wanted = build.settings.get("logsConfig", {})
    watch = {"status": "ENABLED", **wanted.get("cloudWatchLogs", {})}
    kinds = {
        "cloudWatchLogs": watch,
        "s3Logs": {"status": "DISABLED", "encryptionDisabled": False, **wanted.get("s3Logs", {})},
    }
    if watch["status"] == "DISABLED":
        return kinds
    group = watch.get("groupName") or f"/aws/codebuild/{build.project}"
    stream = "/".join(part for part in (watch.get("streamName"), build.uuid) if part)
    names = {"groupName": group, "streamName": stream} if begun else {}
    if not begun:
        group = stream = "null"
    console = f"https://console.aws.amazon.com/cloudwatch/home?region={region}"
    return {
        **kinds,
        **names,
        "deepLink": f"{console}#logsV2:log-groups/log-group/{group}/log-events/{stream}",
        "cloudWatchLogsArn": (
            f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"
        ),
    }


def put_events(location: Shape, events: list[Shape], region: str) -> None:
    """Write events to a build's log stream, making the group and the stream if need be."""
    if not events or "groupName" not in location:
        return
    logs = clients.client("logs", region)
    where = {"logGroupName": location["groupName"], "logStreamName": location["streamName"]}
    for batch in _batches(events):
        try:
            logs.put_log_events(**where, logEvents=batch)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            _once(partial(logs.create_log_group, logGroupName=where["logGroupName"]))
            _once(partial(logs.create_log_stream, **where))
            logs.put_log_events(**where, logEvents=batch)


def _once(make: Callable[[], object]) -> None:
    try:
        make()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _batches(events: list[Shape]) -> list[list[Shape]]:
    batches: list[list[Shape]] = [[]]
    size = 0
    for event in events:
        size += len(event["message"].encode()) + _OVERHEAD
        if size > _MOST_BYTES or len(batches[-1]) == _MOST_EVENTS:
            batches.append([])
            size = len(event["message"].encode()) + _OVERHEAD
        batches[-1].append(event)
    return batches
