"""The questions at the end."""

from __future__ import annotations

from devops_workbook.chapters.tracing.account import chapter

chapter.question(
    "q-path",
    "A span takes 80 % of a request's time. What do you know?",
    {
        "a": (
            "Making it twice as quick makes the request 40 % shorter.",
            "Only if the request waits for it all that time, and for nothing else beside it.",
        ),
        "b": (
            "Nothing yet: it may run beside what the request really waits for.",
            "Yes. Look whether it is on the critical path, and what would be waited for next.",
        ),
        "c": (
            "Its service is too small.",
            "It may be waiting itself. What is its self time?",
        ),
    },
    right="b",
)
chapter.question(
    "q-loop",
    "Every statement takes 2 ms, and the list of orders takes 60 ms. Where do you look?",
    {
        "a": (
            "At the number of statements in one request.",
            "Yes: thirty quick ones in a row are a slow one. No list of slow queries shows them.",
        ),
        "b": (
            "At the slowest statement.",
            "It takes 2 ms. There is nothing to win.",
        ),
        "c": (
            "At the network.",
            "Perhaps later. First count what is sent over it.",
        ),
    },
    right="a",
)
chapter.question(
    "q-broken",
    "Since Tuesday payments is called by a client on the map, and orders calls it no more. Sales "
    "are as ever. What happened?",
    {
        "a": (
            "Somebody calls payments from outside.",
            "Then orders would call it as well.",
        ),
        "b": (
            "Orders has stopped paying.",
            "Sales would show it.",
        ),
        "c": (
            "The trace header is lost between them.",
            "Yes: payments begins a trace of its own. A proxy, a queue or a library in between.",
        ),
    },
    right="c",
)
chapter.question(
    "q-sampling",
    "X-Ray records the first request of each second and 5 % of the others. What is safe to read "
    "from its traces of a busy service?",
    {
        "a": (
            "The number of failures",
            "Most are not recorded. Count them by metrics, which see every request.",
        ),
        "b": (
            "Where the time of a typical request goes",
            "Yes: what happens often is in the sample often enough.",
        ),
        "c": (
            "That no request took ten seconds",
            "A rare one is probably not in the sample.",
        ),
    },
    right="b",
)
