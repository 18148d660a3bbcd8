"""One account for the tests of a file, which name their clusters differently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eks_lab import MONDAY, Lab

from offline_aws import OfflineAWS


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with OfflineAWS(now=MONDAY) as aws:
        yield Lab(aws)
