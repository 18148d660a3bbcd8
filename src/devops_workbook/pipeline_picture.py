"""A pipeline drawn from left to right: its stages, their actions, and what waits where."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from devops_workbook.display import BLUE, GREEN, PINK, RED
from devops_workbook.pipeline_state import (
    NOT_REACHED,
    NOT_RUN,
    WAITING,
    Action,
    PipelineState,
    Stage,
)

_GREY, _INK = "#5f6368", "#1f2328"
# A symbol beside each word, so that nothing hangs on colour alone.
_MARKS = {
    "succeeded": ("✓", GREEN),
    "in progress": ("▶", BLUE),
    WAITING: ("?", PINK),
    "failed": ("✗", RED),
    "stopping": ("■", RED),
    "stopped": ("■", RED),
    "abandoned": ("■", RED),
    NOT_REACHED: ("○", _GREY),
    NOT_RUN: ("○", _GREY),
}
_OTHER = ("○", _GREY)
_ARROW_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{_GREY}"/></marker></defs>'
)
_STAGE_WIDTH, _GAP, _MARGIN = 176, 44, 12
_HEAD, _ROW, _ARROW = 66, 50, 16
_LETTERS = 18  # of an action's name, in its box
_SHORT_ID = 8
_LEGIBLE = 0.8  # of its size: the smallest letters are then nine pixels high


@dataclass(frozen=True)
class PipelinePicture:
    """The picture of a pipeline's state, with the same in words."""

    state: PipelineState

    @property
    def alt(self) -> str:
        """What the picture shows, in sentences."""
        return " ".join([f"Pipeline {self.state.name}.", *map(_sentence, self.state.stages)])

    def to_svg(self) -> str:
        """Return the picture as an SVG document."""
        stages = self.state.stages
        height = _MARGIN * 3 + max(map(_height, stages)) + 18
        width = _width(self.state)
        drawn = "".join(
            _drawn_stage(stage, _MARGIN + place * (_STAGE_WIDTH + _GAP), first=place == 0)
            for place, stage in enumerate(stages)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="system-ui, sans-serif" '
            f'font-size="13"><rect width="100%" height="100%" fill="white"/>'
            f"{_ARROW_HEAD}{drawn}</svg>"
        )

    def to_html(self) -> str:
        """Return an ``<img>`` that carries the picture and its alternative text."""
        source = quote(self.to_svg(), safe=" =:/'();,.-")
        width = _width(self.state)
        # Where there is less room than its letters need, the picture scrolls from side to side.
        return (
            '<div role="region" tabindex="0" style="overflow-x:auto;width:0;min-width:100%" '
            f'aria-label="Pipeline {html.escape(self.state.name, quote=True)}">'
            f'<img alt="{html.escape(self.alt, quote=True)}" '
            f'style="width:100%;max-width:{width}px;min-width:{round(_LEGIBLE * width)}px" '
            f'src="data:image/svg+xml,{source}"></div>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/html": self.to_html(), "text/plain": self.alt}

    def __repr__(self) -> str:
        return self.alt


def _width(state: PipelineState) -> int:
    return 2 * _MARGIN + len(state.stages) * (_STAGE_WIDTH + _GAP) - _GAP


def _sentence(stage: Stage) -> str:
    actions = "; ".join(
        f"{action.name} {action.status}" for group in stage.groups for action in group
    )
    execution = f" (execution {stage.execution[:_SHORT_ID]})" if stage.execution else ""
    waiting = ", ".join(each[:_SHORT_ID] for each in stage.waiting)
    before = f" Before it waits {waiting}." if waiting else ""
    closed = f" The transition into it is disabled: {stage.closed}." if stage.closed else ""
    return f"Stage {stage.name} {stage.status}{execution}: {actions}.{before}{closed}"


def _height(stage: Stage) -> int:
    rows = sum(len(group) for group in stage.groups)
    return _HEAD + rows * _ROW + (len(stage.groups) - 1) * _ARROW + 6


def _drawn_stage(stage: Stage, left: int, *, first: bool) -> str:
    mark, colour = _MARKS.get(stage.status, _OTHER)
    top = _MARGIN + 18
    execution = f"execution {stage.execution[:_SHORT_ID]}" if stage.execution else ""
    parts = [
        "" if first else _drawn_transition(stage, left),
        _box(left, top, _STAGE_WIDTH, _height(stage), "#f6f8fa", colour),
        _text(left + 10, top + 20, stage.name, weight="bold", size=14),
        _marked(left + 10, top + 38, mark, colour, stage.status),
        _text(left + 10, top + 55, execution, colour=_GREY, size=11),
    ]
    y = top + _HEAD
    for number, group in enumerate(stage.groups):
        if number:
            middle = left + _STAGE_WIDTH // 2
            parts.append(_arrow(f"M{middle} {y - 4} v{_ARROW - 4}"))
            y += _ARROW
        for action in group:
            parts.append(_drawn_action(action, left + 8, y))
            y += _ROW
    return "".join(parts)


def _drawn_action(action: Action, left: int, top: int) -> str:
    mark, colour = _MARKS.get(action.status, _OTHER)
    return "".join(
        [
            _box(left, top, _STAGE_WIDTH - 16, _ROW - 8, "white", colour),
            f'<rect x="{left}" y="{top}" width="5" height="{_ROW - 8}" fill="{colour}"/>',
            _text(left + 12, top + 17, _short(action.name), weight="600"),
            _marked(left + 12, top + 34, mark, colour, action.status),
        ]
    )


def _drawn_transition(stage: Stage, left: int) -> str:
    y, begin = _MARGIN + 18 + 28, left - _GAP + 4
    parts = [_arrow(f"M{begin} {y} h{_GAP - 10}")]
    if stage.closed:
        middle = left - _GAP // 2 - 3
        parts = [_line(f"M{middle - 8} {y - 8} l16 16 M{middle + 8} {y - 8} l-16 16", RED)]
    notes = [f"waiting: {each[:_SHORT_ID]}" for each in stage.waiting[:1]]
    notes += [f"and {len(stage.waiting) - 1} more"] if len(stage.waiting) > 1 else []
    notes += ["transition disabled"] if stage.closed else []
    # Above the box: between two of them there is no room for words.
    return "".join([*parts, _text(left, _MARGIN + 8, ", ".join(notes), colour=_INK, size=11)])


def _box(x: int, y: int, width: int, height: int, fill: str, stroke: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )


def _arrow(path: str) -> str:
    return f'<path d="{path}" stroke="{_GREY}" stroke-width="2" marker-end="url(#head)"/>'


def _line(path: str, colour: str) -> str:
    return f'<path d="{path}" stroke="{colour}" stroke-width="2.5" fill="none"/>'


def _text(
    x: int, y: int, text: str, *, colour: str = _INK, weight: str = "normal", size: int = 13
) -> str:
    return (
        f'<text x="{x}" y="{y}" fill="{colour}" font-weight="{weight}" font-size="{size}">'
        f"{html.escape(text)}</text>"
    )


def _marked(x: int, y: int, mark: str, colour: str, words: str) -> str:
    """Return a mark in its colour and words in ink: the colours are too pale for small letters."""
    sign = _text(x, y, mark, colour=colour, weight="bold")
    return sign + _text(x + 16, y, words, size=12)


def _short(name: str) -> str:
    return textwrap.shorten(name, _LETTERS, placeholder="…") if " " in name else _cut(name)


def _cut(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
