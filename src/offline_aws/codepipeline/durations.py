"""How long CodePipeline's own work takes in lab time, which does not depend on the machine.

What a provider does takes the time that the provider takes, and is seen at the next look: every
10 s for ten minutes, then every minute. The limits are those of AWS's page of quotas.
"""

from __future__ import annotations

from datetime import timedelta

from offline_aws.codepipeline.provider import ProviderKey

#: Seconds from the moment when a stage is free for an execution to the start of its actions.
ENTER_STAGE = 1.0
#: Seconds between two groups of actions with different run orders.
NEXT_ACTIONS = 1.0
#: Seconds that an action takes whose provider is done at once.
SHORT_ACTION = 3.0
#: Seconds from the request to stop until nothing runs any more.
STOP = 1.0
#: Seconds from the failure of a stage to its automatic retry.
RETRY = 2.0
#: Seconds from a change of a source to the poll that notices it; AWS polls about every minute.
DETECT_BY_POLLING = 30.0
#: Seconds from a push to the start that a git trigger makes.
DETECT_BY_EVENT = 2.0
#: Seconds until a function that gave a continuation token is called again.
CONTINUE = 30.0
#: Seconds from the start of an action that builds an image until it is in the repository.
BUILD_IMAGE = 60.0
#: Seconds in which a function has to answer that was called for an action.
FUNCTION_ANSWERS = 20 * 60.0

_SOON = timedelta(minutes=10)
_LOOK_OFTEN, _LOOK_LATER = 10.0, 60.0

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_APPROVAL = 7 * _DAY
_CUSTOM = _DAY
_OTHERS = _HOUR
_LIMITS: dict[ProviderKey, float] = {
    ("Deploy", "AWS", "CloudFormation"): 3 * _DAY,
    ("Build", "AWS", "CodeBuild"): 8 * _HOUR,
    ("Test", "AWS", "CodeBuild"): 8 * _HOUR,
    ("Compute", "AWS", "Commands"): 8 * _HOUR,
    ("Deploy", "AWS", "CodeDeploy"): 5 * _DAY,
    ("Deploy", "AWS", "CodeDeployToECS"): 5 * _DAY,
    ("Deploy", "AWS", "S3"): 90 * _MINUTE,
    ("Invoke", "AWS", "Lambda"): _DAY,
    ("Invoke", "AWS", "StepFunctions"): 7 * _DAY,
}


def until_next_look(since: timedelta) -> float:
    """Return the seconds to the next look at an action that has run for so long."""
    return _LOOK_OFTEN if since < _SOON else _LOOK_LATER


def limit(key: ProviderKey, minutes: int | None) -> float:
    """Return the seconds after which an action times out; ``minutes`` is what it declares."""
    category, owner, _ = key
    if minutes and category == "Approval":
        return minutes * _MINUTE
    if category == "Approval":
        return _APPROVAL
    return _CUSTOM if owner == "Custom" else _LIMITS.get(key, _OTHERS)
