"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.pipelines.account import chapter

chapter.question(
    "q-rebuild",
    "A release was approved on Tuesday. On Thursday a second region wants it. What goes there?",
    {
        "a": (
            "A fresh build of the same commit.",
            "A base image, a dependency or a build tool may have moved since. What was tested and "
            "approved are bytes, not a commit.",
        ),
        "b": (
            "The artifact of Tuesday.",
            "Built once, deployed everywhere. Its digest says that it is the same.",
        ),
        "c": (
            "Whatever main holds by then.",
            "That is a release of its own, which nobody has approved.",
        ),
    },
    right="b",
)
chapter.question(
    "q-retry",
    "Test is red: an assertion fails. You retry the stage. What happens?",
    {
        "a": (
            "It runs the same commit again, and fails again.",
            "A retry repeats an execution with its artifacts. It helps when the world was wrong, "
            "not the commit.",
        ),
        "b": (
            "It takes the newest commit.",
            "Only a new execution does.",
        ),
        "c": (
            "It goes on to Package.",
            "Nothing passes a failed stage, unless somebody overrides a condition on purpose.",
        ),
    },
    right="a",
)
chapter.question(
    "q-parallel",
    "Three executions deploy to the same bucket in the mode PARALLEL. What is in production?",
    {
        "a": ("The newest commit.", "Only if it happened to finish last."),
        "b": (
            "Whichever finished last.",
            "Nothing orders them. PARALLEL is for executions that do not share a target.",
        ),
        "c": ("A mixture of all three.", "Each replaces the whole object."),
    },
    right="b",
)
chapter.question(
    "q-schema",
    "A release renamed a column and failed its smoke test. Its stage rolls back. What now?",
    {
        "a": (
            "All is as before.",
            "The package is. The rollback runs the old package's actions again; a migration that "
            "has run is not undone by that.",
        ),
        "b": (
            "The old code meets the new table, and fails.",
            "So a migration has to fit the version before it. Expand and contract sees to that.",
        ),
        "c": (
            "The database rolls back with it.",
            "A pipeline does not know what its actions did to a database.",
        ),
    },
    right="b",
)
