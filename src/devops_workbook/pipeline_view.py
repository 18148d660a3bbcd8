"""A live picture of a pipeline, with buttons that move the lab's clock."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from devops_workbook.display import Table
from devops_workbook.panel import in_kernel, view
from devops_workbook.pipeline_picture import PipelinePicture
from devops_workbook.pipeline_state import PipelineState, read_state
from offline_aws import ClockError

if TYPE_CHECKING:
    import ipywidgets

    from offline_aws.clock import Clock

# How far "To the next change" looks while an action works: the longest build takes eight hours.
_PATIENCE = timedelta(hours=12)
# And while none does: a commit is noticed within a minute, so what comes by itself comes soon.
_NOTICE = timedelta(minutes=2)
_COLUMNS = ("Stage", "Action", "Status", "What AWS says")


class Told(str):
    """A text that a notebook shows as it reads, without quotation marks and in its lines."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


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
        self._listener: Callable[[str], None] = _nobody

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

        Where nothing is at work, the clock moves by two minutes at most: an approval waits for
        days, and the lab's time would be gone. The sentence says so, and what it waits for.
        """
        return self._step(self.state())[0]

    def settle(self) -> str:
        """Step until nothing changes any more; return every step's sentence, a line each."""
        lines: list[str] = []
        before, changed = self.state(), True
        while changed:
            line, after = self._step(before)
            lines.append(line)
            before, changed = after, after != before
        return Told("\n".join(lines))

    def _step(self, before: PipelineState) -> tuple[str, PipelineState]:
        after = before

        def changed() -> bool:
            nonlocal after
            after = self.state()
            return after != before

        try:
            self._clock.advance_until(changed, _PATIENCE if before.working else _NOTICE)
        except ClockError:
            return self._told(f"Nothing changed. {_waits_for(before)}"), before
        return self._told(_difference(before, after)), after

    def move(self, **amount: float) -> str:
        """Move the clock, by ``timedelta`` keywords; return what changed, in a sentence."""
        before = self.state()
        self._clock.advance(**amount)
        return self._told(_difference(before, self.state()))

    def look(self) -> str:
        """Draw the present state in a notebook again; the clock stays where it is."""
        return self._told(_waits_for(self.state()))

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call the listener, and no longer the one before, with the sentence of every step.

        So the newest picture in a notebook is live, and those above it show what was.
        """
        self._listener = listener

    def _told(self, change: str) -> str:
        sentence = Told(f"{self._time()}. {change}")
        self._listener(sentence)
        return sentence

    def _time(self) -> str:
        return f"{self._clock.now():%a %d %b %H:%M:%S}"

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/plain": repr(self), "text/html": self.picture().to_html()}
        if in_kernel():
            shown |= {k: v for k, v in view(widget(self)).items() if k != "text/plain"}
        return shown


def _nobody(sentence: str) -> None:
    """Stand in for the listener of a view that is not shown."""


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


def widget(shown: PipelineView) -> ipywidgets.Widget:
    """Return the picture with its buttons; it is drawn anew at every step and move."""
    import ipywidgets as w

    picture, said = w.HTML(), w.HTML()

    def say(sentence: str) -> None:
        said.value = f'<div role="status" style="line-height:1.5">{html.escape(sentence)}</div>'

    def refresh(sentence: str) -> None:
        picture.value = shown.picture().to_html()
        say(sentence)

    def press(move: Callable[[], str]) -> None:
        try:
            refresh(move())
        except ClientError as error:
            say(str(error))

    def button(label: str, tip: str, move: Callable[[], str]) -> ipywidgets.Widget:
        result = w.Button(description=label, tooltip=tip, layout={"width": "auto"})
        result.on_click(lambda _: press(move))
        return result

    buttons = w.HBox(
        [
            button("To the next change", "Move the lab's clock to the next change", shown.step),
            button("One minute on", "Move the clock a minute", lambda: shown.move(minutes=1)),
            button("Ten minutes on", "Move the clock ten", lambda: shown.move(minutes=10)),
            button("Look again", "Draw the present state", shown.look),
        ],
        layout={"flex_flow": "row wrap"},
    )
    shown.on_change(refresh)
    refresh(shown.look())
    return w.VBox([picture, buttons, said], layout={"padding": "0 4px"})
