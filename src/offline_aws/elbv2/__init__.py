"""Elastic Load Balancing that checks the health of its targets, on the lab's clock.

Load balancers, listeners, rules with their weights, and target groups are moto's. No request goes
through a load balancer: what a target answers is what ``offline_aws.workloads`` says.

Faithful (Elastic Load Balancing User Guides and API model):
    DescribeTargetHealth by the settings of the target group: interval, both thresholds, path,
    matcher, port; states initial, healthy, unhealthy, draining, unused and unavailable with AWS's
    reasons and descriptions; a new target of an Application Load Balancer is healthy after one
    success, an unhealthy one after the healthy threshold; targets of a group that no listener and
    no rule forwards to are not checked; the deregistration delay; the same instance or address at
    several ports.

Simplified:
    the first check comes 5 s after a registration, the next ones at the interval, all of them from
    one node; a connection to a port at which nothing listens fails at once; targets that something
    else than RegisterTargets registers (an Auto Scaling group) count from when they are first
    looked at; zones are not looked at; gRPC codes are taken for HTTP's; the targets of a Network
    Load Balancer count as those of its target group alone.

Absent: anomaly detection, slow start, health checks of Lambda functions, and the metrics of
    AWS/ApplicationELB.
"""

from __future__ import annotations

from offline_aws.elbv2 import targets, traffic

__all__ = ["targets", "traffic"]
