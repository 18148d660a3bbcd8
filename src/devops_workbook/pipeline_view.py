"""A live picture of a pipeline, with buttons that move the lab's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from devops_workbook.display import Table
from devops_workbook.pipeline_picture import PipelinePicture
from devops_workbook.pipeline_state import PipelineState, read_state
from devops_workbook.stepped_view import SteppedView

if TYPE_CHECKING:
    from offline_aws.clock import Clock

# How far "To the next change" looks while an action works: the longest build takes eight hours.
_PATIENCE = timedelta(hours=12)
# And while none does: a commit is noticed within a minute, so what comes by itself comes soon. An
# approval waits for days, and the lab's time would be gone.
_NOTICE = timedelta(minutes=2)
_COLUMNS = ("Stage", "Action", "Status", "What AWS says")


class PipelineView(SteppedView[PipelineState]):
    """A pipeline as it stands, to look at and to step through.

    ``client`` is a boto3 client of CodePipeline and ``clock`` the lab's.
    """

    def __init__(self, client: Any, name: str, clock: Clock) -> None:
        super().__init__(clock)
        self._client = client
        self._name = name

    def state(self) -> PipelineState:
        """Return how the pipeline stands now. Raises the client's ``ClientError``."""
        return read_state(self._client, self._name)

    def picture(self) -> PipelinePicture:
        """Return the picture of how the pipeline stands now."""
        return PipelinePicture(self.state())

    def table(self) -> Table:
        """Return the actions with their statuses and what AWS says of them."""
        rows = [
            (stage.name, action.name, action.status, action.detail)
            for stage in self.state().stages
            for group in stage.groups
            for action in group
        ]
        return Table(f"{self._name} at {self._time()}", _COLUMNS, rows)

    def _patience(self, state: PipelineState) -> timedelta:
        return _PATIENCE if state.working else _NOTICE

    def _waits_for(self, state: PipelineState) -> str:
        return _waits_for(state)

    def _difference(self, before: PipelineState, after: PipelineState) -> str:
        return _difference(before, after)


def _waits_for(state: PipelineState) -> str:
    waits = [
        f"{approval} waits for your answer."
        for stage in state.stages
        for approval in stage.approvals
    ]
    waits += [
        f"The transition into {stage.name} is disabled." for stage in state.stages if stage.closed
    ]
    if state.working:
        waits.append("An action is at work.")
    if state.mode == "PARALLEL":
        waits.append("In the mode PARALLEL a pipeline has no common state: list its executions.")
    return " ".join(waits) or "The pipeline has nothing to do."


def _difference(before: PipelineState, after: PipelineState) -> str:
    old, new = _statuses(before), _statuses(after)
    changes = [f"{name}: {status}." for name, status in new.items() if old.get(name) != status]
    return " ".join(changes) or "Nothing changed."


def _statuses(state: PipelineState) -> dict[str, str]:
    found: dict[str, str] = {}
    for stage in state.stages:
        execution = f" (execution {stage.execution[:8]})" if stage.execution else ""
        found[f"Stage {stage.name}"] = f"{stage.status}{execution}"
        for group in stage.groups:
            found |= {f"{stage.name}/{action.name}": action.status for action in group}
        if stage.waiting:
            waiting = ", ".join(each[:8] for each in stage.waiting)
            found[f"Before {stage.name}"] = f"{waiting} waits"
    return found
