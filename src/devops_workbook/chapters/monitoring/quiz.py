"""The questions at the end."""

from __future__ import annotations

from devops_workbook.chapters.monitoring.account import chapter

chapter.question(
    "q-average",
    "The average response time is 60 ms and the 99th percentile is 2.5 s. What do you know?",
    {
        "a": (
            "Most customers are fast, and one in a hundred waits 2.5 seconds or more.",
            "Yes. With ten requests a visit, that one in a hundred is nearly every tenth visitor.",
        ),
        "b": (
            "The average is wrong.",
            "Both are right. They answer different questions.",
        ),
        "c": (
            "Everybody waits 60 ms, with a little noise.",
            "An average is what nobody need have experienced.",
        ),
    },
    right="a",
)
chapter.question(
    "q-page",
    "What should wake somebody at night?",
    {
        "a": (
            "Every alarm that could matter",
            "Whoever is woken for nothing three times turns the fourth page off.",
        ),
        "b": (
            "A processor at 90 %",
            "A cause, perhaps. If customers are served well, it can wait until the morning.",
        ),
        "c": (
            "Harm to customers that is going on now and needs a person",
            "Yes. All else is a ticket or a line on a dashboard.",
        ),
    },
    right="c",
)
chapter.question(
    "q-missing",
    "An alarm on a count of errors has been in ALARM since yesterday; the last error was "
    "yesterday, too. Why?",
    {
        "a": (
            "Somebody has to acknowledge it.",
            "CloudWatch knows no acknowledgement. A state follows from the data.",
        ),
        "b": (
            "The count is missing when there is no error, and missing data keep its state.",
            "Yes: TreatMissingData is ignore (or breaching). notBreaching lets it go back to OK.",
        ),
        "c": (
            "M is larger than N.",
            "AWS refuses that.",
        ),
    },
    right="b",
)
chapter.question(
    "q-burn",
    "The objective is 99.9 % over 28 days, and 1 % of the requests fail. How long does the budget "
    "last?",
    {
        "a": (
            "2.8 days",
            "Yes: it burns ten times as fast as it may, so a tenth of 28 days.",
        ),
        "b": ("28 days", "That would be a burn rate of 1: 0.1 % of the requests."),
        "c": ("28 minutes", "Not even with the shop down: then the budget lasts 40 minutes."),
    },
    right="a",
)
