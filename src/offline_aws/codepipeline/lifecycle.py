"""What the life of a declaration means for executions: created, updated, deleted."""

from __future__ import annotations

from offline_aws.codepipeline.store import Pipeline
from offline_aws.operations import Call


def created(call: Call, pipeline: Pipeline) -> None:
    """Run a new pipeline for the first time, and watch its sources from now on."""


def updated(call: Call, pipeline: Pipeline) -> None:
    """Go on by the new declaration."""


def deleted(call: Call, pipeline: Pipeline) -> None:
    """Forget the executions of a pipeline that is gone."""
