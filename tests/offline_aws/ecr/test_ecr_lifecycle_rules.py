"""Which images a policy acts on: AWS's worked examples, and a second reading of the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws.ecr.lifecycle_rules import Candidate, Rule, decide, followers

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def image(name: str, days: float, *tags: str, **more: Any) -> Candidate:
    """Return an image that was pushed some days ago."""
    return Candidate(name, tags, NOW - timedelta(days=days), **more)


def keep(priority: int, prefix: str, count: int = 1) -> Rule:
    return Rule(priority, "tagged", "imageCountMoreThan", count, prefixes=(prefix,))


def gone(rules: list[Rule], images: list[Candidate]) -> str:
    return "".join(sorted(each.image.digest for each in decide(rules, images, NOW)))


# The examples of "Examples of lifecycle policies in Amazon ECR", in the user guide.
SEVERAL_RULES = [
    image("A", 10, "beta-1", "prod-1"),
    image("B", 9, "beta-2", "prod-2"),
    image("C", 8, "beta-3"),
]


def test_an_image_that_a_higher_rule_keeps_is_out_of_reach_of_a_lower_one() -> None:
    assert gone([keep(1, "prod"), keep(2, "beta")], SEVERAL_RULES) == "A"


def test_the_same_rules_in_the_other_order_take_another_image_too() -> None:
    assert gone([keep(2, "prod"), keep(1, "beta")], SEVERAL_RULES) == "AB"


def test_the_order_of_the_rules_in_the_text_does_not_matter() -> None:
    assert gone([keep(2, "beta"), keep(1, "prod")], SEVERAL_RULES) == "A"


def test_every_prefix_of_a_rule_has_to_be_on_the_image() -> None:
    images = [
        image("A", 12, "alpha-1"),
        image("B", 11, "beta-1"),
        image("C", 10, "alpha-2", "beta-2"),
        image("D", 4, "alpha-3"),
        image("E", 3, "beta-3"),
        image("F", 2, "alpha-4", "beta-4"),
    ]
    rule = Rule(1, "tagged", "sinceImagePushed", 5, prefixes=("alpha", "beta"))
    assert gone([rule], images) == "C"


def test_other_tags_of_an_image_do_not_matter() -> None:
    images = [
        image("A", 10, "alpha-1", "beta-1", "gamma-1"),
        image("B", 9, "alpha-2", "beta-2"),
        image("C", 8, "alpha-3", "beta-3", "gamma-2"),
    ]
    rule = Rule(1, "tagged", "imageCountMoreThan", 1, prefixes=("alpha", "beta"))
    assert gone([rule], images) == "AB"


def test_a_lower_rule_counts_what_a_higher_one_takes() -> None:
    # Two of three are one too many, although the higher rule takes the oldest.
    images = [image("A", 9, "pr-1"), image("B", 3), image("C", 2)]
    rules = [
        Rule(1, "tagged", "sinceImagePushed", 5, prefixes=("pr",)),
        Rule(2, "any", "imageCountMoreThan", 2),
    ]
    assert gone(rules, images) == "A"


@pytest.mark.parametrize(
    ("pattern", "tag", "fits"),
    [
        ("prod*", "prod", True),
        ("prod*", "prod-1", True),
        ("prod*", "preprod", False),
        ("*prod", "preprod", True),
        ("*.*.*", "1.4.2", True),
        ("*.*.*", "1.4", False),
        ("1.4.2", "1.4.2", True),
        ("1.4.2", "1.4.20", False),
        ("1.4.2", "1x4x2", False),
    ],
)
def test_a_pattern_fits_the_whole_of_a_tag(pattern: str, tag: str, fits: bool) -> None:
    rule = Rule(1, "tagged", "sinceImagePushed", 1, patterns=(pattern,))
    assert gone([rule], [image("A", 9, tag)]) == ("A" if fits else "")


def test_an_age_is_passed_when_it_is_more_than_the_days() -> None:
    rule = Rule(1, "untagged", "sinceImagePushed", 5)
    assert gone([rule], [image("A", 5), image("B", 5 + 1 / 86400), image("C", 9, "tag")]) == "B"


def test_an_image_counts_from_its_pull_its_push_or_its_return() -> None:
    rule = Rule(1, "any", "sinceImagePulled", 30, action="transition")
    images = [
        image("A", 90, pulled_at=NOW - timedelta(days=20)),
        image("B", 90, pulled_at=NOW - timedelta(days=31)),
        image("C", 90),
        image("D", 90, activated_at=NOW - timedelta(days=20)),
        image("E", 90, archived_at=NOW - timedelta(days=2), storage_class="archive"),
    ]
    assert gone([rule], images) == "BC"


def test_what_is_in_archive_goes_by_its_time_there() -> None:
    rule = Rule(1, "any", "sinceImageTransitioned", 90, storage_class="archive")
    archived = [
        image(name, 400, storage_class="archive", archived_at=NOW - timedelta(days=days))
        for name, days in (("A", 91), ("B", 89))
    ]
    assert gone([rule], [*archived, image("C", 400)]) == "A"


def test_the_images_of_a_manifest_list_stay_and_signatures_follow_their_subject() -> None:
    images = [
        image("A", 10, "1.0"),
        image("B", 9, lists=("A",)),
        image("C", 8),
        image("D", 7, subject="C"),
        image("E", 6, "1.1"),
    ]
    rules = [Rule(1, "untagged", "sinceImagePushed", 1)]
    decisions = decide(rules, images, NOW)
    assert [each.image.digest for each in decisions] == ["C"]
    assert [follower.digest for follower, _ in followers(decisions, images)] == ["D"]


def test_of_images_pushed_in_one_second_the_later_push_is_the_younger() -> None:
    images = [image("A", 1, number=1), image("B", 1, number=0), image("C", 1, number=2)]
    assert gone([Rule(1, "any", "imageCountMoreThan", 2)], images) == "B"


# A second reading, from the text of the rules and not from the code: for each image it asks which
# rule speaks of it first, and then counts who is younger.


def fits(tag: str, pattern: str) -> bool:
    """Whether a pattern fits, by trying every length that a star can have."""
    if not pattern:
        return not tag
    if pattern[0] == "*":
        return any(fits(tag[skip:], pattern[1:]) for skip in range(len(tag) + 1))
    return bool(tag) and tag[0] == pattern[0] and fits(tag[1:], pattern[1:])


def speaks_of(rule: Rule, one: Candidate) -> bool:
    if one.storage_class != rule.storage_class or one.subject:
        return False
    if rule.tag_status == "untagged":
        return one.tags == ()
    wanted = [*rule.patterns, *(prefix + "*" for prefix in rule.prefixes)]
    return rule.tag_status == "any" or not [
        each for each in wanted if not [tag for tag in one.tags if fits(tag, each)]
    ]


def too_much(rule: Rule, one: Candidate, every: list[Candidate]) -> bool:
    if rule.count_type == "imageCountMoreThan":
        younger = 0
        for other in every:
            later = (other.pushed_at, other.number) > (one.pushed_at, one.number)
            younger += later and speaks_of(rule, other)
        return younger >= rule.count
    start = one.pushed_at
    if rule.count_type == "sinceImagePulled":
        start = max([each for each in (one.pulled_at, one.activated_at) if each] or [start])
    if rule.count_type == "sinceImageTransitioned" and one.archived_at:
        start = one.archived_at
    return (NOW - start).total_seconds() > rule.count * 86400


def slowly(rules: list[Rule], every: list[Candidate]) -> dict[str, int]:
    """Return the priority of the rule that acts on each image that is acted on."""
    found = {}
    for one in every:
        speaking = [rule for rule in rules if speaks_of(rule, one)]
        if speaking:
            first = min(speaking, key=lambda rule: rule.priority)
            if too_much(first, one, every) and not one.lists:
                found[one.digest] = first.priority
    return found


TAGS = ("a", "ab", "b1", "b2", "rc")
PATTERNS = ("*", "a*", "*b*", "b*", "rc", "*1")
COUNTS = ("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")
#: Registries and policies for each seed: drawing them one by one takes longer than the test.
CASES = 40


def registry(dice: Random) -> list[Candidate]:
    free, images = list(TAGS), []
    for number in range(dice.randint(0, 8)):
        tags = dice.sample(free, min(len(free), dice.choice((0, 1, 1, 2))))
        free = [each for each in free if each not in tags]
        archived = dice.random() < 0.2
        images.append(
            Candidate(
                digest=str(number),
                tags=tuple(tags),
                pushed_at=NOW - timedelta(days=dice.randint(0, 6)),
                number=number,
                storage_class="archive" if archived else "standard",
                pulled_at=some_time(dice),
                activated_at=some_time(dice),
                archived_at=NOW - timedelta(days=dice.randint(0, 9)) if archived else None,
                lists=("list",) if dice.random() < 0.15 else (),
                subject="0" if number and dice.random() < 0.1 else "",
            )
        )
    return images


def some_time(dice: Random) -> datetime | None:
    return NOW - timedelta(days=dice.randint(0, 9), hours=1) if dice.random() < 0.5 else None


def policy(dice: Random) -> list[Rule]:
    return [rule(dice, each) for each in dice.sample(range(1, 10), dice.randint(1, 4))]


def rule(dice: Random, priority: int) -> Rule:
    status, counted = dice.choice(("tagged", "tagged", "untagged", "any")), dice.choice(COUNTS)
    chosen = tuple(dice.sample(PATTERNS, dice.choice((1, 2)))) if status == "tagged" else ()
    is_prefix = dice.random() < 0.5
    return Rule(
        priority=priority,
        tag_status=status,
        count_type=counted,
        count=dice.randint(1, 5),
        patterns=() if is_prefix else chosen,
        prefixes=tuple(each.strip("*") for each in chosen) if is_prefix else (),
        storage_class="archive" if counted == "sinceImageTransitioned" else "standard",
    )


@settings(max_examples=100)
@given(seed=st.integers(0, 2**32))
def test_the_policy_acts_as_a_second_reading_of_the_rules_says(seed: int) -> None:
    dice = Random(seed)
    for _ in range(CASES):
        rules, images = policy(dice), registry(dice)
        decisions = decide(rules, images, NOW)
        digests = [each.image.digest for each in decisions]
        assert len(set(digests)) == len(digests)
        assert dict(
            zip(digests, (each.rule.priority for each in decisions), strict=True)
        ) == slowly(rules, images)
        assert [each.image.order for each in decisions] == sorted(
            each.image.order for each in decisions
        )
        looser = [replace(each, count=each.count + 1) for each in rules]
        assert {each.image.digest for each in decide(looser, images, NOW)} <= set(digests)


def test_the_second_reading_knows_the_worked_examples() -> None:
    assert set(slowly([keep(1, "prod"), keep(2, "beta")], SEVERAL_RULES)) == {"A"}
    assert set(slowly([keep(2, "prod"), keep(1, "beta")], SEVERAL_RULES)) == {"A", "B"}
    assert [fits("preprod", each) for each in ("prod*", "*prod")] == [False, True]
