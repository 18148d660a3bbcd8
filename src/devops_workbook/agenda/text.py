"""A plan as Markdown, for a page, a wiki or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from devops_workbook import chapters
from devops_workbook.agenda.choice import Part
from devops_workbook.agenda.timetable import EXERCISES, Day, Slot

_BEFORE = """\
## The day before

- Everybody runs `make doctor ARGS=--report` once, on a network that carries the download, and
  sends what it prints. It sets the course up, too.
- No good network in the room? Make an offline bundle with `workbook bundle` and bring it along.
- Open each chapter's notebook in `notebooks/solutions/`: the notes for you are in it, with the
  aim, the misconceptions and what to show.
"""
_LATE = """\
Late arrivals run the cells above an exercise and call `lab.catch_up("key")`. Who is fast does the
exercises that were cut.
"""


def markdown(days: Sequence[Day], start: int = 9 * 60) -> str:
    """Return a plan as Markdown; each day begins ``start`` minutes after midnight."""
    return "\n".join(_lines(days, start))


def _lines(days: Sequence[Day], start: int) -> Iterator[str]:
    yield "# DevOps on AWS: the workbook, agenda\n"
    yield _BEFORE
    for number, day in enumerate(days, 1):
        yield f"## Day {number}\n" if len(days) > 1 else "## The day\n"
        yield "| from | to | chapter | what |"
        yield "|---|---|---|---|"
        yield from (_row(list(slots), start) for _, slots in groupby(day.slots, _together))
        yield ""
    yield "## If you are late\n"
    yield "In the chapters that are still to come, leave out from the left:\n"
    yield from (_cut_points(part) for part in _parts(days))
    yield f"\n{_LATE}"
    if rest := _not_taught(days):
        yield f"Not in this plan: {', '.join(rest)}. Every chapter can be done later, alone."


def _together(slot: Slot) -> str:
    # What is done of one chapter between two breaks is one row.
    return slot.part.chapter.key if slot.part else slot.what


def _row(slots: Sequence[Slot], start: int) -> str:
    part = slots[0].part
    begin, end = _clock(start + slots[0].start), _clock(start + slots[-1].end)
    what = "; ".join(_piece(slot, _clock(start + slot.end), end) for slot in slots)
    return f"| {begin} | {end} | {_name(part) if part else ''} | {what} |"


def _piece(slot: Slot, until: str, end: str) -> str:
    what = _exercises(slot, slot.part) if slot.part and slot.exercises else slot.what
    return what.removesuffix(",") if until == end else f"{what} until {until}"


def _exercises(slot: Slot, part: Part) -> str:
    first, last = slot.exercises[0], slot.exercises[-1]
    what = EXERCISES
    if len(slot.exercises) < len(part.exercises):
        to = f" to `{last.key}`" if last is not first else ""
        what = f"{EXERCISES if to else 'exercise'} `{first.key}`{to}"
    if part.cut and first is part.exercises[0]:
        what += f", without {', '.join(f'`{exercise.key}`' for exercise in part.cut)},"
    return what


def _cut_points(part: Part) -> str:
    cuts = ", ".join(f"`{cut.key}` ({cut.minutes} min)" for cut in part.cut_points)
    return f"- {_name(part)}: {cuts or 'nothing'}"


def _parts(days: Iterable[Day]) -> list[Part]:
    parts = (slot.part for day in days for slot in day.slots)
    # A chapter has several rows, and can go on after lunch.
    return list({part.chapter.key: part for part in parts if part}.values())


def _not_taught(days: Iterable[Day]) -> list[str]:
    taught = {part.chapter.key for part in _parts(days)}
    rest = (chapters.load(key) for key in chapters.COURSE if key not in taught)
    return [_name(Part(chapter)) for chapter in rest]


def _name(part: Part) -> str:
    return f"{chapters.stem(part.chapter.key)[:2]} {part.chapter.title}"


def _clock(minutes: int) -> str:
    # Nobody starts at 09:06.
    rounded = 5 * round(minutes / 5)
    return f"{rounded // 60 % 24:02d}:{rounded % 60:02d}"
