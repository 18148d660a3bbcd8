"""The pipelines of an account and region, as they were declared."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.operations import Call

Shape = dict[str, Any]

# Any fixed value: ids made in the same order are the same in every run.
_NAMESPACE = uuid.UUID("c0de9193-11e0-4c0d-8e91-931100000000")


@dataclass
class Pipeline:
    """One pipeline: AWS's ``PipelineDeclaration`` of each version, and what is beside it."""

    versions: dict[int, Shape]
    created: datetime
    updated: datetime
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def declaration(self) -> Shape:
        """The newest version of the declaration."""
        return self.versions[max(self.versions)]

    @property
    def name(self) -> str:
        """Its name, which never changes."""
        return str(self.declaration["name"])


@dataclass
class Pipelines:
    """Every pipeline of an account and region, by name."""

    by_name: dict[str, Pipeline] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=itertools.count)

    def get(self, name: str) -> Pipeline:
        """Return a pipeline by its name. Raises ``PipelineNotFoundException``."""
        if name not in self.by_name:
            raise AwsError(
                "PipelineNotFoundException",
                f"Account does not have a pipeline with name '{name}'",
            )
        return self.by_name[name]

    def new_id(self, call: Call) -> str:
        """Return a UUID that is the same in every run, and another at every call."""
        text = f"{call.account}/{call.region}/{next(self._ids)}"
        return str(uuid.uuid5(_NAMESPACE, text))


def find_pipeline(call: Call, name: str) -> Pipeline:
    """Return a pipeline by its name. Raises ``PipelineNotFoundException``."""
    found = call.state(Pipelines).by_name.get(name)
    if found is None:
        raise AwsError(
            "PipelineNotFoundException",
            f"Account '{call.account}' does not have a pipeline with name '{name}'",
        )
    return found


def arn_of(call: Call, name: str) -> str:
    """Return the ARN of a pipeline."""
    return f"arn:aws:codepipeline:{call.region}:{call.account}:{name}"
