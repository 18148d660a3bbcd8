"""Previews: what a lifecycle policy would do, before it does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offline_aws.ecr.checks import Shape, ecr_operation, invalid
from offline_aws.ecr.descriptions import pages
from offline_aws.ecr.durations import PREVIEW, PREVIEW_STAYS
from offline_aws.ecr.identifiers import has_tag_status, image_of
from offline_aws.ecr.lifecycle import candidates, policy_of
from offline_aws.ecr.lifecycle_policy import read
from offline_aws.ecr.lifecycle_rules import EXPIRE, TRANSITION, Decision, decide
from offline_aws.ecr.store import Repository, repository_of, whose
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MOST = 100


@dataclass
class Preview:
    """A preview that was started at a time, of the images that there were then."""

    text: str
    started_at: datetime
    decisions: list[Decision]

    def status(self, now: datetime) -> str:
        """Return the status at a time."""
        if now < self.started_at + PREVIEW:
            return "IN_PROGRESS"
        return "COMPLETE" if now < self.started_at + PREVIEW_STAYS else "EXPIRED"


@ecr_operation("StartLifecyclePolicyPreview")
def start_lifecycle_policy_preview(call: Call, parameters: Shape) -> Shape:
    """Begin the preview of a text, or of the policy that the repository has."""
    repository, now = repository_of(call, parameters), call.clock.now()
    text = parameters.get("lifecyclePolicyText") or policy_of(repository).text
    earlier: Preview | None = repository.preview
    if earlier and earlier.status(now) == "IN_PROGRESS":
        message = (
            f"The previous lifecycle policy preview request for {repository.where} has not "
            "completed. Wait and try again."
        )
        raise AwsError("LifecyclePolicyPreviewInProgressException", message)
    repository.preview = Preview(text, now, decide(read(text), candidates(repository), now))
    return {**whose(repository), "lifecyclePolicyText": text, "status": "IN_PROGRESS"}


@ecr_operation("GetLifecyclePolicyPreview")
def get_lifecycle_policy_preview(call: Call, parameters: Shape) -> Shape:
    """Return what the policy of a preview would do, in pages, and how many images in all."""
    repository = repository_of(call, parameters)
    preview: Preview | None = repository.preview
    if preview is None:
        text = f"There is no lifecycle policy preview for {repository.where}"
        raise AwsError("LifecyclePolicyPreviewNotFoundException", text)
    status = preview.status(call.clock.now())
    answer = {**whose(repository), "lifecyclePolicyText": preview.text, "status": status}
    if status != "COMPLETE":
        return answer
    results = [_result(each) for each in _asked_for(repository, preview, parameters)]
    page = pages(parameters, "previewResults", results, _MOST)
    return {**answer, **page, "summary": _summary(preview.decisions)}


def _asked_for(repository: Repository, preview: Preview, parameters: Shape) -> list[Decision]:
    wanted = (parameters.get("filter") or {}).get("tagStatus", "ANY")
    chosen = [each for each in preview.decisions if has_tag_status(each.image.tags, wanted)]
    if ids := parameters.get("imageIds"):
        if parameters.get("nextToken") or parameters.get("maxResults"):
            raise invalid("imageIds", "cannot be used with nextToken or maxResults")
        images = [image_of(repository, each) for each in ids]
        digests = {image.digest for image in images}
        chosen = [each for each in chosen if each.image.digest in digests]
    return chosen


def _result(decision: Decision) -> Shape:
    image, rule = decision.image, decision.rule
    target = {"targetStorageClass": "ARCHIVE"} if rule.action == TRANSITION else {}
    return {
        "imageTags": list(image.tags),
        "imageDigest": image.digest,
        "imagePushedAt": image.pushed_at,
        "action": {"type": rule.action.upper(), **target},
        "appliedRulePriority": rule.priority,
        "storageClass": image.storage_class.upper(),
    }


def _summary(decisions: list[Decision]) -> Shape:
    expiring = sum(each.rule.action == EXPIRE for each in decisions)
    counts = {"targetStorageClass": "ARCHIVE", "imageTotalCount": len(decisions) - expiring}
    return {
        "expiringImageTotalCount": expiring,
        "transitioningImageTotalCounts": [counts] if counts["imageTotalCount"] else [],
    }
