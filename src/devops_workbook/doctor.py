"""``workbook doctor``: what could keep the workbook from running here, and how to mend it.

It has to run where things are broken, so it imports nothing but the standard library until a
check asks for more, and a check that fails in a way nobody foresaw is itself a finding.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Status(Enum):
    """How a check came out: a symbol and a word, never colour alone."""

    FINE = ("✓", "fine")
    NOTE = ("i", "note")
    WARNING = ("!", "warning")
    WRONG = ("✗", "wrong")

    def __init__(self, symbol: str, word: str) -> None:
        self.symbol = symbol
        self.word = word


@dataclass(frozen=True)
class Diagnosis:
    """What one check found: a sentence, and for what is not fine the exact way to mend it."""

    subject: str
    status: Status
    sentence: str
    fix: str = ""


Check = Callable[[], Diagnosis]


def run(checks: Iterable[Check] | None = None) -> int:
    """Make every check and print the findings; return 1 if something is wrong, else 0.

    A table on a terminal, plain lines elsewhere.
    """
    if checks is None:
        from devops_workbook.doctor_checks import CHECKS

        checks = CHECKS
    diagnoses = [diagnose(check) for check in checks]
    if not (sys.stdout.isatty() and _print_table(diagnoses)):
        _print_plainly(diagnoses)
    wrong = sum(diagnosis.status is Status.WRONG for diagnosis in diagnoses)
    print(f"{wrong} wrong: mend as said above." if wrong else "The workbook can run here.")
    return 1 if wrong else 0


def diagnose(check: Check) -> Diagnosis:
    """Return what a check found; never raise."""
    try:
        return check()
    except Exception as error:
        subject = check.__name__.replace("_", " ")
        sentence = f"This check itself failed: {type(error).__name__}: {error}"
        return Diagnosis(subject, Status.WRONG, sentence, "Install anew: make clean, then make lab")


def _print_plainly(diagnoses: list[Diagnosis]) -> None:
    for found in diagnoses:
        print(f"{found.status.symbol} {found.status.word:7} {found.subject}: {found.sentence}")
        if found.fix:
            print(f"{'':10}To mend it: {found.fix}")


def _print_table(diagnoses: list[Diagnosis]) -> bool:
    """Print a table; return False where rich is broken."""
    try:
        from rich.console import Console
        from rich.table import Table
    except Exception:
        return False
    table = Table("", "", "What", "Found", "To mend it")
    for found in diagnoses:
        row = (found.status.symbol, found.status.word, found.subject, found.sentence, found.fix)
        table.add_row(*(text.replace("[", r"\[") for text in row))
    Console().print(table)
    return True
