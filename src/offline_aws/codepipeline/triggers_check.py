"""The rules for the git triggers of a pipeline, with AWS's messages."""

from __future__ import annotations

from collections import Counter

from offline_aws.codepipeline.declarations import actions_of
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError

#: Which filters may stand together.
_PUSH = ({"tags"}, {"branches"}, {"branches", "filePaths"})
_PULL_REQUEST = ({"branches"}, {"branches", "filePaths"})


def check(declaration: Shape) -> None:
    """Refuse a trigger without its source action, or with filters that do not go together.

    How many filters and patterns there may be, the model says. Raises
    ``InvalidStructureException``.
    """
    triggers = [trigger["gitConfiguration"] for trigger in declaration.get("triggers", ())]
    used = Counter(trigger["sourceActionName"] for trigger in triggers)
    connections = {
        action["name"]
        for _, action in actions_of(declaration)
        if action["actionTypeId"]["provider"] == "CodeStarSourceConnection"
    }
    if used.keys() - connections or any(times > 1 for times in used.values()):
        raise _wrong(
            "Triggers for connections must reference a CodeStarSourceConnection action. Note that "
            "when you specify a trigger, you can't specify more than one trigger per source "
            "action."
        )
    for trigger in triggers:
        _check_filters(trigger.get("push", ()), _PUSH)
        _check_filters(trigger.get("pullRequest", ()), _PULL_REQUEST)


def _check_filters(filters: list[Shape], allowed: tuple[set[str], ...]) -> None:
    for one in filters:
        criteria = {name: value for name, value in one.items() if name != "events"}
        if set(criteria) not in allowed or not all(criteria.values()):
            raise _wrong(
                "The trigger configuration for the source action is not valid. Make sure to "
                "choose valid filter combinations."
            )


def _wrong(message: str) -> AwsError:
    return AwsError("InvalidStructureException", message)
