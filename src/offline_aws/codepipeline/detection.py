"""Changes of sources: what starts a pipeline without anybody starting it."""

from __future__ import annotations

from offline_aws.codepipeline.line import Line
from offline_aws.operations import Call


def watch(call: Call, line: Line) -> None:
    """Watch the sources of a pipeline by its current declaration."""
