"""``workbook agenda``: print a plan, or write it as a page."""

from __future__ import annotations

from pathlib import Path

from devops_workbook import page
from devops_workbook.agenda.text import markdown
from devops_workbook.agenda.timetable import plan
from devops_workbook.errors import WorkbookError


def run(hours: float, start: int, keys: list[str] | None, out: Path | None) -> int:
    """Print the plan of a workshop as Markdown, or write it to ``out`` as HTML; return 0.

    ``start`` is when each day begins, in minutes after midnight. Raises ``UnknownKeyError``, and
    ``WorkbookError`` when not even one chapter fits.
    """
    days = plan(round(hours * 60), keys)
    if not any(slot.part for day in days for slot in day.slots):
        raise WorkbookError(
            f"No chapter fits into {hours:g} hour{'s' * (hours != 1)}. "
            "Give it more, or other chapters."
        )
    text = markdown(days, start)
    if out is None:
        print(text)
    else:
        page.write(out, page.from_markdown("DevOps on AWS: the workbook, agenda", text))
    return 0
