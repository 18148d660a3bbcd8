"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.cdk.scene import chapter

chapter.question(
    "q-what-runs",
    "`deploy(synth(app))` has returned. Which program makes the resources in the account?",
    {
        "a": (
            "The CDK, by calls to each service.",
            "The CDK writes a template and hands it over. It makes no queue itself.",
        ),
        "b": (
            "CloudFormation, from the template that the CDK has written.",
            "So all of chapter 06 still counts: rollbacks, change sets, drift.",
        ),
        "c": (
            "Node.js, which runs in the account.",
            "Node.js runs the CDK, on your machine, and only while it synthesises.",
        ),
    },
    right="b",
)
chapter.question(
    "q-logical-id",
    "A review moves the user pool into a construct of its own. What do you look at first?",
    {
        "a": (
            "Whether the unit tests pass.",
            "Tests on the properties pass, since no property has changed.",
        ),
        "b": (
            "Whether the code is easier to read.",
            "That is why it was done, and says nothing of the customers.",
        ),
        "c": (
            "Whether the diff shows [-] and [+] of the same type.",
            "That is how a changed logical id looks: one is destroyed or left behind, one is new.",
        ),
    },
    right="c",
)
chapter.question(
    "q-diff-or-drift",
    "Somebody has opened a security group by hand. What shows it?",
    {
        "a": (
            "Drift detection; the diff says that there were no differences.",
            "The diff compares two templates. The account is another matter.",
        ),
        "b": (
            "The diff, since it asks CloudFormation for a change set.",
            "That change set is made from the same two templates.",
        ),
        "c": (
            "Both.",
            "Only one of them looks at the account.",
        ),
    },
    right="a",
)
chapter.question(
    "q-when",
    "Two people keep one network with forty resources; it changes twice a year. What fits?",
    {
        "a": (
            "The CDK, because it is newer.",
            "It brings a language, a package manager and weekly releases that somebody keeps up.",
        ),
        "b": (
            "A template: little repeats, and what is reviewed is what is deployed.",
            "The CDK pays where things repeat, or where those who change them write code all day.",
        ),
        "c": (
            "Neither: a page with screenshots of the console.",
            "Nobody can build it a second time from that.",
        ),
    },
    right="b",
)
