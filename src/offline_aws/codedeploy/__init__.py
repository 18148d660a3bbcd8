"""CodeDeploy that deploys: to Lambda, ECS and instances, on the lab's clock.

Faithful (AWS CodeDeploy User Guide and API model):
    the seventeen deployment configurations; canary, linear and all-at-once shifts at their minutes;
    the weights of a Lambda alias and of a load balancer's target groups at each of them; lifecycle
    events in their order; hooks that are Lambda functions, with an hour to answer; the waits of a
    blue/green deployment and ContinueDeployment; a task set that does not become stable within an
    hour; alarms that stop a deployment, looked at when it starts and heard of while it goes on;
    automatic rollback as a deployment of its own, linked both ways; StopDeployment; one deployment
    of a group at a time; AppSpec files in YAML and JSON; events for EventBridge and messages of
    triggers; revisions, tags and on-premises instances; the errors of AWS's model.

Simplified:
    CodeDeploy's own work takes fixed, short amounts of lab time (``durations.py``). A rollback of
    Lambda and ECS sends the traffic back at once and runs no hook. A service for which ECS keeps
    no task set gets one at its first deployment. No role is assumed and no policy looked at. Texts
    of errors that AWS's documentation does not have are in words of our own.

Absent:
    the EC2/On-premises compute platform's deployments, and revisions in GitHub, refused by name;
    deployments that CloudFormation makes; the status Baking.
"""

from __future__ import annotations

from offline_aws.codedeploy import (
    applications,
    configs,
    deployments,
    ecs_course,
    github,
    groups,
    hooks,
    instances,
    lambda_course,
    on_premises,
    revisions,
    starting,
    tagging,
    targets,
)

__all__ = [
    "applications",
    "configs",
    "deployments",
    "ecs_course",
    "github",
    "groups",
    "hooks",
    "instances",
    "lambda_course",
    "on_premises",
    "revisions",
    "starting",
    "tagging",
    "targets",
]
