"""ECS whose services and tasks behave, on the lab's clock."""

from __future__ import annotations

from offline_aws.ecs import (
    clusters,
    definitions,
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
    "service_deployments",
    "services",
    "tags",
    "task_sets",
    "tasks",
    "update_service",
]
