"""An offline AWS with a bucket and CodeBuild."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from codebuild_lab import MONDAY, Lab

from offline_aws import OfflineAWS


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


@pytest.fixture
def lab(aws: OfflineAWS) -> Lab:
    return Lab(aws)


@pytest.fixture
def states() -> Callable[[dict[str, Any]], dict[str, str]]:
    """Return the status of each phase of a build."""
    return lambda build: {p["phaseType"]: p.get("phaseStatus", "") for p in build["phases"]}
