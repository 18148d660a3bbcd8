"""A repository's lifecycle policy: put, shown, deleted, and run once in a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offline_aws.ecr import events
from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.durations import BETWEEN_RUNS, FIRST_RUN
from offline_aws.ecr.lifecycle_policy import read
from offline_aws.ecr.lifecycle_rules import (
    ARCHIVE,
    EXPIRE,
    STANDARD,
    TAGGED,
    Candidate,
    Decision,
    Rule,
    decide,
    followers,
)
from offline_aws.ecr.storage_classes import archive
from offline_aws.ecr.store import (
    ARCHIVED,
    Image,
    Repositories,
    Repository,
    repository_of,
    whose,
)
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@dataclass
class Policy:
    """The policy of a repository."""

    text: str
    rules: list[Rule]
    evaluated_at: datetime | None = None


@ecr_operation("PutLifecyclePolicy")
def put_lifecycle_policy(call: Call, parameters: Shape) -> Shape:
    """Give a repository a policy, which runs for the first time some hours later."""
    repository, text = repository_of(call, parameters), parameters["lifecyclePolicyText"]
    repository.policy = policy = Policy(text, read(text))
    call.clock.call_later(FIRST_RUN, lambda: _run(call, repository, policy))
    return {**whose(repository), "lifecyclePolicyText": text}


@ecr_operation("GetLifecyclePolicy")
def get_lifecycle_policy(call: Call, parameters: Shape) -> Shape:
    """Return the policy of a repository, and when it ran last."""
    repository = repository_of(call, parameters)
    return _shown(repository, policy_of(repository))


@ecr_operation("DeleteLifecyclePolicy")
def delete_lifecycle_policy(call: Call, parameters: Shape) -> Shape:
    """Take its policy from a repository."""
    repository = repository_of(call, parameters)
    policy = policy_of(repository)
    repository.policy = None
    return _shown(repository, policy)


def policy_of(repository: Repository) -> Policy:
    """Return the policy of a repository. Raises LifecyclePolicyNotFoundException."""
    if repository.policy is None:
        text = f"Lifecycle policy does not exist for {repository.where}"
        raise AwsError("LifecyclePolicyNotFoundException", text)
    policy: Policy = repository.policy
    return policy


def _shown(repository: Repository, policy: Policy) -> Shape:
    evaluated = {"lastEvaluatedAt": policy.evaluated_at} if policy.evaluated_at else {}
    return {**whose(repository), "lifecyclePolicyText": policy.text, **evaluated}


def candidates(repository: Repository) -> list[Candidate]:
    """Return what a policy looks at of a repository's images."""
    lists: dict[str, list[str]] = {}
    for image in repository.images.values():
        for child in image.children:
            lists.setdefault(child, []).append(image.digest)
    return [_candidate(each, lists.get(each.digest, [])) for each in repository.images.values()]


def _candidate(image: Image, lists: list[str]) -> Candidate:
    return Candidate(
        digest=image.digest,
        tags=tuple(image.tags),
        pushed_at=image.pushed_at,
        number=image.number,
        storage_class=ARCHIVE if image.status == ARCHIVED else STANDARD,
        pulled_at=image.pulled_at,
        activated_at=image.activated_at,
        archived_at=image.archived_at,
        lists=tuple(lists),
        subject=image.subject,
    )


def _run(call: Call, repository: Repository, policy: Policy) -> None:
    """Apply a policy, unless it or its repository has been replaced meanwhile."""
    kept = call.state(Repositories).by_name.get(repository.name)
    if kept is not repository or repository.policy is not policy:
        return
    policy.evaluated_at = now = call.clock.now()
    images = candidates(repository)
    decisions = decide(policy.rules, images, now)
    for follower, decision in tuple(followers(decisions, images)):
        _act(call, repository, follower, decision.rule.action)
    for decision in decisions:
        _act(call, repository, decision.image, decision.rule.action)
    if decisions:
        rules = [_rule_in_event(each) for each in policy.rules]
        events.policy_execution(call, repository, rules, [_in_event(each) for each in decisions])
    call.clock.call_later(BETWEEN_RUNS, lambda: _run(call, repository, policy))


def _act(call: Call, repository: Repository, candidate: Candidate, action: str) -> None:
    image = repository.images.get(candidate.digest)
    if image is None:
        return
    if action == EXPIRE:
        repository.remove(image)
        for tag in image.tags or [""]:
            events.image_action(call, repository, "DELETE", image.digest, tag)
    else:
        archive(call, image)


def _rule_in_event(rule: Rule) -> Shape:
    return {
        "rulePriority": rule.priority,
        "description": rule.description,
        "lifecycleEventSelection": {
            "tagStatus": rule.tag_status.capitalize(),
            "tagPrefixList": list(rule.prefixes),
            **({"tagPatternList": list(rule.patterns)} if rule.patterns else {}),
            "countType": rule.count_type,
            "countNumber": rule.count,
        },
        "action": rule.action,
    }


def _in_event(decision: Decision) -> Shape:
    image = decision.image
    return {
        "lifecycleEventImage": {
            "digest": image.digest,
            "tagStatus": TAGGED.capitalize() if image.tags else "Untagged",
            "tagList": list(image.tags),
            "pushedAt": int(image.pushed_at.timestamp() * 1000),
        },
        "rulePriority": decision.rule.priority,
    }
