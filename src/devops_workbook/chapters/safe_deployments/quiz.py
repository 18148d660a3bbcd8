"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.safe_deployments.account import chapter

chapter.question(
    "q-rate",
    "An alarm counts the failed requests of a target group, and goes off at three a minute. It is "
    "quiet during the canary. What happens when all customers come to a good version?",
    {
        "a": (
            "Nothing: a good version stays good.",
            "Its share of failures stays the same, and its number grows with the requests: ten "
            "times as many customers, ten times as many failures.",
        ),
        "b": (
            "It may go off, and a good release is rolled back.",
            "Two of a thousand fail in the best version. Of 60 requests that is hardly ever three, "
            "of 600 it often is.",
        ),
        "c": (
            "The alarm adapts to the traffic.",
            "A fixed threshold adapts to nothing. Metric math can: divide by RequestCount.",
        ),
    },
    right="b",
)
chapter.question(
    "q-gone",
    "A release has succeeded, the original task set is gone, and an hour later the memory leaks. "
    "What brings the former version back?",
    {
        "a": (
            "CodeDeploy does, as soon as the alarm goes off.",
            "The alarms are watched while a deployment goes on. This one has ended.",
        ),
        "b": (
            "Moving the weights of the listener back.",
            "There is nothing left that they could point to. How long the original waits is "
            "terminationWaitTimeInMinutes.",
        ),
        "c": (
            "A deployment of the former version.",
            "It needs new tasks, and takes as long as any other. That is why the original is kept "
            "for a while.",
        ),
    },
    right="c",
)
chapter.question(
    "q-liveness",
    "The database is away for a minute. Which health endpoint of the service should say so?",
    {
        "a": (
            "Readiness.",
            "No requests come until the database is back. The process is fine and need not be "
            "started again.",
        ),
        "b": (
            "Liveness.",
            "Then every task would be killed and started again, all at once, and the database "
            "would come back to a shop that is busy starting.",
        ),
        "c": (
            "Both.",
            "Whatever liveness says leads to a restart, and a restart mends no database.",
        ),
    },
    right="a",
)
chapter.question(
    "q-server",
    "One of three servers fails in every deployment, because somebody once changed it by hand. "
    "What do you do?",
    {
        "a": (
            "Log in and change it back.",
            "Until the next time. And do you know that this was the only change?",
        ),
        "b": (
            "Take it out of the deployment group.",
            "Then it serves an old version for ever.",
        ),
        "c": (
            "Replace it by a new one, and put what was needed into the image or the AppSpec.",
            "What is never changed cannot drift. And the next server gets the change too.",
        ),
    },
    right="c",
)
