"""What of a pipeline is moving: its executions, who waits where, which stages are taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from offline_aws.codepipeline.execution import IN_PROGRESS, Execution, StageRun
from offline_aws.codepipeline.store import Pipeline, Pipelines, Shape, find_pipeline
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@dataclass
class Transition:
    """Whether executions may come into a stage, and who said so."""

    enabled: bool = True
    reason: str = ""
    changed_by: str = ""
    changed: datetime | None = None


@dataclass
class Line:
    """The executions of one pipeline. Stages are named; modes other than PARALLEL use them."""

    pipeline: Pipeline
    executions: dict[str, Execution] = field(default_factory=dict)
    #: Who waits in front of a stage, the first to come first. The last may have been stopped.
    waiting: dict[str, list[Execution]] = field(default_factory=dict)
    taken_by: dict[str, Execution] = field(default_factory=dict)
    last_in: dict[str, Execution] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)
    #: Requests to start, by the client's token.
    tokens: dict[str, str] = field(default_factory=dict)
    #: The revisions that PutActionRevision has told of, by action.
    told: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The newest version of the declaration."""
        return max(self.pipeline.versions)

    def transition(self, stage: str) -> Transition:
        """Return the transition into a stage."""
        return self.transitions.setdefault(stage, Transition())

    def waiting_for(self, stage: str) -> list[Execution]:
        """Return the executions that can come into a stage, the first to come first."""
        return [each for each in self.waiting.get(stage, []) if each.status == IN_PROGRESS]

    def execution(self, identifier: str) -> Execution:
        """Return an execution. Raises ``PipelineExecutionNotFoundException``."""
        if identifier not in self.executions:
            raise AwsError(
                "PipelineExecutionNotFoundException",
                f"The pipeline {self.pipeline.name} does not have an execution with ID "
                f"'{identifier}'",
            )
        return self.executions[identifier]

    def stage(self, name: str) -> Shape:
        """Return the declaration of a stage. Raises ``StageNotFoundException``."""
        for stage in self.pipeline.declaration["stages"]:
            if stage["name"] == name:
                found: Shape = stage
                return found
        raise AwsError(
            "StageNotFoundException",
            f"Pipeline '{self.pipeline.name}' does not have a stage with name '{name}'",
        )

    def action(self, stage: str, name: str) -> Shape:
        """Return the declaration of an action. Raises ``ActionNotFoundException``."""
        for action in self.stage(stage)["actions"]:
            if action["name"] == name:
                found: Shape = action
                return found
        raise AwsError(
            "ActionNotFoundException",
            f"Stage '{stage}' of pipeline '{self.pipeline.name}' does not have an action with "
            f"name '{name}'",
        )


@dataclass
class Lines:
    """The lines of an account and region, by pipeline."""

    by_name: dict[str, Line] = field(default_factory=dict)


def line_of(call: Call, name: str) -> Line:
    """Return the line of a pipeline. Raises ``PipelineNotFoundException``."""
    pipeline = find_pipeline(call, name)
    lines = call.state(Lines).by_name
    if name not in lines or lines[name].pipeline is not pipeline:
        lines[name] = Line(pipeline)
    return lines[name]


@dataclass(frozen=True)
class Course:
    """One execution on its way, with the call of whoever started it."""

    call: Call
    line: Line
    execution: Execution

    @property
    def now(self) -> datetime:
        """The lab's time."""
        return self.call.clock.now()

    def new_id(self) -> str:
        """Return a UUID, the same in every run."""
        return self.call.state(Pipelines).new_id(self.call)

    def after(self, seconds: float, step: Callable[[], object]) -> None:
        """Do a step later, unless the execution has come to its end by then."""

        def unless_over() -> None:
            if self.execution.active:
                step()

        self.call.clock.call_later(timedelta(seconds=seconds), unless_over)

    def in_stage(self, stage: StageRun, seconds: float, step: Callable[[], object]) -> None:
        """Do a step later, if this attempt at a stage still goes on by then."""
        attempt = stage.attempt

        def unless_left() -> None:
            if stage.status == IN_PROGRESS and stage.attempt == attempt:
                step()

        self.after(seconds, unless_left)
