"""An offline AWS with a load balancer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elbv2_lab import MONDAY, Lab

from offline_aws import OfflineAWS


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    # moto reads 1300 images of EC2 at its start, which takes longer than any of these tests.
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    with OfflineAWS(now=MONDAY) as aws:
        yield Lab(aws)
