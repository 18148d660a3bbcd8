"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.source_control.scene import chapter

chapter.question(
    "q-trunk",
    "A team merges to main every day and releases from it. A feature takes three weeks. How?",
    {
        "a": (
            "On a branch of three weeks, merged when it is done.",
            "Then its commits wait three weeks, and so does every conflict with the others.",
        ),
        "b": (
            "In small pieces that are merged daily, switched off until the last one.",
            "What is merged need not be visible. A flag, or a last commit that connects the "
            "rest, decides when customers see it.",
        ),
        "c": (
            "It cannot: trunk-based teams only do small features.",
            "The feature is large. The batches are small.",
        ),
    },
    right="b",
)
chapter.question(
    "q-squash",
    "Your tool reads lead times from git, and your team squashes every pull request. The median "
    "says 20 minutes. What does it measure?",
    {
        "a": (
            "The time from the first line of work to production.",
            "The squash made a new commit at the merge. The dates of the work went with the "
            "branch's own commits.",
        ),
        "b": ("The length of the reviews.", "The review was over when the commit was made."),
        "c": (
            "The time from the merge to production.",
            "Correct, and it says nothing about how long the work waited to be merged. Ask the "
            "pull requests for that.",
        ),
    },
    right="c",
)
chapter.question(
    "q-order",
    "You find a live database password in a commit of this morning. What do you do first?",
    {
        "a": (
            "Remove it from the file and push.",
            "It then is in the history, and in every clone since this morning, and still works.",
        ),
        "b": (
            "Change the password, so that the one in the commit opens nothing.",
            "Whoever has a copy has nothing. Now there is time for the rest.",
        ),
        "c": (
            "Rewrite the history and force everybody to clone anew.",
            "It takes a day, and copies stay: in clones, build logs, caches, backups.",
        ),
    },
    right="b",
)
chapter.question(
    "q-rule",
    "A pull request needs one approval and has it. The author pushes another commit. What now?",
    {
        "a": (
            "It can be merged: the approval was for the pull request.",
            "An approval belongs to the revision that the reviewer has seen.",
        ),
        "b": (
            "It needs an approval again.",
            "There is a new revision, and nobody has approved that one.",
        ),
        "c": (
            "The author approves the new commit.",
            "The author of a pull request can never approve it, however small the commit.",
        ),
    },
    right="b",
)
