"""CodePipeline that runs the pipeline."""

from __future__ import annotations

from offline_aws.codepipeline import approvals, declaring, rollbacks, starting, stopping

__all__ = ["approvals", "declaring", "rollbacks", "starting", "stopping"]
