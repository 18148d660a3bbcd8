"""ECS whose services and tasks behave, on the lab's clock.

Clusters, task definitions, container instances, capacity providers, attributes and account settings
are moto's. What a container does when it runs is what ``offline_aws.workloads`` says of its image.

Faithful (Amazon ECS Developer Guide and API model):
    the states of a task with their times, stop codes and reasons, exit codes and the health of
    containers; images that offline ECR has not (CannotPullContainerError); network interfaces of
    awsvpc tasks in the VPC, ports on container instances; services that replace what stops, crashes
    or fails the health checks of its containers or its target groups, after the grace period;
    restarts that get ever more seldom; minimumHealthyPercent and maximumPercent; deployments with
    rollout states and reasons, the circuit breaker with its thresholds, alarms with their bake
    time, rollback; the deregistration delay of targets; BLUE_GREEN, LINEAR and CANARY with their
    stages, weights in the rules of listeners, functions and pauses as lifecycle hooks; service
    deployments and revisions, stopping and continuing them; task sets for CODE_DEPLOY and EXTERNAL,
    and what those controllers leave of UpdateService; the events of a service in AWS's words, and
    ECS Task State Change, ECS Service Action and ECS Deployment State Change for EventBridge; what
    Fargate takes of a task definition; Express Mode: the service with its load balancer, rule,
    target groups, certificate, security groups, log group, scaling and alarm, all of them in their
    own services, and deployments by a canary of 5 % that the alarm ends; the waiters.

Simplified:
    lab time: fixed, short amounts for ECS's own work (``durations.py``); the scheduler acts at
    once. Any image outside of ECR is there. Commands of health checks are not run: the URL in them
    is asked. A stopped container exits with 143. An unhealthy task is stopped when its replacement
    is started, not after it. Container instances are chosen by free CPU, memory and ports and the
    fewest tasks of the service; placement strategies, constraints and capacity providers' scaling
    are kept and not used. The second and later of several capacity providers get no task. Tasks of
    a target group that gets no traffic count as healthy. CreateTaskSet is open to everybody for
    services of CODE_DEPLOY too. The first deployment of a service takes all traffic at once and
    asks no hook. A newer deployment ends a blue/green one that is under way: traffic goes back to
    the revision that was completed last. Texts that AWS's documentation does not have, such as the
    reason of an alarm's rollback, are our own. Roles are not assumed, and an image in ECR needs no
    execution role. The certificate of an Express service is never looked at, nor is its name in any
    DNS; its defaults are those of the API reference; where it scales by requests, those of its
    first target group count.

Absent: Service Connect, service registries and volumes are kept and nothing comes of them;
    ExecuteCommand, task protection, daemons of managed instances; changing the deployment
    controller of a service; early success criteria; metrics of AWS/ECS, which a load has to record.
    Services that CloudFormation makes by moto's own hand are moto's and run nothing.
"""

from __future__ import annotations

from offline_aws.ecs import (
    clusters,
    definitions,
    express,
    service_deployments,
    services,
    tags,
    task_sets,
    tasks,
    update_service,
)

__all__ = [
    "clusters",
    "definitions",
    "express",
    "service_deployments",
    "services",
    "tags",
    "task_sets",
    "tasks",
    "update_service",
]
