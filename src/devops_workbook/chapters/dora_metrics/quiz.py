"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.dora_metrics.shop_log import (
    chapter,
)

chapter.question(
    "q-median",
    "Lead times of ten commits: nine of one day, one of a year. Which summary do you report?",
    {
        "a": ("The mean, 37 days.", "No commit took anything like 37 days."),
        "b": (
            "The median, 1 day, and the 90th percentile beside it.",
            "The median says what is usual, the percentile says that there is a tail.",
        ),
        "c": (
            "The median, and the old commit is deleted from the log.",
            "It happened. Leaving out needs a rule that was there before the number.",
        ),
    },
    right="b",
)
chapter.question(
    "q-zero",
    "A service had no deployment this month. What is its change fail rate?",
    {
        "a": ("0 %.", "That would make doing nothing the best result there is."),
        "b": (
            "It cannot be said.",
            "Zero of zero is no rate. The package says NaN and why.",
        ),
        "c": ("100 %.", "Nothing failed either."),
    },
    right="b",
)
chapter.question(
    "q-outage",
    "The hosting company had an outage on a day without a deployment. Where does it count?",
    {
        "a": ("In the change fail rate.", "No change caused it."),
        "b": (
            "In failed deployment recovery time.",
            "No deployment failed, so none recovered.",
        ),
        "c": (
            "In the mean time to restore, MTTR.",
            "MTTR asks about incidents, whatever their cause. The DORA five ask about changes.",
        ),
    },
    right="c",
)
chapter.question(
    "q-target",
    "Your manager wants to put deployment frequency into the yearly targets. What do you say?",
    {
        "a": (
            "Good: DORA says that elite teams deploy often.",
            "They do, because their changes are small. Frequency alone can be bought with nothing.",
        ),
        "b": (
            "Watch all five together, use them to find what to improve, and set no target on one.",
            "You met such a target above and delivered nothing.",
        ),
        "c": (
            "Better to put lines of code there.",
            "That has been tried.",
        ),
    },
    right="b",
)
