"""App Runner, which moto lacks whole: services from images and from code, on the lab's clock.

AWS has closed App Runner to new customers since 30 April 2026; who had it goes on using it, and
new accounts are pointed to ECS Express Mode. Here it is open to everybody.

Faithful (AWS App Runner Developer Guide and API model):
    all 37 operations with their errors and pages; long operations and their states in
    ListOperations; the states of a service and what each of them refuses; services from an image in
    ECR, which has to be there, or in ECR Public, or from source code by a connection whose
    handshake is finished, with an API configuration or an apprunner.yaml that is checked; secrets,
    which have to be there; TCP and HTTP health checks with their intervals and thresholds; a
    creation that fails and is repaired by UpdateService; updates and deployments that fail and go
    back to what ran before, which serves meanwhile; automatic deployment when the tag of an image
    or a branch moves, in the services for which AWS has it; pause, and resume with the version that
    was paused; auto scaling configurations with revisions, the default and what cannot be deleted;
    observability configurations; VPC connectors and VPC ingress connections by what EC2 has; custom
    domains with the records of their certificates, active when Route 53 has them; tags; the service
    and deployment logs in CloudWatch Logs and the events for EventBridge, in AWS's words as far as
    they are documented.

Simplified:
    lab time: fixed amounts for App Runner's own work (``durations.py``). What a container does is
    what ``offline_aws.workloads`` says of its image; one that is not healthy after six minutes, or
    has ended by then, is given up. Build commands are not run: a build takes two minutes and
    succeeds. GitHub and Bitbucket are ``offline_aws.code_hosts``; so is the handshake, for which
    AWS's console has a button. ActiveInstances follows from the Requests and RequestLatency that
    somebody records, at once and without the spare capacity that AWS keeps. A version that comes
    while an operation goes on is deployed after it. Roles, keys and policies are not looked at.

Absent: CPUUtilization and MemoryUtilization; checks of instances after their deployment; the output
    of the application in its log; WAF; maintenance; answers to requests at the service's URL.
"""

from __future__ import annotations

from offline_aws.apprunner import (
    auto_scaling,
    connections,
    custom_domains,
    observability,
    services,
    tags,
    vpc_connectors,
    vpc_ingress,
)

__all__ = [
    "auto_scaling",
    "connections",
    "custom_domains",
    "observability",
    "services",
    "tags",
    "vpc_connectors",
    "vpc_ingress",
]
