"""CodeDeploy that deploys: to Lambda, ECS and instances, on the lab's clock."""

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
