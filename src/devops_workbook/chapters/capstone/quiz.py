"""The questions at the end of the course."""

from __future__ import annotations

from devops_workbook.chapters.capstone.account import chapter

chapter.question(
    "q-chance",
    "The fail rate was 29 per cent and is 20 now; the intervals overlap. What do you tell the "
    "company?",
    {
        "a": (
            "That you have cut failures by a third.",
            "With a few dozen releases chance can do that. Somebody will quote you next quarter.",
        ),
        "b": (
            "That it looks better, that it may be chance, and when you will know.",
            "Yes. And that recovery is quicker beyond doubt, which customers feel more.",
        ),
        "c": (
            "Nothing, since nothing is proven.",
            "Lead time and recovery are clear, and an honest 'not yet' is worth telling.",
        ),
    },
    right="b",
)
chapter.question(
    "q-database",
    "The whole account is lost tonight. The templates are in the repository, and so is the code. "
    "What is missing in the morning?",
    {
        "a": (
            "Nothing: infrastructure is code.",
            "The tables come back by their migrations, and they are empty.",
        ),
        "b": (
            "The orders, unless a backup in another account has them.",
            "Yes. Code comes from the repository, data from a backup, and only from one that was "
            "tried.",
        ),
        "c": (
            "The images.",
            "They are built again from the commits, the same code at least.",
        ),
    },
    right="b",
)
chapter.question(
    "q-undone",
    "A canary of five per cent was undone after three minutes. Is that a failed deployment?",
    {
        "a": (
            "It depends on whether customers were harmed and somebody had to step in, so say how "
            "you count.",
            "Yes. DORA asks for changes that degrade the service and need remediation. Say where "
            "your line is, and keep it.",
        ),
        "b": (
            "Always: it did not stay.",
            "Then the pipeline that finds the most looks the worst.",
        ),
        "c": (
            "Never: the pipeline has done its work.",
            "Some customers saw errors. With half of all customers you would not say that.",
        ),
    },
    right="a",
)
chapter.question(
    "q-first",
    "Another team asks where to begin. It releases by hand once a month and has no tests. What "
    "would you say?",
    {
        "a": (
            "With a canary: it is the safest way to deploy.",
            "With nothing that tells good from bad, a canary is a slow release.",
        ),
        "b": (
            "With measuring, and with a pipeline that builds, tests and can put the last version "
            "back.",
            "Yes. Then the numbers say what hurts most, and that comes next.",
        ),
        "c": (
            "With Kubernetes.",
            "It runs containers. It changes neither how they are tested nor who notices.",
        ),
    },
    right="b",
)
