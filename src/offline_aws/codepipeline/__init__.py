"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import pipelines, providers, rule_types

__all__ = ["pipelines", "providers", "rule_types"]
