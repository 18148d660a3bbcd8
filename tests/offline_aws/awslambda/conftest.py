"""An offline AWS on a Monday morning with a role for functions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lambda_lab import MONDAY, Lab

from offline_aws import OfflineAWS


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def lab(aws: OfflineAWS) -> Lab:
    return Lab(aws)
