"""A chapter's quiz: radio buttons in a notebook, text in a terminal."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from devops_workbook.display import inline_html
from devops_workbook.exercise import Question
from devops_workbook.panel import WRAP_OPTIONS, in_kernel, view

if TYPE_CHECKING:
    import ipywidgets

    from devops_workbook.lab import Lab


class Quiz:
    """The questions of a chapter, to be answered here or with ``lab.answer(key, letter)``."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def __repr__(self) -> str:
        return "\n\n".join(_as_text(q) for q in self._lab.chapter.questions.values())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        questions = self._lab.chapter.questions.values()
        shown: dict[str, Any] = {
            "text/plain": repr(self),
            "text/html": "".join(_as_html(question) for question in questions),
        }
        if in_kernel():
            shown |= {k: v for k, v in view(widget(self._lab)).items() if k != "text/plain"}
        return shown


def widget(lab: Lab) -> ipywidgets.Widget:
    """Return the questions, each with its options, a button and room for the result."""
    import ipywidgets as w

    return w.VBox([_question_widget(lab, question) for question in lab.chapter.questions.values()])


def _question_widget(lab: Lab, question: Question) -> ipywidgets.Widget:
    import ipywidgets as w

    options = [(f"{letter}) {text}", letter) for letter, (text, _) in question.options.items()]
    choice = w.RadioButtons(options=options, value=None, layout={"width": "auto"})
    choice.add_class("workbook-options")
    output = w.HTML()
    button = w.Button(description="Answer", tooltip=f"Answer {question.key}")

    def answer(_: object) -> None:
        chosen = ... if choice.value is None else choice.value
        output.value = lab.answer(question.key, chosen).to_html()

    button.on_click(answer)
    text = w.HTML(
        f'{WRAP_OPTIONS}<div style="line-height:1.5"><strong>{inline_html(question.text)}</strong> '
        f"({html.escape(question.key)})</div>"
    )
    return w.VBox([text, choice, button, output], layout={"margin": "0 0 1em 0"})


def _as_text(question: Question) -> str:
    options = [f"  {letter}) {text}" for letter, (text, _) in question.options.items()]
    call = f'  Answer with lab.answer("{question.key}", "…")'
    return "\n".join([question.text, *options, call])


def _as_html(question: Question) -> str:
    options = "".join(
        f"<li>{html.escape(letter)}) {inline_html(text)}</li>"
        for letter, (text, _) in question.options.items()
    )
    call = html.escape(f'lab.answer("{question.key}", "…")')
    return (
        f"<p><strong>{inline_html(question.text)}</strong></p>"
        f'<ul style="list-style:none">{options}</ul><p>Answer with <code>{call}</code></p>'
    )
