"""Changes of sources: what starts a pipeline without anybody starting it.

A CodeCommit source is told of by CodeCommit's events, as if a poll had found the change; an S3
source is looked at whenever the clock is about to move. Several changes before a poll are one.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline import durations, sources
from offline_aws.codepipeline.line import Line, Lines
from offline_aws.codepipeline.starting import Overrides, begin
from offline_aws.codepipeline.store import Pipelines, Shape
from offline_aws.errors import AwsError
from offline_aws.event_bus import Event, EventBus
from offline_aws.operations import Call


class Detector:
    """What watches the sources of every pipeline of an account and region."""

    def __init__(self) -> None:
        self._call: Call | None = None
        #: The newest version of each S3 source that polls.
        self._versions: dict[tuple[str, str], str] = {}
        #: What a poll is about to find, an action and its revision, by pipeline.
        self._due: dict[str, tuple[str, str]] = {}

    def watch(self, call: Call, line: Line) -> None:
        """Watch the sources of a pipeline, from what they are now."""
        if self._call is None:
            self._call = call
            call.state(EventBus).listen(self._hear)
            call.clock.before_moving(self._look)
        for action in sources.polled(line, "S3", call.region):
            self._versions[line.pipeline.name, action["name"]] = _version(action, call.region)

    def _hear(self, event: Event) -> None:
        """Take note of what CodeCommit tells of a repository."""
        call = self._call
        if call is None or event.source != "aws.codecommit":
            return
        for line in list(call.state(Lines).by_name.values()):
            for action in sources.polled(line, "CodeCommit", call.region):
                if sources.is_push_to(action, event):
                    self._poll_soon(call, line, action, event.detail["commitId"])
            for action in sources.connected(line):
                commit = sources.commit_that_starts(line, action, event, call.region)
                if commit:
                    self._start_soon(call, line, action, commit)

    def _look(self) -> None:
        """Look for new versions of S3 sources."""
        call = self._call
        if call is None:
            return
        for line in list(call.state(Lines).by_name.values()):
            for action in sources.polled(line, "S3", call.region):
                where, version = (line.pipeline.name, action["name"]), _version(action, call.region)
                if version and version != self._versions.get(where):
                    self._versions[where] = version
                    self._poll_soon(call, line, action, version)

    def _poll_soon(self, call: Call, line: Line, action: Shape, revision: str) -> None:
        name = line.pipeline.name
        if name not in self._due:
            wait = timedelta(seconds=durations.DETECT_BY_POLLING)
            call.clock.call_later(wait, partial(self._poll, call, name))
        self._due[name] = (action["name"], revision)

    def _poll(self, call: Call, name: str) -> None:
        """Start the pipeline, unless its newest execution has found the revision already."""
        action, revision = self._due.pop(name)
        line = call.state(Lines).by_name.get(name)
        if line is None:
            return
        newest = list(line.executions.values())[-1:]
        found = [each.revisions[action].id for each in newest if action in each.revisions]
        if revision not in found:
            _start(call, line, "PollForSourceChanges", action)

    def _start_soon(self, call: Call, line: Line, action: Shape, commit: str) -> None:
        detail = action["configuration"].get("ConnectionArn", "")
        overrides = {action["name"]: {"COMMIT_ID": commit}}
        start = partial(_start, call, line, "WebhookV2", detail, overrides)
        call.clock.call_later(timedelta(seconds=durations.DETECT_BY_EVENT), start)


def watch(call: Call, line: Line) -> None:
    """Watch the sources of a pipeline by its current declaration."""
    call.state(Detector).watch(call, line)


def _start(
    call: Call, line: Line, trigger: str, detail: str, overrides: Overrides | None = None
) -> None:
    known = call.state(Pipelines).by_name
    if known.get(line.pipeline.name) is not line.pipeline:
        return
    try:
        begin(call, line, trigger, detail, overrides=overrides)
    except AwsError:
        # As many as can be are on their way, and none of them is lost.
        return


def _version(action: Shape, region: str) -> str:
    """Return the newest version of an S3 source, "" where there is none to be read."""
    settings = action["configuration"]
    client = clients.client("s3", action.get("region", region))
    try:
        head = client.head_object(Bucket=settings["S3Bucket"], Key=settings["S3ObjectKey"])
    except ClientError:
        return ""
    return str(head.get("VersionId", ""))
