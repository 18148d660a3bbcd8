"""The records of what ran: executions of a pipeline, of its stages, actions and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.codepipeline.provider import Artifact, ProviderKey, Revision, Status
from offline_aws.codepipeline.store import Shape

IN_PROGRESS, SUCCEEDED, FAILED = "InProgress", "Succeeded", "Failed"
STOPPING, STOPPED, ABANDONED = "Stopping", "Stopped", "Abandoned"
SUPERSEDED, CANCELLED, SKIPPED = "Superseded", "Cancelled", "Skipped"
ERRORED, OVERRIDDEN = "Errored", "Overridden"
STANDARD, ROLLBACK = "STANDARD", "ROLLBACK"

#: The statuses of an execution that still runs.
ACTIVE = (IN_PROGRESS, STOPPING)


@dataclass
class ActionRun:
    """One execution of an action. ``when_ended`` is called once, when it is no longer running."""

    id: str
    stage: str
    declaration: Shape
    region: str
    started: datetime
    updated: datetime
    when_ended: Callable[[], object]
    status: str = IN_PROGRESS
    #: Configuration with its variables replaced; empty when they could not be.
    resolved: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Artifact] = field(default_factory=dict)
    outputs: dict[str, Artifact] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    revision: Revision | None = None
    summary: str = ""
    external_id: str = ""
    external_url: str = ""
    log_stream_arn: str = ""
    percent: int | None = None
    error_code: str = ""
    error_message: str = ""
    #: An approval's token, while it is asked for and after.
    token: str = ""
    updated_by: str = ""
    #: Whether it does what a rule of a condition asks for: no action of the pipeline.
    for_rule: bool = False

    @property
    def name(self) -> str:
        """The action's name."""
        return str(self.declaration["name"])

    @property
    def key(self) -> ProviderKey:
        """The kind of the action."""
        return key_of(self.declaration)

    def take(self, status: Status, now: datetime) -> None:
        """Note what a provider says of it, but for its state."""
        self.updated = now
        self.summary = status.summary or self.summary
        self.external_id = status.external_id or self.external_id
        self.external_url = status.external_url or self.external_url
        self.log_stream_arn = status.log_stream_arn or self.log_stream_arn
        self.percent = self.percent if status.percent is None else status.percent
        self.error_code, self.error_message = status.error_code, status.error_message
        self.revision = status.revision or self.revision
        self.variables = dict(status.variables) or self.variables


@dataclass
class RuleRun:
    """One execution of a rule of a stage's condition."""

    id: str
    stage: str
    declaration: Shape
    started: datetime
    updated: datetime
    status: str = IN_PROGRESS
    resolved: dict[str, str] = field(default_factory=dict)
    result: Status = field(default_factory=lambda: Status(IN_PROGRESS))
    #: What does the work of a rule that does what an action does.
    action: ActionRun | None = None


@dataclass
class ConditionRun:
    """One evaluation of a condition of a stage, and what follows from it."""

    declaration: Shape
    changed: datetime
    status: str = IN_PROGRESS
    rules: list[RuleRun] = field(default_factory=list)
    summary: str = ""


@dataclass
class StageRun:
    """One execution in one stage. ``when_left`` is called when it is no longer in it.

    ``current`` holds the runs that count, by action; ``runs`` holds the earlier ones too.
    ``attempt`` grows with each retry: what was scheduled for an earlier one finds it has passed.
    """

    declaration: Shape
    entered: datetime
    when_left: Callable[[], object]
    status: str = IN_PROGRESS
    attempt: int = 1
    runs: list[ActionRun] = field(default_factory=list)
    current: dict[str, ActionRun] = field(default_factory=dict)
    #: The latest evaluation of each kind of condition: beforeEntry, onSuccess, onFailure.
    conditions: dict[str, ConditionRun] = field(default_factory=dict)
    #: Whether its failure asks for the stage to be rolled back.
    roll_back: bool = False
    automatic_retries: int = 0
    manual_retries: int = 0
    latest_retry: str = ""

    @property
    def name(self) -> str:
        """The stage's name."""
        return str(self.declaration["name"])

    @property
    def running(self) -> list[ActionRun]:
        """The actions that run."""
        return [run for run in self.current.values() if run.status == IN_PROGRESS]

    @property
    def failed(self) -> list[ActionRun]:
        """The actions that did not succeed, of those that have ended."""
        ended = (FAILED, ABANDONED)
        return [run for run in self.current.values() if run.status in ended]

    @property
    def next_actions(self) -> list[Shape]:
        """The declarations of the actions that come next: those of the lowest run order."""
        left = [a for a in self.declaration["actions"] if a["name"] not in self.current]
        first = min((a.get("runOrder", 1) for a in left), default=0)
        return [a for a in left if a.get("runOrder", 1) == first]


@dataclass
class Execution:
    """One execution of a pipeline, by the version of the declaration it started with."""

    id: str
    number: int
    version: int
    declaration: Shape
    started: datetime
    updated: datetime
    trigger: str
    trigger_detail: str = ""
    status: str = IN_PROGRESS
    #: The pipeline's variables, by name.
    variables: dict[str, str] = field(default_factory=dict)
    #: The revisions asked for at the start: values by type, by source action.
    overrides: dict[str, dict[str, str]] = field(default_factory=dict)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    #: The variables of actions, by namespace.
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    #: The source revisions that were found, by action.
    revisions: dict[str, Revision] = field(default_factory=dict)
    stages: dict[str, StageRun] = field(default_factory=dict)
    rules: list[RuleRun] = field(default_factory=list)
    kind: str = STANDARD
    rollback_target: str = ""
    stop_reason: str | None = None
    #: How often it has been begun: once, and again at each retry.
    attempts: int = 1

    @property
    def mode(self) -> str:
        """The execution mode of the declaration it follows."""
        return str(self.declaration.get("executionMode", "SUPERSEDED"))

    @property
    def parallel(self) -> bool:
        """Whether it runs beside others, without locks."""
        return self.mode == "PARALLEL"

    @property
    def active(self) -> bool:
        """Whether it has not come to its end."""
        return self.status in ACTIVE

    @property
    def runs(self) -> Iterator[ActionRun]:
        """Every run of an action, in the order of the stages and then of time."""
        for stage in self.stages.values():
            yield from stage.runs

    def stage(self, name: str) -> Shape:
        """Return the declaration of a stage, as it was when the execution started."""
        found: Shape = next(e for e in self.declaration["stages"] if e["name"] == name)
        return found

    def following(self, stage: str) -> Shape | None:
        """Return the declaration of the stage after one, if there is one to go to."""
        if self.kind == ROLLBACK:
            return None
        stages = self.declaration["stages"]
        index = stages.index(self.stage(stage))
        found: Shape | None = stages[index + 1] if index + 1 < len(stages) else None
        return found


def key_of(declaration: Shape) -> ProviderKey:
    """Return the kind of a declared action."""
    kind = declaration["actionTypeId"]
    return kind["category"], kind["owner"], kind["provider"]
