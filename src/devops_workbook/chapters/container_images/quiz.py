"""The questions at the end."""

from __future__ import annotations

from devops_workbook.chapters.container_images.account import chapter

chapter.question(
    "q-removed",
    "A Dockerfile copies a key in, uses it, and removes it by RUN rm in the next line. Who can "
    "read the key?",
    {
        "a": (
            "Nobody: the file is not in a container.",
            "A container does not show it. The layer below the removal still holds it.",
        ),
        "b": (
            "Everybody who can pull the image.",
            "Yes. A layer that removes is one more layer. Keys come at run time, or as a build "
            "secret.",
        ),
        "c": (
            "Only root in the container",
            "The layer is a tar file in a registry. No container is needed to read it.",
        ),
    },
    right="b",
)
chapter.question(
    "q-digest",
    "What does a digest promise that a tag does not?",
    {
        "a": (
            "That the image is newer",
            "A digest says nothing about time.",
        ),
        "b": (
            "That the image has been scanned",
            "Neither says so.",
        ),
        "c": (
            "That these bytes come, or none",
            "Yes. A tag is a note that somebody can stick on another image, unless tags are "
            "immutable.",
        ),
    },
    right="c",
)
chapter.question(
    "q-shield",
    "Rule 1 keeps ten releases. Rule 2 expires any image older than 30 days. A release is one of "
    "the ten, and a year old. What becomes of it?",
    {
        "a": (
            "It stays: rule 1 selects it, so rule 2 cannot reach it.",
            "Yes. That is how a policy protects: by a rule above that selects and does not expire.",
        ),
        "b": (
            "It goes: it is older than 30 days.",
            "Rule 2 never gets to see what rule 1 selects.",
        ),
        "c": (
            "It goes once an eleventh release is pushed.",
            "If it were the oldest of eleven, rule 1 would take it. Now it stays.",
        ),
    },
    right="a",
)
chapter.question(
    "q-order",
    "In which order do COPY instructions make builds and pushes small?",
    {
        "a": (
            "The largest files first",
            "Size is not the point: what is first is kept only while it does not change.",
        ),
        "b": (
            "What changes least first",
            "Yes. Everything below the first change is made, and sent, anew.",
        ),
        "c": (
            "All in one, for one layer",
            "Then every change makes all of it anew.",
        ),
    },
    right="b",
)
