"""The questions at the end."""

from __future__ import annotations

from devops_workbook.chapters.running_containers.account import chapter

chapter.question(
    "q-readiness",
    "A Deployment has no readiness probe, and its program needs 20 seconds to start. What happens "
    "in a rolling update?",
    {
        "a": (
            "Kubernetes waits 20 seconds by itself.",
            "It cannot know. Without a probe a pod is ready when its process runs.",
        ),
        "b": (
            "New pods get requests at once, old ones go, and customers see errors.",
            "Yes. The update is fast, and wrong.",
        ),
        "c": (
            "The update is stuck.",
            "On the contrary: it goes through in seconds.",
        ),
    },
    right="b",
)
chapter.question(
    "q-immutable",
    "On one of six servers a setting is wrong. What does immutable infrastructure mean for it?",
    {
        "a": (
            "Log in and mend it, quickly.",
            "Then it differs from the other five, and nobody knows why in a year.",
        ),
        "b": (
            "Nobody may change anything any more.",
            "Changes are welcome, in the image or the definition; what runs is replaced.",
        ),
        "c": (
            "Change the definition and replace all six.",
            "Yes. What runs is then what stands in the repository.",
        ),
    },
    right="c",
)
chapter.question(
    "q-roles",
    "An ECS task should read from a bucket. Which role gets the permission?",
    {
        "a": (
            "The task role",
            "Yes: it is what the program in the container may do.",
        ),
        "b": (
            "The execution role",
            "That one is ECS's own: it pulls the image and reads the secrets before the start.",
        ),
        "c": (
            "The role of whoever deploys",
            "It needs iam:PassRole for the others, and nothing of the bucket.",
        ),
    },
    right="a",
)
chapter.question(
    "q-app-runner",
    "A new account should run a small web service from an image, with as little to look after as "
    "possible. It is the summer of 2026.",
    {
        "a": (
            "App Runner",
            "Closed to new customers since 30 April 2026; whoever has it keeps it.",
        ),
        "b": (
            "ECS Express Mode",
            "Yes: one call for a service with a load balancer and scaling, of parts that are "
            "ordinary ECS.",
        ),
        "c": (
            "EKS, to be ready for anything",
            "A control plane, nodes, add-ons and an upgrade every year, for one service.",
        ),
    },
    right="b",
)
