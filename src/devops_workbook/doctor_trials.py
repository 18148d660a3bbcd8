"""What the doctor tries rather than looks at: a small lab, and the beginning of a notebook.

Each takes seconds, leaves nothing behind and records nothing in the learner's progress.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from time import perf_counter

from devops_workbook.doctor import Diagnosis, Status

_CHAPTER = "start-here"
#: Where the cells end that a learner does not have to write.
_END = "## Exercises"
_SLOW_SECONDS = 60
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_AGAIN = "Install anew: make clean, then make lab"


def lab() -> Diagnosis:
    """Open a lab in this process, and make a bucket in it."""
    started = perf_counter()
    import boto3

    from devops_workbook import chapters
    from devops_workbook.lab import Lab

    opened = Lab(chapters.load(_CHAPTER), recording=False)
    try:
        boto3.client("s3").create_bucket(Bucket="set-up-check")
    finally:
        opened.close()
    seconds = perf_counter() - started
    return _timed("Lab", f"opened, and a bucket made in it, in {seconds:.1f} s", seconds)


def notebook() -> Diagnosis:
    """Run the first cells of chapter 00 in a kernel of their own."""
    import nbformat

    from devops_workbook.chapters import stem
    from devops_workbook.course import NotebookRunError, execute
    from devops_workbook.notebooks import edition, read_source

    # As shipped: what a learner has written since is no part of the set-up.
    beginning = nbformat.reads(edition(read_source(_CHAPTER), "learner"), as_version=4)
    name = f"{stem(_CHAPTER)}.ipynb"
    end = next(n for n, cell in enumerate(beginning.cells) if cell.source.startswith(_END))
    beginning.cells = beginning.cells[:end]
    code = sum(cell.cell_type == "code" for cell in beginning.cells)
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, name)
        nbformat.write(beginning, copy)
        try:
            execute(copy, Path(folder))
        except NotebookRunError as error:
            reason = _COLOUR.sub("", str(error)).strip().splitlines()[-1]
            return Diagnosis("Notebook", Status.WRONG, f"{name} stops: {reason}", _AGAIN)
    seconds = perf_counter() - started
    sentence = f"the first {code} code cells of {name} ran in a kernel in {seconds:.1f} s"
    return _timed("Notebook", sentence, seconds)


def _timed(subject: str, sentence: str, seconds: float) -> Diagnosis:
    if seconds < _SLOW_SECONDS:
        return Diagnosis(subject, Status.FINE, sentence)
    return Diagnosis(subject, Status.WARNING, sentence, "Close other programs, and try again")


TRIALS = (lab, notebook)
