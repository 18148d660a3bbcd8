"""What is sent to whoever builds, and what should not be: .dockerignore."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.account import chapter
from devops_workbook.chapters.container_images.working_folder import files_of, untidy
from devops_workbook.checks import describe, require
from devops_workbook.images import Context
from devops_workbook.lab import Lab


@chapter.exercise(
    "context",
    title="A small context",
    minutes=3,
    answer="ignore",
    hints=(
        "One pattern a line. A folder's name leaves out all that is in it.",
        "Print Context(untidy('orders-spring')).files: what of it is not in git?",
    ),
)
def check_context(lab: Lab, answer: Any) -> str:
    """What git has not is left out, and what the build needs is not."""
    require(isinstance(answer, str), f"`ignore` should be a text. Found {describe(answer)}.")
    every = untidy("orders-spring")
    kept = Context({**every, ".dockerignore": answer.encode()}).files
    needed = {path for path in files_of("orders-spring") if path.startswith(("src/main", "pom"))}
    lost = sorted(needed - kept.keys())
    require(not lost, f"The build needs {lost[0] if lost else ''}, and it is left out.")
    require(
        ".env" not in kept,
        "The password in .env still goes to whoever builds, and from there into a layer.",
    )
    litter = [path for path in kept if path.startswith((".git/", "target/"))]
    require(
        not litter,
        f"{len(litter)} files still go along that no build needs, {litter[0] if litter else ''} "
        "for one.",
    )
    before, after = (Context(files).size for files in (every, kept))
    return f"{before / 1000:,.0f} kB have become {after / 1000:,.1f} kB, and the password stays."
