"""What an Express service is beside its ECS service: what it was made of, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.ecs.store import Shape


@dataclass
class Infrastructure:
    """The resources that were made for a service; the load balancer may serve others too."""

    subnets: list[str]
    security_groups: list[str]
    public: bool
    endpoint: str
    balancer: str = ""
    listener: str = ""
    rule: str = ""
    certificate: str = ""
    alarm: str = ""
    #: Whether it was not taken away.
    there: bool = True
    #: The security groups that were made, and those of the learner's own not among them.
    made_groups: list[str] = field(default_factory=list)
    target_groups: list[str] = field(default_factory=list)


@dataclass
class Express:
    """An Express service. ``settings`` are those of each service revision, by its ARN."""

    arn: str
    cluster: str
    name: str
    role: str
    infrastructure: Infrastructure
    created: datetime
    updated: datetime
    settings: dict[str, Shape] = field(default_factory=dict)
    #: AWS's configuration of each service revision, by its ARN.
    configurations: dict[str, Shape] = field(default_factory=dict)


class ExpressStore:
    """The Express services of one account and region, by ARN."""

    def __init__(self) -> None:
        self.services: dict[str, Express] = {}
        #: The listener of each load balancer that Express services share, by its ARN.
        self.listeners: dict[str, str] = {}
        #: The security groups of each load balancer.
        self.groups: dict[str, str] = {}

    def on_balancer(self, arn: str) -> Iterator[Express]:
        """Yield the services that a load balancer serves."""
        for each in self.services.values():
            if each.infrastructure.balancer == arn and each.infrastructure.there:
                yield each
