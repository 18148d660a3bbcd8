"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.infrastructure_as_code.scene import chapter

chapter.question(
    "q-first-failure",
    "A stack has rolled back, and twelve resources say CREATE_FAILED. Where do you begin?",
    {
        "a": (
            "With the newest event.",
            "That one says how the rollback ended, not why it began.",
        ),
        "b": (
            "With the failure that is the earliest in time.",
            "The others were cancelled because of it, and say so.",
        ),
        "c": (
            "With the resource that the template names first.",
            "Resources are made in the order of their references, not of the text.",
        ),
    },
    right="b",
)
chapter.question(
    "q-replacement",
    "A change set says `Replacement: True` for the database. What happens when it is executed?",
    {
        "a": (
            "The database is changed in its place, with a short interruption.",
            "That would be `Replacement: False`.",
        ),
        "b": (
            "A new database is made from a snapshot of the old one.",
            "Nobody copies the data. A snapshot is a way back, by hand.",
        ),
        "c": (
            "A new and empty database is made; the old one goes the way of UpdateReplacePolicy.",
            "And everything that refers to the database follows to the new one.",
        ),
    },
    right="c",
)
chapter.question(
    "q-drift-limits",
    "Drift detection says IN_SYNC. What do you know?",
    {
        "a": (
            "Everything that the template sets is as the template sets it.",
            "What the template leaves out is not compared, and some types are not supported.",
        ),
        "b": (
            "Nobody has changed anything by hand.",
            "Somebody may have changed what the template does not set.",
        ),
        "c": (
            "The next update will succeed.",
            "An update can fail for many reasons: limits, rights, names that are taken.",
        ),
    },
    right="a",
)
chapter.question(
    "q-skip",
    "`continue_update_rollback` is called with `ResourcesToSkip=['Queue']`. What is true after it?",
    {
        "a": (
            "CloudFormation has repaired the queue.",
            "It has not looked at it: that is what skipping means.",
        ),
        "b": (
            "The stack can be updated, and what it believes of the queue may be wrong.",
            "So bring the queue and the template together before the next update.",
        ),
        "c": (
            "The queue no longer belongs to the stack.",
            "It still does, with the state that it had before the update.",
        ),
    },
    right="b",
)
