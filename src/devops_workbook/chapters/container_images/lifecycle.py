"""A lifecycle policy for a year of pushes: designed, previewed, applied."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from devops_workbook.chapters.container_images.account import ORDERS, chapter, client_of
from devops_workbook.chapters.container_images.past import kind_of, year_of_images
from devops_workbook.checks import as_number, number, require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import Lab
from offline_aws.ecr.lifecycle_policy import read
from offline_aws.ecr.lifecycle_rules import Candidate, Rule, decide

#: So that a clock that was moved by months does not keep the learner waiting.
_MOST_TIMES = 400
RELEASES, REQUEST_DAYS, UNTAGGED_DAYS, MAIN_DAYS = 10, 14, 7, 60


@chapter.exercise(
    "lifecycle",
    title="A policy for a year of pushes",
    minutes=8,
    answer="left",
    hints=(
        "Four rules: releases by count, pull requests by age, untagged by age, and any by age "
        "last. The releases come first, since their images are tagged main-… as well.",
        "A selection is {'tagStatus': 'tagged', 'tagPatternList': ['1.*'], 'countType': "
        "'imageCountMoreThan', 'countNumber': 10}; by age it is 'sinceImagePushed' with "
        "'countUnit': 'days'.",
        "previewed('orders', policy)['summary'] says how many go; len(images_in('orders')) how "
        "many there are. Then put_lifecycle_policy, and lab.clock.advance(days=1).",
    ),
)
def check_lifecycle(lab: Lab, answer: Any) -> str:
    """What the policy does to the year's images, that it ran, and what was said of it before."""
    ecr = client_of("ecr")
    try:
        policy = ecr.get_lifecycle_policy(repositoryName=ORDERS)
    except ecr.exceptions.LifecyclePolicyNotFoundException:
        raise NotStarted(f"The repository {ORDERS} has no lifecycle policy yet.") from None
    rules = read(policy["lifecyclePolicyText"])
    begin = datetime.fromisoformat("2026-01-05T09:00+00:00")
    images = year_of_images()
    gone = {each.image.digest: each.rule for each in decide(rules, images, begin)}
    # Releases first: what becomes of them says most about the order of the rules.
    for image in sorted(images, key=lambda each: kind_of(each.tags) != "release"):
        _judge(image, gone.get(image.digest), begin, images)
    require(
        "lastEvaluatedAt" in policy,
        "The policy is there and has not run yet: AWS takes up to 24 hours. Move the clock.",
    )
    _require_all_kept(ecr, images, {e.image.digest for e in decide(rules, images, lab.clock.now())})
    kept = _kept_at_some_time(lab, rules, images, begin)
    left = as_number(answer, "`left`")
    if left not in kept:
        number(
            answer,
            len(images) - len(gone),
            "`left`",
            mistakes={"That many go. How many are left?": len(gone)},
        )
    kinds = Counter(kind_of(each.tags) for each in kept[left])
    shown = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f"Of {len(images)} images {left:.0f} are left: {shown}."


def _require_all_kept(ecr: Any, images: tuple[Candidate, ...], gone: set[str]) -> None:
    """Require that nothing else has taken what the policy keeps: an earlier one, or a hand."""
    pages = ecr.get_paginator("describe_images").paginate(repositoryName=ORDERS)
    there = {each["imageDigest"] for page in pages for each in page["imageDetails"]}
    lost = [each for each in images if each.digest not in gone | there]
    require(
        not lost,
        f"The policy is right, and {len(lost)} images that it keeps are gone: an earlier policy "
        'took them, or you did. There is no undo; `lab.catch_up("lifecycle")` begins once more.',
    )


def _kept_at_some_time(
    lab: Lab, rules: list[Rule], images: tuple[Candidate, ...], begin: datetime
) -> dict[float, list[Candidate]]:
    """Return what is left by how many that is, for any hour of the lab and of the day after.

    Images grow older while somebody tries: a preview of Wednesday says less than Monday's.
    """
    hours = int((lab.clock.now() - begin) / timedelta(hours=1)) + 25
    step = max(1, hours // _MOST_TIMES)
    found: dict[float, list[Candidate]] = {}
    for hour in (*range(0, hours, step), hours):
        then = begin + timedelta(hours=hour)
        gone = {each.image.digest for each in decide(rules, images, then)}
        kept = [each for each in images if each.digest not in gone]
        found.setdefault(len(kept), kept)
    return found


def _judge(
    image: Candidate, rule: Rule | None, now: datetime, images: tuple[Candidate, ...]
) -> None:
    kind, age = kind_of(image.tags), now - image.pushed_at
    name = image.tags[0] if image.tags else "an untagged image"
    if kind == "release":
        newer = sum(kind_of(e.tags) == kind and e.order > image.order for e in images)
        _require_fate(
            rule, newer >= RELEASES, _release(image), f"{newer} releases are newer than it"
        )
        return
    if "latest" in image.tags:
        require(rule is None, "The image that is latest goes, and somebody may well pull it.")
    most = {"pull request": REQUEST_DAYS, "untagged": UNTAGGED_DAYS, "main": MAIN_DAYS}[kind]
    _require_fate(rule, age > timedelta(days=most), name, f"it is {age.days} days old")


def _release(image: Candidate) -> str:
    return f"release {next(tag for tag in image.tags if tag[0].isdigit())}"


def _require_fate(rule: Rule | None, should: bool, name: str, why: str) -> None:
    fate = f"goes, by rule {rule.priority} ({_selection(rule)})" if rule else "stays"
    require(
        (rule is not None) == should,
        f"{name[0].upper()}{name[1:]} {fate}; {why}, so it should be the other way round.",
    )


def _selection(rule: Rule) -> str:
    return " and ".join([*rule.patterns, *rule.prefixes]) or rule.tag_status
