"""Which images a lifecycle policy acts on: all that the policy itself decides, and nothing else.

The rules are those of "How lifecycle policies work" in the ECR user guide, section "Lifecycle
policy evaluation rules"; each is said where it is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from offline_aws.ecr.patterns import matches

STANDARD, ARCHIVE = "standard", "archive"
EXPIRE, TRANSITION = "expire", "transition"
TAGGED, UNTAGGED, ANY = "tagged", "untagged", "any"
MORE_THAN, PUSHED = "imageCountMoreThan", "sinceImagePushed"
PULLED, TRANSITIONED = "sinceImagePulled", "sinceImageTransitioned"


@dataclass(frozen=True)
class Rule:
    """One rule of a policy. ``patterns`` and ``prefixes`` are for ``tagged`` alone."""

    priority: int
    tag_status: str
    count_type: str
    count: int
    patterns: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    storage_class: str = STANDARD
    action: str = EXPIRE
    description: str = ""

    def selects(self, image: Candidate) -> bool:
        """Return whether an image fits the storage class and the tags of the rule.

        With several patterns each of them has to fit one of the image's tags.
        """
        if image.storage_class != self.storage_class:
            return False
        if self.tag_status != TAGGED:
            return self.tag_status == ANY or not image.tags
        return all(any(matches(each, tag) for tag in image.tags) for each in self.patterns) and all(
            any(tag.startswith(each) for tag in image.tags) for each in self.prefixes
        )

    def marks(self, images: Sequence[Candidate], now: datetime) -> list[Candidate]:
        """Return those of the images that are too many, or too old.

        Both count all that the rule selects, whatever a higher rule does to them.
        """
        if self.count_type == MORE_THAN:
            youngest_first = sorted(images, key=lambda each: each.order, reverse=True)
            return youngest_first[self.count :]
        oldest = now - timedelta(days=self.count)
        return [each for each in images if each.since(self.count_type) < oldest]


@dataclass(frozen=True)
class Candidate:
    """What a policy looks at of an image. All times are aware.

    ``number`` is the image's place among all pushes: images of one second still have an order.
    ``lists`` are the manifest lists that refer to it. ``subject`` is what a signature is about.
    """

    digest: str
    tags: tuple[str, ...]
    pushed_at: datetime
    number: int = 0
    storage_class: str = STANDARD
    pulled_at: datetime | None = None
    activated_at: datetime | None = None
    archived_at: datetime | None = None
    lists: tuple[str, ...] = ()
    subject: str = ""

    @property
    def order(self) -> tuple[datetime, int]:
        """What images are sorted by: ECR's pushed_at_time."""
        return self.pushed_at, self.number

    def since(self, count_type: str) -> datetime:
        """Return the time from which an age is counted.

        One that was never pulled counts from its push; one that was restored from the archive, and
        not pulled since, from that.
        """
        if count_type == PULLED:
            times = (self.pulled_at, self.activated_at)
            return max((each for each in times if each), default=self.pushed_at)
        if count_type == TRANSITIONED:
            return self.archived_at or self.pushed_at
        return self.pushed_at


@dataclass(frozen=True)
class Decision:
    """What is done to an image, and by which rule."""

    image: Candidate
    rule: Rule


def decide(rules: Iterable[Rule], images: Sequence[Candidate], now: datetime) -> list[Decision]:
    """Return what a policy does to images at a time, the oldest first.

    All rules are evaluated at once and then applied by priority. An image that a rule selects is
    out of reach of every lower rule, also when the rule leaves it alone: so each is acted on by one
    rule or by none.
    """
    own = [image for image in images if not image.subject]
    taken: set[str] = set()
    found: list[Decision] = []
    for rule in sorted(rules, key=lambda each: each.priority):
        selected = [image for image in own if rule.selects(image)]
        marked = [image for image in rule.marks(selected, now) if image.digest not in taken]
        found += [Decision(image, rule) for image in marked]
        taken |= {image.digest for image in selected}
    # A manifest list has to go before the images that it refers to.
    free = [each for each in found if not each.image.lists]
    return sorted(free, key=lambda each: each.image.order)


def followers(
    decisions: Iterable[Decision], images: Sequence[Candidate]
) -> Iterator[tuple[Candidate, Decision]]:
    """Yield the artifacts about images that are acted on, signatures for example.

    No rule looks at them: they follow their subject.
    """
    by_digest = {each.image.digest: each for each in decisions}
    for image in images:
        if image.subject in by_digest:
            yield image, by_digest[image.subject]
