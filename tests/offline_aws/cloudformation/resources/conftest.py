"""Accounts in which resources are made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from cfn_examples import MONDAY, World

from offline_aws import OfflineAWS

_numbers = count()


@pytest.fixture(scope="module")
def account() -> Iterator[OfflineAWS]:
    """One account for a module: to begin an account takes longer than most tests."""
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


@pytest.fixture
def world(account: OfflineAWS) -> World:
    """Return a stack of its own; what others have made may be there too."""
    return World(account, token=str(next(_numbers)))
