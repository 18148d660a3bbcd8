"""CodeDeploy that deploys: to Lambda, ECS and instances, on the lab's clock.

Faithful (AWS CodeDeploy User Guide and API model):
    the seventeen deployment configurations; canary, linear and all-at-once shifts at their minutes;
    the weights of a Lambda alias and of a load balancer's target groups at each of them; lifecycle
    events in their order; hooks that are Lambda functions, with an hour to answer; the waits of a
    blue/green deployment and ContinueDeployment; a task set that does not become stable within an
    hour; in-place deployments that keep the minimum of healthy hosts, unhealthy instances first,
    zone by zone; bundles (zip, tar, tgz) whose files are copied and whose scripts really run, with
    AWS's variables, diagnostics and log tail; fileExistsBehavior; RESTART; blue/green fleets, found
    or copied from an Auto Scaling group, behind target groups; alarms that stop a deployment,
    looked at when it starts and heard of while it goes on; automatic rollback as a deployment of
    its own, linked both ways; StopDeployment; one deployment of a group at a time; AppSpec files in
    YAML and JSON; events for EventBridge and messages of triggers; revisions, tags and on-premises
    instances; the errors of AWS's model.

Simplified:
    CodeDeploy's own work takes fixed, short amounts of lab time (``durations.py``). A rollback of
    traffic sends it back at once and runs no hook. A service for which ECS keeps no task set gets
    one at its first deployment. An instance is a folder on the learner's machine: scripts run as
    the learner, whatever ``runas``, owner and group say, with INSTANCE_ROOT as the instance's file
    system; an absolute path in a script is the learner's own machine. A script takes 2 s and what
    it sleeps, and is ended after 20 s of real time. What a script started ends with it. No agent
    has to be installed. No hook is put into an Auto Scaling group; instances that come while a
    deployment goes on are updated after it. No role is assumed and no policy looked at. Texts of
    errors that AWS's documentation does not have are in words of our own.

Absent:
    revisions in GitHub, refused by name; AppSpec files for Windows, acls and contexts; weights of a
    Network Load Balancer; deployments that CloudFormation makes; terminations by Auto Scaling; the
    status Baking.
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
    server_blue_green,
    server_course,
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
    "server_blue_green",
    "server_course",
    "starting",
    "tagging",
    "targets",
]
