"""A live picture of a pipeline, with buttons that move the lab's clock."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from devops_workbook.display import Table
from devops_workbook.panel import in_kernel, view
from devops_workbook.pipeline_picture import PipelinePicture
from devops_workbook.pipeline_state import PipelineState, read_state
from offline_aws import ClockError

if TYPE_CHECKING:
    import ipywidgets

    from offline_aws.clock import Clock

# How far "To the next change" looks before it says that nothing moves by itself.
_PATIENCE = timedelta(hours=12)
_COLUMNS = ("Stage", "Action", "Status", "What AWS says")


class PipelineView:
    """A pipeline as it stands, to look at and to step through.

    ``client`` is a boto3 client of CodePipeline and ``clock`` the lab's. In a notebook it is a
    picture with buttons; ``step()`` and ``move()`` do what the buttons do. In a terminal it is
    text.
    """

    def __init__(self, client: Any, name: str, clock: Clock) -> None:
        self._client = client
        self._name = name
        self._clock = clock

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

    def step(self) -> str:
        """Move the clock to the pipeline's next change; return what changed, in a sentence.

        Where nothing changes within twelve hours the clock stays there, and the sentence says so.
        """
        before = self.state()
        try:
            self._clock.advance_until(lambda: self.state() != before, _PATIENCE)
        except ClockError:
            return (
                f"{self._time()}. Nothing changed in twelve hours: the pipeline waits for you, "
                "or has nothing to do."
            )
        return f"{self._time()}. {_difference(before, self.state())}"

    def move(self, **amount: float) -> str:
        """Move the clock, by ``timedelta`` keywords; return what changed, in a sentence."""
        before = self.state()
        self._clock.advance(**amount)
        return f"{self._time()}. {_difference(before, self.state())}"

    def _time(self) -> str:
        return f"{self._clock.now():%a %d %b %H:%M:%S}"

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/plain": repr(self), "text/html": self.picture().to_html()}
        if in_kernel():
            shown |= {k: v for k, v in view(_widget(self)).items() if k != "text/plain"}
        return shown


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


def _widget(shown: PipelineView) -> ipywidgets.Widget:
    import ipywidgets as w

    picture, said = w.HTML(), w.HTML()

    def refresh(sentence: str) -> None:
        picture.value = shown.picture().to_html()
        said.value = f'<div role="status" style="line-height:1.5">{html.escape(sentence)}</div>'

    def button(label: str, tip: str, move: Any) -> ipywidgets.Widget:
        result = w.Button(description=label, tooltip=tip, layout={"width": "auto"})
        result.on_click(lambda _: refresh(move()))
        return result

    buttons = w.HBox(
        [
            button("To the next change", "Move the lab's clock to the next change", shown.step),
            button("One minute on", "Move the clock a minute", lambda: shown.move(minutes=1)),
            button("Ten minutes on", "Move the clock ten", lambda: shown.move(minutes=10)),
            button("Look again", "Draw the present state", lambda: shown.move(seconds=0)),
        ]
    )
    refresh(shown.move(seconds=0))
    return w.VBox([picture, buttons, said], layout={"padding": "0 4px"})
