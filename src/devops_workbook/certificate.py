"""``workbook certificate``: a page for one learner with what the progress file says was done."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from devops_workbook import chapters, page, progress_report
from devops_workbook.errors import WorkbookError
from devops_workbook.exercise import Chapter
from devops_workbook.progress import Progress, raise_state
from devops_workbook.progress_report import Standing, standings

_TITLE = "DevOps on AWS: the workbook"
_FURTHER = "`workbook progress --progress FILE` says how far it is."
_LONGEST = 50


def write(name: str, out: Path | None = None, file: Path | None = None) -> int:
    """Write the certificate of a learner as a self-contained page; return 0.

    ``out`` is by default named after the learner, so that a room's certificates stand side by
    side. ``file`` is the learner's ``progress.jsonl``, by default the one of this computer. Lines
    of it that cannot be read are counted. Raises ``WorkbookError`` when there is no name, and when
    no chapter is done, so that nobody gets an empty certificate.
    """
    name = " ".join(name.split())
    if not name:
        raise WorkbookError('Whose is it? Give a name: workbook certificate "Ada Lovelace".')
    progress = progress_report.of(file)
    done = [standing for standing in standings(progress) if standing.done]
    if not done:
        raise WorkbookError(
            f"No chapter is done in {progress.path} yet: a chapter is done when all of its "
            f"exercises are passed. {progress.problem() or _FURTHER}"
        )
    body = _body(name, done, finished(progress))
    page.write(out or default_path(name), page.page(f"{name}: {_TITLE}", body))
    if problem := progress.problem():
        print(problem)
    return 0


def default_path(name: str) -> Path:
    """Return the file of a learner's certificate in the folder where one is."""
    # No longer than a file's name may be, whatever the letters.
    words = re.sub(r"\W+", "-", name.casefold()).strip("-")[:_LONGEST]
    return Path(f"certificate-{words}.html" if words else "certificate.html")


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
    cells = (name, len(chapter.exercises), chapter.minutes, f"<time>{when:%Y-%m-%d}</time>")
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
