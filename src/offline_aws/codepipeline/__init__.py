"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import (
    action_history,
    action_types,
    approvals,
    history,
    job_results,
    pipelines,
    providers,
    retries,
    revision_told,
    rollbacks,
    rule_types,
    starting,
    state,
    stopping,
    tags,
    third_party,
    transitions,
    webhooks,
)

__all__ = [
    "action_history",
    "action_types",
    "approvals",
    "history",
    "job_results",
    "pipelines",
    "providers",
    "retries",
    "revision_told",
    "rollbacks",
    "rule_types",
    "starting",
    "state",
    "stopping",
    "tags",
    "third_party",
    "transitions",
    "webhooks",
]
