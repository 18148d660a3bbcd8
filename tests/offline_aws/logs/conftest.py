"""An offline AWS with a log group, a stream, and hands to write and to ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from log_lab import MONDAY, LogLab

from offline_aws import OfflineAWS


@pytest.fixture
def lab() -> Iterator[LogLab]:
    """An account on a Monday morning, with the log group shop and its stream web."""
    with OfflineAWS(now=MONDAY) as aws:
        yield LogLab(aws)
