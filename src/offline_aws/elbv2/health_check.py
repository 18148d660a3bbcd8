"""What a target group sends to its targets, and what it makes of one answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from offline_aws.workloads import NO_ANSWER, REFUSED

_OVER_HTTP = ("HTTP", "HTTPS")
_DEFAULT_MATCHER = "200"


@dataclass(frozen=True)
class Verdict:
    """What is wrong with an answer, in AWS's words; both empty for nothing."""

    reason: str = ""
    description: str = ""


@dataclass(frozen=True)
class HealthCheck:
    """The settings of a target group's health check; ``port`` None is the traffic's own."""

    interval: timedelta
    healthy_threshold: int
    unhealthy_threshold: int
    #: How many successes in a row make a new target healthy.
    first_threshold: int
    over_http: bool
    path: str
    codes: str
    port: int | None

    def port_of(self, traffic_port: int) -> int:
        """Return the port of a target that is asked."""
        return traffic_port if self.port is None else self.port

    def verdict(self, answer: int) -> Verdict:
        """Return what the load balancer says of an answer of ``Workloads.answer``."""
        if answer == REFUSED:
            return Verdict("Target.FailedHealthChecks", "Health checks failed")
        if answer == NO_ANSWER:
            return Verdict("Target.Timeout", "Request timed out")
        if self.over_http and not matches(self.codes, answer):
            return Verdict(
                "Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{answer}]"
            )
        return Verdict()


def health_check_of(group: dict[str, Any]) -> HealthCheck:
    """Return the health check of a target group, as DescribeTargetGroups shows it."""
    protocol = group.get("HealthCheckProtocol") or group.get("Protocol") or "HTTP"
    port = str(group.get("HealthCheckPort") or "traffic-port")
    healthy = int(group.get("HealthyThresholdCount") or 5)
    application = group.get("Protocol") in _OVER_HTTP
    return HealthCheck(
        interval=timedelta(seconds=int(group.get("HealthCheckIntervalSeconds") or 30)),
        healthy_threshold=healthy,
        unhealthy_threshold=int(group.get("UnhealthyThresholdCount") or 2),
        # An Application Load Balancer takes a new target after one success.
        first_threshold=1 if application else healthy,
        over_http=protocol in _OVER_HTTP,
        path=group.get("HealthCheckPath") or "/",
        codes=group.get("Matcher", {}).get("HttpCode") or _DEFAULT_MATCHER,
        port=int(port) if port.isdecimal() else None,
    )


def matches(codes: str, code: int) -> bool:
    """Return whether a code is among those of a matcher: ``200``, ``200,202`` or ``200-299``."""
    for part in codes.split(","):
        low, _, high = part.strip().partition("-")
        if low.isdecimal() and int(low) <= code <= int(high if high.isdecimal() else low):
            return True
    return False
