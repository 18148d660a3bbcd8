"""Exercise on a rollback that failed: get out of UPDATE_ROLLBACK_FAILED."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.infrastructure_as_code import account, templates
from devops_workbook.chapters.infrastructure_as_code.operate import deploy
from devops_workbook.chapters.infrastructure_as_code.scene import SHOP, arrange_shop, chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: A release in the middle of which somebody deletes the queue.
_BIGGER = templates.SHOP.replace("VisibilityTimeout: 30", "VisibilityTimeout: 60").replace(
    "db.t4g.micro", "db.t4g.small"
)


def arrange_stuck(lab: Lab) -> None:
    """A stack whose update failed, and whose rollback failed as well: the queue is gone."""
    arrange_shop(lab)
    clients.client("sqs", REGION).delete_queue(QueueUrl=account.resources()["OrdersQueue"])
    deploy(lab, SHOP, _BIGGER)


@chapter.exercise(
    "stuck",
    title="Out of UPDATE_ROLLBACK_FAILED",
    minutes=5,
    kind="break/fix",
    hints=(
        "What does the rollback want to change, and why can it not? The last event with _FAILED "
        "says so.",
        "Give it back what it looks for: `sqs.create_queue(QueueName=…)`. The name is the last "
        "part of the queue's address, its physical id.",
        "Then `cloudformation.continue_update_rollback(StackName=…)`, and `settle(lab, …)`.",
    ),
    arrange=arrange_stuck,
)
def check_stuck(lab: Lab, answer: Any) -> str:
    """The stack can be updated again, and its queue is there as the stack believes."""
    account.require_never_deleted()
    status = account.stack()["StackStatus"]
    url = _queue()
    timeout = account.queue_timeout(url) if url else None
    if status == "UPDATE_ROLLBACK_FAILED":
        tried = sum(each["ResourceStatus"] == status for each in account.events(SHOP))
        require(
            timeout is None,
            "The queue is there again, and nobody has told CloudFormation to go on.",
        )
        if tried > 1:
            raise NotYet(
                f"The rollback has failed {tried} times, for the same reason. Mend the reason."
            )
        raise NotStarted(f"The stack {SHOP} is in {status}: it cannot be updated.")
    require(
        status.endswith("_COMPLETE"),
        f"The stack {SHOP} says {status}. Let it come to rest: `settle(lab, {SHOP!r})`.",
    )
    require(
        url,
        f"The stack says {status}, and has no queue any more. The orders need one: bring it back.",
    )
    require(
        timeout is not None,
        f"The stack says {status}, and its queue {url} does not exist. What is skipped counts as "
        "done: the stack now believes in a queue that is not there.",
    )
    database = account.database(account.resources().get("Database", ""))
    require(database, f"The stack says {status}, and the database is gone.")
    return f"{status}: it can be updated again, and queue and database are there."


def _queue() -> str:
    """Return the address of the queue in which the stack believes, "" where it has none."""
    kinds = account.template()["Resources"]
    made = account.resources()
    queues = [made[each] for each in made if kinds.get(each, {}).get("Type") == "AWS::SQS::Queue"]
    return queues[0] if queues else ""
