"""A timed plan of a workshop: which chapters, when, with breaks, and what to cut when late."""

from __future__ import annotations

from devops_workbook.agenda.choice import Part, choose
from devops_workbook.agenda.text import markdown
from devops_workbook.agenda.timetable import Day, Slot, plan

__all__ = ["Day", "Part", "Slot", "choose", "markdown", "plan"]
