"""Every content gate lets a clean chapter pass and stops a broken one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from clean_chapter import (
    FENCE,
    IMAGE,
    LINK,
    OPTIONS,
    PROSE,
    Break,
    after,
    both,
    clean_chapter,
    clean_source,
    code,
    empty,
    prose,
    text,
    with_chapter,
    with_exercise,
    with_questions,
    without,
)

from devops_workbook import chapters
from devops_workbook.notebooks.gates import GATES, estimated_minutes, problems
from devops_workbook.notebooks.source import Cell, Source


def test_the_clean_chapter_passes_every_gate() -> None:
    assert problems(clean_chapter(), clean_source()) == []


# One way to break it at a time, and what the gate says.
DORA = "devops_workbook.chapters.dora_metrics"
QUESTIONS = ("q-one", "q-two", "q-three")
BREAKS: dict[str, list[tuple[Break, str]]] = {
    "plain_python": [
        (code("%matplotlib inline"), "not plain Python, line 1: '%matplotlib inline'"),
        (code("x = 1\n!ls"), "not plain Python, line 2"),
        (text("fixed = 1", "fixed = = 1"), "not plain Python"),
    ],
    "one_title": [
        (prose("# Another title"), "one level-one heading, found 2: ['Clean', 'Another title']"),
        (text("# Clean\n", "Clean\n"), "found 0"),
        (text("# Clean", "Read this.\n\n# Clean"), "the first cell starts with"),
        (empty, "the first cell starts with"),
    ],
    "heading_levels": [
        (text("### Mend", "#### Mend"), "heading 'Mend' has level 4 after level 2"),
        (text("# Clean\n", "## Clean\n"), "heading 'Clean' has level 2 after level 0"),
    ],
    "section_order": [
        (text("## Recap", "## Summary"), "'Summary'"),
        (text("## Recap", "### Recap"), "sections should be"),
        (prose("## One more"), "'One more'"),
        (
            both(text("## Recap", "## X"), both(text("## Quiz", "## Recap"), text("## X", "## Q"))),
            "sections should be",
        ),
    ],
    "same_exercises": [
        (without(tag="task", exercise="predict"), "tasks should be ['mend', 'predict', 'quiz']"),
        (after(Cell("code", "...", "task", "more"), tag="wrong"), "found ['mend', 'more'"),
        (
            after(Cell("code", "x = 9", "wrong", "mnd", "no"), tag="wrong"),
            "a wrong cell is for 'mnd', which has no task",
        ),
        (
            after(Cell("code", "x = 9", "solution", "mnd"), tag="wrong"),
            "a solution cell is for 'mnd', which has no task",
        ),
    ],
    "exercise_shape": [
        (text(PROSE, "Mend it."), "mend: at least 8 words of prose come right before the task"),
        (
            after(Cell("code", "x = 1"), text=f"### Mend\n\n{PROSE}"),
            "mend: at least 8 words of prose",
        ),
        (without(tag="solution", exercise="mend"), "mend: the solution comes right after the task"),
        (
            after(Cell("code", "x = 1"), tag="task", exercise="mend"),
            "mend: the solution comes right after the task",
        ),
        (without(tag="wrong", exercise="mend"), "mend: 2 wrong cells or more, found 1"),
        (
            without(text='lab.check("mend", fixed)'),
            'mend: the next cell a learner sees is lab.check("mend", ...)',
        ),
        (text('lab.check("mend"', 'lab.check("predict"'), "mend: the next cell a learner sees"),
        (after(Cell("markdown", "Wait."), text="fixed = 0"), "mend: the next cell a learner sees"),
    ],
    "answer_names": [
        (text("fixed = ...", "mended = ..."), "mend: the task does not set `fixed`"),
        (with_exercise("predict", answer="guess"), "predict: the task does not set `guess`"),
    ],
    "hints": [
        (with_exercise("mend", hints=("One.",)), "mend: 2 hints or more, none empty"),
        (with_exercise("mend", hints=("One.", " ")), "mend: 2 hints or more, none empty"),
        (with_exercise("predict", hints=()), "predict: 2 hints or more"),
    ],
    "quiz_size": [
        (with_questions("q-one", "q-two"), "3 to 5 questions, found 2"),
        (with_questions(*QUESTIONS, "q-4", "q-5", "q-6"), "found 6"),
        (with_questions(*QUESTIONS, options={**OPTIONS, "c": ("Three", "")}), "q-one: every opt"),
        (with_questions(*QUESTIONS, options={**OPTIONS, "c": ("", "No.")}), "q-one: every option"),
    ],
    "kinds": [
        (with_exercise("mend", kind="exercise"), "no exercise is a break/fix"),
        (with_exercise("predict", kind="stretch"), "no exercise is a prediction"),
    ],
    "code_length": [(code("x = 1\n" * 26), "a code cell has 26 lines, at most 25: 'x = 1'")],
    "alt_text": [
        (text(IMAGE, "![](images/offline_aws.svg)"), "needs alternative text"),
        (text(IMAGE, "![A picture](images/offline_aws.svg)"), "needs alternative text"),
        (text("offline_aws.svg", "gone.svg"), "picture images/gone.svg is not there"),
        (prose('See\n<img src="images/offline_aws.svg">'), "not <img>: 'See'"),
        (code("import matplotlib.pyplot as plt"), "pyplot has no alternative text"),
        (code("plt.plot([1])"), "pyplot has no alternative text: 'plt.plot([1])'"),
    ],
    "links": [
        (text(LINK, "[chapter 99](99_gone.ipynb)"), "link 99_gone.ipynb leads nowhere"),
        (text(LINK, "[here](00_start_here.ipynb)"), "link text 'here' does not say where"),
        (text(LINK, "[the docs](http://example.org)"), "link http://example.org leads nowhere"),
    ],
    "glossary": [(text("](glossary.md)", "](glossary.md#stack)"), "[glossary](glossary.md)")],
    "minutes": [
        (with_chapter(minutes=60), "60 minutes are declared, the content makes 25"),
        (with_chapter(minutes=26), "the first cell says '26 minutes'"),
        (with_exercise("mend", minutes=40), "24 minutes are declared, the content makes 55"),
    ],
    "no_later_chapter": [
        (
            both(
                with_chapter(key="start-here"),
                code("from devops_workbook.chapters import dora_metrics"),
            ),
            f"imports the later chapter {DORA}",
        ),
        (
            both(
                with_chapter(key="start-here"),
                code(f"from {DORA} import dashboard"),
            ),
            f"imports the later chapter {DORA}",
        ),
        (
            both(with_chapter(key="start-here"), code(f"import {DORA}")),
            f"imports the later chapter {DORA}",
        ),
    ],
}


def test_every_gate_is_seen_to_fail() -> None:
    assert list(BREAKS) == [gate.__name__ for gate in GATES]
    assert all(BREAKS.values())


CASES = [(name, *case) for name, cases in BREAKS.items() for case in cases]


@pytest.mark.parametrize(("name", "broken", "message"), CASES, ids=[case[0] for case in CASES])
def test_a_gate_stops_what_it_is_for(name: str, broken: Break, message: str) -> None:
    [gate] = [gate for gate in GATES if gate.__name__ == name]
    assert list(gate(clean_chapter(), clean_source())) == []
    chapter, source = broken(clean_chapter(), clean_source())
    found = list(gate(chapter, source))
    assert any(message in problem for problem in found), found
    assert set(found) <= set(problems(chapter, source))


def test_the_module_of_a_chapter_imports_no_later_chapter_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dora_metrics.py").write_text("from devops_workbook.chapters import tracing\n")
    monkeypatch.setattr(chapters, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(chapters, "COURSE", ("start-here", "dora-metrics"))
    assert problems(clean_chapter(), clean_source()) == []
    monkeypatch.setattr(chapters, "COURSE", ("start-here", "dora-metrics", "tracing"))
    assert problems(clean_chapter(), clean_source()) == [
        "imports the later chapter devops_workbook.chapters.tracing"
    ]


# What a gate lets pass.


@pytest.mark.parametrize(
    "harmless",
    [
        prose(FENCE),
        prose("[there](https://example.org/x)"),
        prose("[above](#clean)"),
        prose("[chapter 00](00_start_here.ipynb#the-idea)"),
        code("x = 1\n" * 25),
        after(Cell("markdown", "# Not shown to learners", "instructor"), kind="code"),
    ],
)
def test_a_gate_lets_pass_what_is_right(harmless: Break) -> None:
    assert problems(*harmless(clean_chapter(), clean_source())) == []


def test_the_first_chapter_needs_no_break_fix_and_no_prediction() -> None:
    [kinds] = [gate for gate in GATES if gate.__name__ == "kinds"]
    chapter = with_exercise("mend", kind="exercise")(clean_chapter(), clean_source())[0]
    assert list(kinds(replace(chapter, key="start-here"), clean_source())) == []


def test_the_minutes_are_reading_plus_exercises_plus_quiz() -> None:
    chapter, source = clean_chapter(), clean_source()
    bare = Source(source.key, ())
    assert estimated_minutes(chapter, bare) == 2 * 10 + 3
    words = Source(source.key, (Cell("markdown", "word " * 400), Cell("code", "x\n" * 20)))
    assert estimated_minutes(chapter, words) == 2 * 10 + 3 + 2 + 2
    solution, note = (
        Cell("code", "x\n" * 99, "solution", "mend"),
        Cell("markdown", "x", "instructor"),
    )
    assert estimated_minutes(chapter, Source(source.key, (solution, note))) == 2 * 10 + 3
