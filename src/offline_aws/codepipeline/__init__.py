"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import action_types, pipelines, providers, rule_types, tags, webhooks

__all__ = ["action_types", "pipelines", "providers", "rule_types", "tags", "webhooks"]
