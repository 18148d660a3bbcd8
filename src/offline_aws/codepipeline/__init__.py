"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import (
    action_types,
    approvals,
    pipelines,
    providers,
    rollbacks,
    rule_types,
    starting,
    stopping,
    tags,
    webhooks,
)

__all__ = [
    "action_types",
    "approvals",
    "pipelines",
    "providers",
    "rollbacks",
    "rule_types",
    "starting",
    "stopping",
    "tags",
    "webhooks",
]
