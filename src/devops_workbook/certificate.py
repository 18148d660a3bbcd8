"""``workbook certificate``: a page for one learner with what the progress file says was done."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from devops_workbook import chapters, page
from devops_workbook.errors import WorkbookError
from devops_workbook.exercise import Chapter
from devops_workbook.progress import Progress, raise_state
from devops_workbook.progress_report import Standing, standings

_TITLE = "DevOps on AWS: the workbook"


def write(name: str, out: Path, file: Path | None = None) -> int:
    """Write the certificate of a learner to ``out`` as a self-contained page; return 0.

    ``file`` is the learner's ``progress.jsonl``, by default the one of this computer. Raises
    ``WorkbookError`` when no chapter is done in it, so that nobody gets an empty certificate.
    """
    progress = Progress(file) if file else Progress()
    if file and not file.exists():
        raise WorkbookError(f"There is no {file}. It is progress.jsonl in the folder .workbook.")
    done = [standing for standing in standings(progress) if standing.done]
    if not done:
        raise WorkbookError(
            f"No chapter is done in {progress.path} yet: a chapter is done when all of its "
            "exercises are passed. See workbook progress."
        )
    page.write(out, page.page(f"{name}: {_TITLE}", _body(name, done, finished(progress))))
    return 0


def finished(progress: Progress) -> dict[str, datetime]:
    """Return when the last exercise of each chapter that is done was first passed, in UTC."""
    states: dict[str, dict[str, str]] = {}
    times: dict[str, datetime] = {}
    known = {key: chapters.load(key) for key in chapters.COURSE}
    for event in progress.events():
        key = event["chapter"]
        if key not in known:
            continue
        state = states.setdefault(key, {})
        if event["event"] == "reset":
            state.clear()
            times.pop(key, None)
        if "exercise" in event and "outcome" in event:
            raise_state(state, event["exercise"], event["outcome"])
        if key not in times and Standing(known[key], state).done:
            times[key] = datetime.fromisoformat(event["at"])
    return times


def _body(name: str, done: list[Standing], times: dict[str, datetime]) -> str:
    return "".join(_lines(name, done, times))


def _lines(name: str, done: list[Standing], times: dict[str, datetime]) -> Iterator[str]:
    exercises = sum(len(standing.chapter.exercises) for standing in done)
    whole = len(done) == len(chapters.COURSE)
    what = "the whole course" if whole else f"{len(done)} of {len(chapters.COURSE)} chapters"
    yield f"<p>{_TITLE}</p><h1>{html.escape(name)}</h1>"
    yield f"<p>has worked through {what}: {exercises} exercises, every one checked.</p>"
    yield "<table><thead><tr><th>Chapter</th><th>Exercises</th><th>Minutes</th><th>Done</th></tr>"
    yield "</thead><tbody>"
    yield from (_row(standing.chapter, times[standing.chapter.key]) for standing in done)
    yield "</tbody></table>"
    yield (
        "<p><small>Made from the learner's own progress file. The checks looked at what was done "
        "in a simulated AWS account; nobody supervised it.</small></p>"
    )


def _row(chapter: Chapter, when: datetime) -> str:
    name = f"{chapters.stem(chapter.key)[:2]} {html.escape(chapter.title)}"
    cells = (name, len(chapter.exercises), chapter.minutes, f"{when:%Y-%m-%d}")
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
