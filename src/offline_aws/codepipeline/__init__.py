"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import (
    action_history,
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
    third_party,
    transitions,
)

__all__ = [
    "action_history",
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
    "third_party",
    "transitions",
]
