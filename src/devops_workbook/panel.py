"""The lab's panel in a notebook: the exercises with their states, and three buttons."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devops_workbook.display import Note, notebook_shell
from devops_workbook.exercise import Exercise, Result

if TYPE_CHECKING:
    import ipywidgets

    from devops_workbook.lab import Lab

# No circle for "not started": beside a radio button it looks like another one.
_STATES = {"not started": "not started", "tried": "◐ tried", "passed": "✓ passed"}
# Lets the labels of radio buttons take several lines, where they are one line high by default.
# Such a rule can only stand in an HTML widget beside them.
WRAP_OPTIONS = (
    "<style>.workbook-options label {height: auto; display: flex; flex-direction: row-reverse;"
    " justify-content: flex-end} .workbook-options input {flex: none}</style>"
)


def bundle(lab: Lab) -> dict[str, Any]:
    """Return how Jupyter shows the lab: as a panel of widgets, else as a table."""
    shown: dict[str, Any] = {"text/plain": repr(lab), "text/html": lab.progress().to_html()}
    if in_kernel():
        # Last, so that the texts above stand where no widget can be drawn.
        shown |= {k: v for k, v in view(panel(lab)).items() if k != "text/plain"}
    return shown


def in_kernel() -> bool:
    """Return whether this runs in a Jupyter kernel, where widgets can be drawn."""
    return hasattr(notebook_shell(), "kernel")


def view(widget: ipywidgets.Widget) -> dict[str, Any]:
    """Return the mime bundle that makes a front end draw the widget."""
    data: dict[str, Any] = widget._repr_mimebundle_()
    return data


def panel(lab: Lab) -> ipywidgets.Widget:
    """Return the panel: choose an exercise, then Check, Hint or Solution."""
    import ipywidgets as w

    # No w.Select: JupyterLab takes the keys that move in it for its own shortcuts.
    chooser = w.RadioButtons(options=_options(lab), layout={"width": "auto"})
    chooser.add_class("workbook-options")
    chooser.tooltip = "Exercises and their states"
    heading, output = w.HTML(_heading(lab)), w.HTML()

    def refresh() -> None:
        # New labels would move the choice to the first row, so it is put back.
        chosen = chooser.value
        chooser.options = _options(lab)
        chooser.value = chosen
        heading.value = _heading(lab)

    def button(label: str, call: Callable[[str], Result | Note], tip: str) -> w.Button:
        result = w.Button(description=label, tooltip=tip)
        result.on_click(lambda _: setattr(output, "value", call(chooser.value).to_html()))
        return result

    buttons = w.HBox(
        [
            button("Check", lab.check, "Check the chosen exercise"),
            button("Hint", lab.hint, "Show the next hint"),
            button("Solution", lab.solution, "Show a solution"),
        ]
    )
    lab.on_change(refresh)
    return w.VBox([heading, chooser, buttons, output], layout={"padding": "0 4px"})


def _options(lab: Lab) -> list[tuple[str, str]]:
    return [
        (f"{_STATES[lab.state(key)]} · {e.title} ({_size(e)})", key)
        for key, e in lab.chapter.exercises.items()
    ]


def _size(exercise: Exercise) -> str:
    kind = "" if exercise.kind == "exercise" else f"{exercise.kind}, "
    return f"{kind}{exercise.minutes} min"


def _heading(lab: Lab) -> str:
    exercises = lab.chapter.exercises
    done = sum(lab.state(key) == "passed" for key in exercises)
    title = html.escape(lab.chapter.title)
    return f"{WRAP_OPTIONS}<strong>{title}</strong>: {done} of {len(exercises)} exercises passed"
