"""An offline AWS with hands for stacks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from stack_lab import StackLab

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def lab() -> Iterator[StackLab]:
    with OfflineAWS(now=MONDAY) as aws:
        yield StackLab(aws)


@pytest.fixture(scope="module")
def shared() -> Iterator[StackLab]:
    """One account for tests that leave nothing behind."""
    with OfflineAWS(now=MONDAY) as aws:
        yield StackLab(aws)
