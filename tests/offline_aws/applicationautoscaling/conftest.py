"""An offline AWS with a service to scale."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scaling_lab import MONDAY, Lab

from offline_aws import OfflineAWS


@pytest.fixture
def lab() -> Iterator[Lab]:
    with OfflineAWS(now=MONDAY) as aws:
        yield Lab(aws)
