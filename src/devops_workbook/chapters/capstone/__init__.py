"""Chapter 12: everything at once, from an empty account to a measured quarter."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.capstone import (
    before,
    foundation,
    to_an_image,
    run_it,
    into_production,
    alarms,
    rollback,
    the_quarter,
    rebuild,
    target,
    quiz,
)

# isort: on
from devops_workbook.chapters.capstone.account import (
    REGISTRY,
    chapter,
    database_of,
    deploy,
    ground_plan,
)
from devops_workbook.chapters.capstone.drills import bad_release, fire_drill
from devops_workbook.chapters.capstone.looking import view
from devops_workbook.chapters.capstone.reference import newest_image
from devops_workbook.chapters.capstone.results import Results
from devops_workbook.chapters.capstone.the_quarter import play

__all__ = [
    "REGISTRY",
    "Results",
    "alarms",
    "bad_release",
    "before",
    "chapter",
    "database_of",
    "deploy",
    "fire_drill",
    "foundation",
    "ground_plan",
    "into_production",
    "newest_image",
    "play",
    "quiz",
    "rebuild",
    "rollback",
    "run_it",
    "target",
    "the_quarter",
    "to_an_image",
    "view",
]
