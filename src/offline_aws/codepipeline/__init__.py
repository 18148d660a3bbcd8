"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import pipelines, rule_types

__all__ = ["pipelines", "rule_types"]
