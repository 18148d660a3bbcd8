"""The webhooks of an account and region, as they were put."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_aws.codepipeline.store import Shape


@dataclass
class Webhook:
    """One webhook: AWS's ``WebhookDefinition`` and what is beside it."""

    definition: Shape
    url: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Webhooks:
    """Every webhook of an account and region, by name."""

    by_name: dict[str, Webhook] = field(default_factory=dict)
