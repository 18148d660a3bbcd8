"""An offline AWS with X-Ray."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from xray_lab import MONDAY, XrayLab

from offline_aws import OfflineAWS


@pytest.fixture
def lab() -> Iterator[XrayLab]:
    """An empty account on a Monday morning."""
    with OfflineAWS(now=MONDAY) as aws:
        yield XrayLab(aws)
