"""``workbook dora --load-balancer``: incidents of a pipeline's deployments, by CloudWatch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from devops_workbook.dora.cloudwatch import (
    HARMED,
    IN_A_ROW,
    MINUTES_KEPT,
    PATIENCE,
    incidents_from_cloudwatch,
)
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.incidents import with_incidents
from devops_workbook.dora.period import Moment, moment_of, zone

#: The IAM actions that an account has to allow.
ACTIONS = ("cloudwatch:GetMetricData", "elasticloadbalancing:DescribeLoadBalancers")

_ARN = re.compile(r"arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:loadbalancer/(.+)")
_KEEPS = f"CloudWatch keeps minutes for {MINUTES_KEPT.days} days"
_RULE = (
    f"at least {IN_A_ROW} minutes in a row in which more than {HARMED:.0%} of the requests failed"
    f" or waited for more than {PATIENCE:g} s"
)


def with_balancer(
    events: Events,
    own: Any,
    name: str,
    *,
    start: Moment | None,
    ends: Mapping[str, Moment | None],
    tz: str,
) -> tuple[Events, Moment | None, str]:
    """Return the events with the incidents of a load balancer, where to measure from, and a note.

    ``own`` is a boto3 session, ``name`` a load balancer's name, its ARN or the end of that. The
    minutes that CloudWatch keeps are looked at: whole days in ``tz``, up to now. Before them
    failures are not known. So the period begins with them where ``start`` is None and some
    deployment is older; the note says so, or what an earlier ``start`` means.

    Raises EventsError for what is no Application Load Balancer and for one of ``ends``, by the
    names of their options, that is before those days; ValueError for what is no time; and
    botocore's errors.
    """
    now = datetime.now(UTC)
    first = (now - MINUTES_KEPT).astimezone(zone(tz)).date() + timedelta(days=1)
    begin = moment_of(first, tz, "start")
    for option, end in ends.items():
        if end is not None and moment_of(end, tz, option) <= begin:
            raise EventsError(f"{_KEEPS}: with --load-balancer, --{option} has to be after {first}")
    balancer = _dimension(own, name)
    incidents = incidents_from_cloudwatch(own.client("cloudwatch"), balancer, begin, now)
    today = now.astimezone(zone(tz)).date()
    note = f"incidents of load balancer {balancer}, {first} to {today}: {_RULE}; {_KEEPS}"
    older = bool((events.deployments["finished_at"] < begin).any())
    since, more = _beginning(start, first, tz, older)
    return with_incidents(events, incidents), since, note + more


def _beginning(
    start: Moment | None, first: date, tz: str, older: bool
) -> tuple[Moment | None, str]:
    """Return where to measure from, and what to say of it; ``older`` deployments may exist."""
    if start is None and older:
        return first, ", so the period begins with them: --start DATE takes another day"
    begin = moment_of(first, tz, "start")
    if older and start is not None and moment_of(start, tz, "start") < begin:
        return start, (
            ". Of earlier deployments only rollbacks and hotfixes tell which failed: the change"
            " fail rate of the whole period may be too low"
        )
    return start, ""


def _dimension(own: Any, name: str) -> str:
    """Return the value of the dimension LoadBalancer: ``app/shop/50dc6c495c0c9188``."""
    arn = name if "/" in name else _look_up(own, name)
    found = _ARN.fullmatch(arn)
    return found[1] if found else arn


def _look_up(own: Any, name: str) -> str:
    (balancer,) = own.client("elbv2").describe_load_balancers(Names=[name])["LoadBalancers"]
    if balancer["Type"] != "application":
        raise EventsError(
            f"load balancer {name!r} is of type {balancer['Type']}: only an Application Load"
            " Balancer counts requests and their failures"
        )
    return str(balancer["LoadBalancerArn"])
