"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import (
    approvals,
    pipelines,
    providers,
    rollbacks,
    rule_types,
    starting,
    stopping,
)

__all__ = [
    "approvals",
    "pipelines",
    "providers",
    "rollbacks",
    "rule_types",
    "starting",
    "stopping",
]
