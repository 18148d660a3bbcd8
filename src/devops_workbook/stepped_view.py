"""A live picture of something in AWS, with buttons that move the lab's clock."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from botocore.exceptions import ClientError

from devops_workbook.display import Table
from devops_workbook.panel import in_kernel, view
from offline_aws import ClockError

if TYPE_CHECKING:
    import ipywidgets

    from offline_aws.clock import Clock

S = TypeVar("S")


class Told(str):
    """A text that a notebook shows as it reads, without quotation marks and in its lines."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Picture(Protocol):
    """A picture with its alternative text."""

    def to_html(self) -> str:
        """Return it as HTML that carries its alternative text."""


class SteppedView(ABC, Generic[S]):
    """Something as it stands, to look at and to step through.

    ``S`` is how it stands: two that are equal show that nothing has changed. In a notebook it is a
    picture with buttons; ``step()`` and ``move()`` do what the buttons do. In a terminal it is
    text.
    """

    #: The two buttons beside "To the next change", and how far they move the clock.
    strides: ClassVar[Sequence[tuple[str, str, Mapping[str, float]]]] = (
        ("One minute on", "Move the clock a minute", {"minutes": 1}),
        ("Ten minutes on", "Move the clock ten", {"minutes": 10}),
    )

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listener: Callable[[str], None] = _nobody

    @abstractmethod
    def state(self) -> S:
        """Return how it stands now. Raises the client's ``ClientError``."""

    @abstractmethod
    def picture(self) -> Picture:
        """Return the picture of how it stands now."""

    @abstractmethod
    def table(self) -> Table:
        """Return how it stands now as a table."""

    @abstractmethod
    def _patience(self, state: S) -> timedelta:
        """Return how far "To the next change" looks."""

    @abstractmethod
    def _waits_for(self, state: S) -> str:
        """Return in sentences what it waits for."""

    @abstractmethod
    def _difference(self, before: S, after: S) -> str:
        """Return in sentences what changed."""

    def step(self) -> str:
        """Move the clock to the next change; return what changed, in a sentence.

        Where nothing is at work the clock moves a little at most, and the sentence says what is
        waited for.
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

    def move(self, **amount: float) -> str:
        """Move the clock, by ``timedelta`` keywords; return what changed, in a sentence."""
        before = self.state()
        self._clock.advance(**amount)
        return self._told(self._difference(before, self.state()))

    def look(self) -> str:
        """Draw the present state in a notebook again; the clock stays where it is."""
        return self._told(self._waits_for(self.state()))

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call the listener, and no longer the one before, with the sentence of every step.

        So the newest picture in a notebook is live, and those above it show what was.
        """
        self._listener = listener

    def _step(self, before: S) -> tuple[str, S]:
        after = self._next_state(before)
        if after == before:
            return self._told(f"Nothing changed. {self._waits_for(before)}"), before
        return self._told(self._difference(before, after)), after

    def _next_state(self, before: S) -> S:
        """Move the clock to the next change, or as far as the patience goes; return the state."""
        after = before

        def changed() -> bool:
            nonlocal after
            after = self.state()
            return after != before

        try:
            self._clock.advance_until(changed, self._patience(before))
        except ClockError:
            return before
        return after

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


def widget(shown: SteppedView[Any]) -> ipywidgets.Widget:
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

    def moving(amount: Mapping[str, float]) -> Callable[[], str]:
        return lambda: shown.move(**amount)

    buttons = w.HBox(
        [
            button("To the next change", "Move the lab's clock to the next change", shown.step),
            *(button(label, tip, moving(amount)) for label, tip, amount in shown.strides),
            button("Look again", "Draw the present state", shown.look),
        ],
        layout={"flex_flow": "row wrap"},
    )
    shown.on_change(refresh)
    refresh(shown.look())
    return w.VBox([picture, buttons, said], layout={"padding": "0 4px"})
