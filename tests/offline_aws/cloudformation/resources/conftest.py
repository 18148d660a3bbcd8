from __future__ import annotations

from collections.abc import Iterator

import pytest
from cfn_examples import MONDAY, World

from offline_aws import OfflineAWS


@pytest.fixture
def world() -> Iterator[World]:
    with OfflineAWS(now=MONDAY) as aws:
        yield World(aws)
