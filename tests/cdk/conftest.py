"""One offline account that is bootstrapped, and the CDK, started once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from devops_workbook import cdk as tools
from devops_workbook.cdk.runtime import quiet
from offline_aws import OfflineAWS


@pytest.fixture(scope="session")
def cdk() -> Any:
    """The module ``aws_cdk``."""
    with quiet():
        return tools.start()


@pytest.fixture(scope="module")
def account() -> Iterator[OfflineAWS]:
    """An account that is bootstrapped; the tests of a module use names of their own."""
    with OfflineAWS() as aws:
        with quiet():
            tools.bootstrap()
        yield aws


@pytest.fixture(scope="session")
def app_of(cdk: Any) -> Callable[..., tools.Assembly]:
    """Return a function that synthesises an app of one stack that a function fills."""

    def synthesised(fill: Callable[[Any], object], name: str = "shop") -> tools.Assembly:
        app = cdk.App()
        fill(cdk.Stack(app, name))
        with quiet():
            return tools.synth(app)

    return synthesised
