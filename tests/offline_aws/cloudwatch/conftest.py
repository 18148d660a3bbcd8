"""The account that tests of alarms begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alarm_lab import MONDAY, AlarmLab

from offline_aws import OfflineAWS


@pytest.fixture
def lab() -> Iterator[AlarmLab]:
    with OfflineAWS(now=MONDAY) as aws:
        yield AlarmLab(aws)


@pytest.fixture(scope="module")
def shared() -> Iterator[AlarmLab]:
    """Return an account for all tests of a module, none of which changes it."""
    with OfflineAWS(now=MONDAY) as aws:
        yield AlarmLab(aws)
