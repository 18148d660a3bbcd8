"""What CodeCommit tells EventBridge of pull requests.

The fields of each event are those of "Monitoring CodeCommit events in Amazon EventBridge", in the
CodeCommit user guide; ``notificationBody``, which is for people, is in words of our own.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from offline_aws.codecommit.rules import sha256
from offline_aws.operations import Call

if TYPE_CHECKING:
    from offline_aws.codecommit.requests import PullRequest

#: The names that EventBridge has for the events of DescribePullRequestEvents.
_EVENTS = {
    "PULL_REQUEST_CREATED": "pullRequestCreated",
    "PULL_REQUEST_STATUS_CHANGED": "pullRequestStatusChanged",
    "PULL_REQUEST_SOURCE_REFERENCE_UPDATED": "pullRequestSourceBranchUpdated",
    "PULL_REQUEST_MERGE_STATE_CHANGED": "pullRequestMergeStatusUpdated",
    "PULL_REQUEST_APPROVAL_RULE_CREATED": "pullRequestApprovalRuleCreated",
    "PULL_REQUEST_APPROVAL_RULE_UPDATED": "pullRequestApprovalRuleUpdated",
    "PULL_REQUEST_APPROVAL_RULE_DELETED": "pullRequestApprovalRuleDeleted",
    "PULL_REQUEST_APPROVAL_RULE_OVERRIDDEN": "pullRequestApprovalRuleOverridden",
    "PULL_REQUEST_APPROVAL_STATE_CHANGED": "pullRequestApprovalStateChanged",
}


def tell(call: Call, request: PullRequest, kind: str, metadata: dict[str, Any]) -> None:
    """Tell the account of an event of a pull request, which has these metadata."""
    event = _EVENTS[kind]
    detail = {
        "event": event,
        "callerUserArn": call.caller,
        "notificationBody": f"{event}: pull request {request.number} of the repository "
        f"{request.repository.name}, titled {request.title!r}, by {call.caller}.",
        **_described(request),
        **_more(metadata),
    }
    kind = "CodeCommit Pull Request State Change"
    call.send_event("aws.codecommit", kind, detail, request.repository.arn)


def _described(request: PullRequest) -> dict[str, Any]:
    optional = {
        "description": request.description,
        "mergeOption": request.merged.get("mergeOption"),
    }
    return {
        "author": request.author,
        "creationDate": _date(request.created),
        "lastModifiedDate": _date(request.activity),
        "destinationCommit": request.destination_commit,
        "destinationReference": request.destination,
        "isMerged": str(bool(request.merged)),
        "pullRequestId": request.number,
        "pullRequestStatus": request.status.capitalize(),
        "repositoryNames": [request.repository.name],
        "revisionId": request.revision,
        "sourceCommit": request.source_commit,
        "sourceReference": request.source,
        "title": request.title,
        **{name: value for name, value in optional.items() if value},
    }


def _more(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what an event of an approval adds."""
    names = ("approvalRuleId", "approvalRuleName", "approvalStatus", "overrideStatus")
    found = {name: metadata[name] for name in names if name in metadata}
    if "approvalRuleContent" in metadata:
        found["approvalRuleContentSha256"] = sha256(metadata["approvalRuleContent"])
    return found


def _date(time: datetime) -> str:
    """Return a time as in ``Wed Nov 06 19:10:58 UTC 2019``, whatever the machine's language."""
    days, months = "MonTueWedThuFriSatSun", "JanFebMarAprMayJunJulAugSepOctNovDec"
    day, month = 3 * time.weekday(), 3 * (time.month - 1)
    return f"{days[day : day + 3]} {months[month : month + 3]} {time:%d %H:%M:%S UTC %Y}"
