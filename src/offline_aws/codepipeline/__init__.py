"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import declaring

__all__ = ["declaring"]
