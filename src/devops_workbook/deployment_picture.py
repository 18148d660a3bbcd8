"""A deployment drawn: where the requests go, what has happened, and how many of them fail."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from devops_workbook.deployment_state import Alarm, DeploymentState, Event, Minute, Target
from devops_workbook.display import BLUE, GREEN, PINK, RED

_GREY, _INK = "#5f6368", "#1f2328"
# A symbol beside each word, so that nothing hangs on colour alone.
_MARKS = {
    "succeeded": ("✓", GREEN),
    "in progress": ("▶", BLUE),
    "baking": ("▶", BLUE),
    "ready, waiting": ("?", PINK),
    "failed": ("✗", RED),
    "stopped": ("■", RED),
    "skipped": ("-", _GREY),
    "OK": ("✓", GREEN),
    "ALARM": ("✗", RED),
}
_OTHER = ("○", _GREY)
_WIDTH, _MARGIN = 760, 14
_LINE, _CHART = 22, 96
_BAR_LEFT, _BAR_WIDTH = 190, 330
_COLUMN = 366
_MOST_TARGETS = 6
_LETTERS = 112
_CAPTION = "Requests that failed, percent by minute: of all (filled), of the new version (outlined)"
_LEGIBLE = 0.8


@dataclass
class _Paper:
    """What is drawn so far, and how far down it reaches."""

    parts: list[str] = field(default_factory=list)
    y: int = _MARGIN

    def text(
        self, x: int, text: str, *, weight: str = "normal", size: int = 13, colour: str = _INK
    ) -> None:
        self.parts.append(
            f'<text x="{x}" y="{self.y}" fill="{colour}" font-weight="{weight}" '
            f'font-size="{size}">{html.escape(text)}</text>'
        )

    def marked(self, x: int, status: str, words: str) -> None:
        mark, colour = _MARKS.get(status, _OTHER)
        self.text(x, mark, weight="bold", colour=colour)
        self.text(x + 16, words, size=12)

    def box(self, x: int, y: int, width: float, height: float, fill: str, more: str = "") -> None:
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{more}/>'
        )


@dataclass(frozen=True)
class DeploymentPicture:
    """The picture of a deployment's state, with the same in words."""

    state: DeploymentState
    alarms: tuple[Alarm, ...] = ()
    minutes: tuple[Minute, ...] = ()

    @property
    def alt(self) -> str:
        """What the picture shows, in sentences."""
        said = [_sentence(self.state)]
        said += [f"Alarm {each.name} is {each.state}." for each in self.alarms]
        if self.minutes:
            rates = ", ".join(map(_rates, self.minutes[-10:]))
            said.append(f"Requests that failed, in percent by minute: {rates}.")
        return " ".join(said)

    def to_svg(self) -> str:
        """Return the picture as an SVG document."""
        paper = _Paper()
        _draw_head(paper, self.state)
        # The weights are those of now, the events those of the deployment that is looked at.
        for target in (self.state.rollback or self.state).targets:
            _draw_weights(paper, target)
        targets = self.state.targets
        for target in targets[:_MOST_TARGETS]:
            _draw_events(paper, target, named=len(targets) > 1)
        if len(targets) > _MOST_TARGETS:
            paper.y += _LINE
            paper.text(_MARGIN, f"and {len(targets) - _MOST_TARGETS} more targets", size=12)
        if self.alarms:
            _draw_alarms(paper, self.alarms)
        if self.minutes:
            _draw_chart(paper, self.minutes)
        height = paper.y + _MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
            f'width="{_WIDTH}" height="{height}" font-family="system-ui, sans-serif" '
            f'font-size="13"><defs>{_HATCH}</defs>'
            f'<rect width="100%" height="100%" fill="white"/>{"".join(paper.parts)}</svg>'
        )

    def to_html(self) -> str:
        """Return an ``<img>`` that carries the picture and its alternative text."""
        source = quote(self.to_svg(), safe=" =:/'();,.-")
        # Where there is less room than its letters need, the picture scrolls from side to side.
        return (
            '<div role="region" tabindex="0" style="overflow-x:auto;width:0;min-width:100%" '
            f'aria-label="Deployment {html.escape(self.state.id, quote=True)}">'
            f'<img alt="{html.escape(self.alt, quote=True)}" '
            f'style="width:100%;max-width:{_WIDTH}px;min-width:{round(_LEGIBLE * _WIDTH)}px" '
            f'src="data:image/svg+xml,{source}"></div>'
        )

    def __repr__(self) -> str:
        return self.alt


_HATCH = (
    '<pattern id="hatch" width="7" height="7" patternTransform="rotate(45)" '
    f'patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="{BLUE}"/>'
    '<rect width="2.5" height="7" fill="white"/></pattern>'
)


def _sentence(state: DeploymentState) -> str:
    said = [f"Deployment {state.id} by {state.config or 'no configuration'} is {state.status}."]
    if state.error:
        said.append(f"{state.error.rstrip('.')}.")
    for target in state.targets:
        said += [
            f"{each.name} gets {each.percent:.0f} % of the requests." for each in target.weights
        ]
        events = "; ".join(f"{each.name} {each.status}" for each in target.events)
        said.append(f"{target.name} {target.status}: {events}.")
    if state.rollback:
        said.append(f"It is rolled back. {_sentence(state.rollback)}")
    return " ".join(said)


def _rates(minute: Minute) -> str:
    new = "" if minute.new_rate is None else f" (new version {minute.new_rate:.1f})"
    return f"{minute.begin:%H:%M} {minute.rate:.1f}{new}"


def _draw_head(paper: _Paper, state: DeploymentState) -> None:
    paper.y += 10
    paper.text(_MARGIN, f"Deployment {state.id}", weight="bold", size=15)
    paper.y += _LINE
    paper.marked(_MARGIN, state.status, f"{state.status}, by {state.config}")
    _draw_wrapped(paper, state.error)
    if state.rollback:
        paper.y += _LINE
        words = f"rolled back by {state.rollback.id}: {state.rollback.status}"
        paper.marked(_MARGIN, state.rollback.status, words)


def _draw_wrapped(paper: _Paper, text: str) -> None:
    for line in textwrap.wrap(text, _LETTERS)[:3]:
        paper.y += 17
        paper.text(_MARGIN + 16, line, size=12)


def _draw_weights(paper: _Paper, target: Target) -> None:
    paper.y += 6 if target.weights else 0
    for place, weight in enumerate(target.weights):
        paper.y += _LINE + 2
        paper.text(_MARGIN, weight.name, size=12)
        paper.box(_BAR_LEFT, paper.y - 12, _BAR_WIDTH, 15, "none", f' stroke="{_GREY}"')
        fill = "url(#hatch)" if place else BLUE
        paper.box(_BAR_LEFT, paper.y - 12, _BAR_WIDTH * weight.percent / 100, 15, fill)
        paper.text(_BAR_LEFT + _BAR_WIDTH + 10, f"{weight.percent:.0f} %", weight="bold")
        paper.text(_BAR_LEFT + _BAR_WIDTH + 64, weight.detail, size=12, colour=_GREY)


def _draw_events(paper: _Paper, target: Target, *, named: bool) -> None:
    paper.y += 6
    if named:
        paper.y += _LINE
        paper.marked(_MARGIN, target.status, f"{target.name}: {target.status}")
    if named and not any(each.status not in ("pending", "skipped") for each in target.events):
        return
    half = (len(target.events) + 1) // 2
    top = paper.y
    for place, event in enumerate(target.events):
        paper.y = top + _LINE * (place % half + 1)
        paper.marked(_MARGIN + _COLUMN * (place // half), event.status, _words(event))
    paper.y = top + _LINE * half
    for event in target.events:
        _draw_wrapped(paper, f"{event.name}: {event.message}" if event.message else "")


def _words(event: Event) -> str:
    times = [f"{each:%H:%M:%S}" for each in (event.start, event.end) if each]
    period = " to ".join(dict.fromkeys(times))
    return " ".join(filter(None, (event.name, event.status, period)))


def _draw_alarms(paper: _Paper, alarms: tuple[Alarm, ...]) -> None:
    paper.y += 8
    for place, alarm in enumerate(alarms):
        paper.y += _LINE if place % 2 == 0 else 0
        words = _cut(f"alarm {alarm.name}: {alarm.state}", 56)
        paper.marked(_MARGIN + _COLUMN * (place % 2), alarm.state, words)


def _draw_chart(paper: _Paper, minutes: tuple[Minute, ...]) -> None:
    shown = minutes[-36:]
    highest = max(5.0, *(max(each.rate, each.new_rate or 0.0) for each in shown))
    paper.y += _LINE + 8
    paper.text(_MARGIN, _CAPTION, weight="600", size=12)
    top, base = paper.y + 10, paper.y + 10 + _CHART
    left, step = 56, (_WIDTH - 56 - _MARGIN) / 36
    for share in (1.0, 0.5, 0.0):
        y = base - share * _CHART
        paper.box(left, round(y), _WIDTH - left - _MARGIN, 1, "#dddddd")
        paper.y = round(y) + 4
        paper.text(_MARGIN, f"{share * highest:.1f}", size=11, colour=_GREY)
    for place, minute in enumerate(shown):
        x = round(left + place * step) + 2
        new = (minute.new_rate or 0.0) / highest * _CHART
        if new:
            paper.box(x, round(base - new), step - 4, new, "white", f' stroke="{BLUE}"')
        height = minute.rate / highest * _CHART
        paper.box(x + 3, round(base - height), step - 10, max(height, 1.5), RED)
        if minute.begin.minute % 5 == 0:
            paper.y = base + 15
            paper.text(x - 6, f"{minute.begin:%H:%M}", size=11, colour=_GREY)
    paper.y = max(top, base) + 18


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def time_of(moment: datetime) -> str:
    """Return a time as the tables show it."""
    return f"{moment:%H:%M:%S}"
